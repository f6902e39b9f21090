"""Training, starting and asking a Rasa project in processes of its own; Linux, for /proc."""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pipelines import ROOT
from benchmarks.sides import Side

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",
    "OMP_NUM_THREADS": "1",  # of numpy; TensorFlow has threads of its own
}
_AROUND = 2  # a turn's time is the median of itself and its neighbours


@dataclass(frozen=True)
class Figures:
    """What one side took. `latency_ms`: turn of a conversation → milliseconds."""

    train_s: float
    start_s: float
    resident_mb: float
    model_mb: float
    latency_ms: Mapping[int, float]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def action_server(port: int, log: Path) -> Iterator[None]:
    command = ["-m", "rasa_sdk", "--actions", "benchmarks.answers", "--port", str(port)]
    with _process(command, {"SANIC_HOST": "127.0.0.1"}, log):
        _wait(lambda: _get(f"http://127.0.0.1:{port}/health"), seconds=60)
        yield


def train(side: Side) -> float:
    """Train the side, unless an earlier run left its model in the folder; the seconds it took."""
    model, took = _model(side), side.folder / "train_s"
    if not took.exists():
        began = time.monotonic()
        _train(side, model)
        took.write_text(str(time.monotonic() - began), encoding="ascii")
    return float(took.read_text(encoding="ascii"))


def measure(side: Side, sentences: Sequence[str], *, turns: Sequence[int], conversations: int) -> Figures:
    """Start the trained side, and talk to it until the last of `turns`, so many times."""
    model = _model(side)
    train_s = train(side)
    began = time.monotonic()
    port = free_port()
    with _process(_serve(side, model, port), side.environment, side.folder / "rasa.log") as pid:
        url = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
        _wait(lambda: _say(url, "start", "你好"), seconds=300)
        started = time.monotonic()
        talks = [_talk(url, f"talk-{n}", sentences, last=max(turns) + _AROUND) for n in range(conversations)]
        resident = _resident_mb(pid)
    return Figures(
        train_s=train_s,
        start_s=started - began,
        resident_mb=resident,
        model_mb=model.stat().st_size / 2**20,
        latency_ms={turn: statistics.median(_near(turn, talks)) for turn in turns},
    )


def _model(side: Side) -> Path:
    return side.folder / "models" / "model.tar.gz"


def _train(side: Side, model: Path) -> None:
    options = ["--config", "config.yml", "--domain", "domain.yml", "--data", "data"]
    where = [o if o.startswith("-") else str(side.folder / o) for o in options]
    command = ["-m", "rasa", "train", *where, "--fixed-model-name", model.stem.split(".")[0]]
    with _process(
        [*command, "--out", str(model.parent)],
        {**side.environment, "RASA_CACHE_DIRECTORY": str(side.folder / "cache")},
        side.folder / "train.log",
        wait=True,
    ):
        pass
    if not model.is_file():
        raise SystemExit(f"training {side.name} failed: {side.folder / 'train.log'}")


def _serve(side: Side, model: Path, port: int) -> list[str]:
    files = ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    where = [f if f.startswith("-") else str(side.folder / f) for f in files]
    address = ["--interface", "127.0.0.1", "--port", str(port)]
    return ["-m", side.program, "run", "--model", str(model), *where, *address]


@contextmanager
def _process(
    arguments: Sequence[str], environment: Mapping[str, str], log: Path, *, wait: bool = False
) -> Iterator[int]:
    settings = {**os.environ, **_QUIET, **environment, "PYTHONPATH": str(ROOT)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=settings,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            if wait:
                process.wait()
            yield process.pid
        finally:
            process.terminate()
            process.wait()


def _talk(url: str, sender: str, sentences: Sequence[str], *, last: int) -> list[float]:
    """The milliseconds of each turn."""
    times = []
    for turn in range(last):
        began = time.monotonic()
        if not _say(url, sender, sentences[turn % len(sentences)]):
            raise SystemExit(f"no answer in turn {turn + 1}")
        times.append(1000 * (time.monotonic() - began))
    return times


def _near(turn: int, talks: Sequence[Sequence[float]]) -> list[float]:
    return [ms for talk in talks for ms in talk[max(0, turn - 1 - _AROUND) : turn + _AROUND]]


def _say(url: str, sender: str, text: str) -> bool:
    body = json.dumps({"sender": sender, "message": text}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with _DIRECT.open(request, timeout=30) as response:
        return bool(json.load(response))


def _get(url: str) -> bool:
    with _DIRECT.open(url, timeout=5) as response:
        return bool(response.status == 200)


def _wait(holds: object, *, seconds: float) -> None:
    assert callable(holds)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if holds():
                return
        except OSError:
            pass  # nobody listens yet
        time.sleep(0.1)
    raise SystemExit(f"no answer within {seconds:.0f} seconds")


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024

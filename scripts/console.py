"""What a developer sees while `make` works: numbered steps that tick, one line on failure."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Iterator, Mapping, Sequence, TextIO

QUIET_INTERVAL = 15.0  # seconds between signs of life where there is no terminal (CI, a log file)
TICK = 1.0


class Problem(Exception):
    """Something the person at the keyboard can mend; its text is the one line they are shown."""


def elapsed(seconds: float) -> str:
    """`72.4` → `1 min 12 s`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


class Step:
    """One line such as `[2/4] Installing packages … 1 min 12 s`, ticking while its block runs."""

    def __init__(self, title: str, out: TextIO) -> None:
        self._title = title
        self._out = out
        self._began = time.monotonic()
        self._detail = ""
        self._over = threading.Event()
        self._writing = threading.Lock()
        self._live = out.isatty()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def detail(self, text: str) -> None:
        """Say what the step is busy with now."""
        self._detail = text

    def say(self, line: str) -> None:
        """Print a line of its own without tearing the ticking one."""
        with self._writing:
            self._write(line)

    def start(self) -> None:
        self.say(f"{self._title} …")
        self._ticker.start()

    def stop(self, result: str) -> None:
        self._over.set()
        self._ticker.join()
        self.say(f"{self._title}: {result}")

    def elapsed(self) -> str:
        return elapsed(time.monotonic() - self._began)

    def _tick(self) -> None:
        while not self._over.wait(TICK if self._live else QUIET_INTERVAL):
            detail = f" ({self._detail})" if self._detail else ""
            with self._writing:
                self._write(f"{self._title} … {self.elapsed()}{detail}", fleeting=self._live)

    def _write(self, line: str, *, fleeting: bool = False) -> None:
        start = "\r\x1b[K" if self._live else ""
        self._out.write(start + line + ("" if fleeting else "\n"))
        self._out.flush()


class Steps:
    """Numbers the steps of one command; `done` of `total` were taken by the process before."""

    def __init__(self, total: int, *, done: int = 0, out: TextIO | None = None) -> None:
        self._total = total
        self._done = done
        self._out = out or sys.stdout

    def skip(self, title: str, why: str) -> None:
        """A step with nothing to do, said in one line."""
        self._out.write(f"{self._number()} {title}: {why}\n")
        self._out.flush()

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """A step that takes its time: it ticks until the block ends and says how it ended."""
        step = Step(f"{self._number()} {title}", self._out)
        step.start()
        try:
            yield step
        except BaseException:
            step.stop(f"failed after {step.elapsed()}")
            raise
        step.stop(f"done in {step.elapsed()}")

    def _number(self) -> str:
        self._done += 1
        return f"[{self._done}/{self._total}]"


def run_logged(
    command: Sequence[str],
    *,
    log: Path,
    step: Step,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    shows: str = r"(?!)",
) -> int:
    """Run `command` with its output in `log`; return its exit code.

    Group 1 of `shows` in a line of output is the step's detail.
    Whatever ends us (Ctrl-C, SIGTERM) ends the command too.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    wanted = re.compile(shows)
    with log.open("w", encoding="utf-8") as file, started(command, cwd=cwd, env=env) as process:
        for line in _lines(process):
            file.write(line)
            file.flush()
            found = wanted.search(line)
            if found:
                step.detail(found.group(1))
        return process.wait()


@contextlib.contextmanager
def started(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A child with one merged output stream that never outlives the block."""
    process = subprocess.Popen(
        list(command),
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    return iter(process.stdout.readline, "")


def output_of(command: Sequence[str], *, timeout: float = 60) -> str | None:
    """What the command prints, or None if it cannot be started, fails or hangs."""
    try:
        done = subprocess.run(
            list(command),
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            timeout=timeout,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()

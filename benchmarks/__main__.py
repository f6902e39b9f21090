"""`python -m benchmarks`: ours against stock Rasa, on the same machine in the same run.

The same training sentences, the same action server with one-sentence actions, the same
conversation over REST. Stock is the Chinese pipeline of Rasa's documentation with rules. The
figures go to benchmarks/results.json and docs/performance.md; `--quick` (a fifth of the
sentences, short training, short conversations) only prints them. Both are trained before either
is talked to, so that the talking happens in the same minutes; `--folder` keeps the two projects,
and what it holds is not trained again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.pipelines import ROOT
from benchmarks.sentences import apart
from benchmarks.servers import Figures, action_server, free_port, measure, train
from benchmarks.sides import our_side, stock_side

_ROWS = (
    ("training", "train_s", "s"),
    ("start to first answer", "start_s", "s"),
    ("resident memory", "resident_mb", "MB"),
    ("model on disk", "model_mb", "MB"),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="prove that it runs; writes nothing")
    parser.add_argument("--folder", type=Path, help="keep both projects here, and train only what is not there")
    options = parser.parse_args()
    quick = options.quick
    turns = (5, 20) if quick else (5, 50, 200)
    with _kept(options.folder) as folder:
        figures = run(folder, turns=turns, every=5 if quick else 1, epochs=5 if quick else 100)
    table = "\n".join(rows(figures))
    print(table)
    if not quick:
        write(figures, table)


@contextmanager
def _kept(folder: Path | None) -> Iterator[Path]:
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="baoxiu-benchmark-") as name:
        yield Path(name)


def run(folder: Path, *, turns: tuple[int, ...], every: int, epochs: int) -> dict[str, Figures]:
    sentences = [sentence.text for sentence in apart()]
    port = free_port()
    actions = f"http://127.0.0.1:{port}"
    sides = (
        our_side(folder / "ours", actions=actions, every=every),
        stock_side(folder / "stock", actions=actions, every=every, epochs=epochs),
    )
    for side in sides:
        train(side)
    with action_server(port, folder / "actions.log"):
        return {side.name: measure(side, sentences, turns=turns, conversations=3) for side in sides}


def rows(figures: dict[str, Figures]) -> Iterator[str]:
    ours, stock = figures["ours"], figures["stock"]
    yield "| | ours | stock | stock ÷ ours |"
    yield "|---|---|---|---|"
    for label, name, unit in _ROWS:
        yield _row(label, getattr(ours, name), getattr(stock, name), unit)
    for turn in ours.latency_ms:
        yield _row(f"a message, turn {turn}", ours.latency_ms[turn], stock.latency_ms[turn], "ms")


def _row(label: str, ours: float, stock: float, unit: str) -> str:
    return f"| {label} | {ours:.1f} {unit} | {stock:.1f} {unit} | {stock / ours:.1f} |"


def write(figures: dict[str, Figures], table: str) -> None:
    """The figures for programs, and the table for readers."""
    machine = _machine()
    results: dict[str, Any] = {name: asdict(side) for name, side in figures.items()}
    text = json.dumps({"machine": machine, **results}, indent=2, ensure_ascii=False)
    (ROOT / "benchmarks" / "results.json").write_text(text + "\n", encoding="utf-8")
    page = f"# Performance\n\n{_PAGE.format(**machine)}\n{table}\n"
    (ROOT / "docs" / "performance.md").write_text(page, encoding="utf-8")


def _machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "processor": platform.machine(),
        "python": platform.python_version(),
        "rasa": version("rasa"),
    }


_PAGE = """Written by `python -m benchmarks`: both sides measured in one run on a machine with {cores} cores
({processor}, Python {python}, Rasa {rasa}). Read the ratios, not the figures.

Stock is the Chinese pipeline of Rasa's documentation (Jieba, count vectors, DIET with 100 epochs;
memoization and rules), ours is what `make run` serves, transcript included. Both train on
data/nlu, answer through the same action server whose actions say one sentence, and hold the same
conversations over REST. A message's time is the median around that turn in three conversations.
"""


if __name__ == "__main__":
    main()

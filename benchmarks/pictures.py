"""The pictures of docs/understanding.md, drawn by matplotlib (Rasa brings it)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import matplotlib  # type: ignore[import-untyped]
import numpy as np
from sklearn.metrics import confusion_matrix

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "baoxiu"  # the same figures draw the same file
matplotlib.rcParams["svg.fonttype"] = "none"  # words as words
logging.getLogger("matplotlib").setLevel(logging.ERROR)  # its own style sheets displease it
_UNDATED = {"Date": None, "Creator": None}


class Readings(Protocol):
    """What is drawn of a judged set."""

    @property
    def truth(self) -> Sequence[str]: ...

    @property
    def said(self) -> Sequence[str]: ...

    @property
    def curve(self) -> Sequence[tuple[float, float]]: ...


def confusion_picture(judged: Readings, path: Path) -> None:
    """What each intent (row) was taken for (column); only the wrong ones are drawn."""
    from matplotlib import pyplot

    names = sorted(set(judged.truth))
    counts = confusion_matrix(judged.truth, judged.said, labels=names)
    wrong = [(i, j, n) for (i, j), n in np.ndenumerate(counts) if n and i != j]
    rows, columns, sizes = zip(*wrong, strict=True) if wrong else ((), (), ())
    figure, axes = pyplot.subplots(figsize=(10, 9))
    axes.scatter(columns, rows, c=sizes, cmap="Reds", vmin=0, vmax=2 * max(sizes, default=1), marker="s", s=220)
    for row, column, n in wrong:
        axes.text(column, row, str(n), ha="center", va="center", fontsize=8)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(color="#eeeeee")
    axes.set_axisbelow(True)
    axes.set_xlabel("taken for")
    axes.set_ylabel("was meant")
    _save(figure, path)


def curve_picture(judged: Mapping[str, Readings], path: Path, *, goal: tuple[float, float]) -> None:
    """How much out of scope is refused, against how much in scope is still understood."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 5))
    for name, readings in judged.items():
        kept, refused = zip(*readings.curve, strict=True)
        axes.plot(kept, refused, label=name)
    axes.plot(*goal, marker="*", markersize=12, color="black", linestyle="none", label="goal")
    axes.set_xlim(0.6, 1.0)
    axes.set_ylim(0.6, 1.0)
    axes.set_xlabel("in scope: understood")
    axes.set_ylabel("out of scope: refused")
    axes.grid(color="#dddddd")
    axes.legend()
    _save(figure, path)


def _save(figure: Any, path: Path) -> None:
    from matplotlib import pyplot

    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, bbox_inches="tight", metadata=_UNDATED)
    pyplot.close(figure)

"""`python -m benchmarks.understanding` (make eval): how well the trained model reads the sets apart.

Writes the tables and pictures of docs/understanding.md; exits with 1 where a figure is below tests/nlu/floors.yml.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from sklearn.metrics import confusion_matrix, f1_score, precision_score, recall_score

from benchmarks.documents import replace
from benchmarks.pictures import confusion_picture, curve_picture
from benchmarks.sentences import APART, ROOT, Sentence, judging

OUT = "out_of_scope"
FLOORS = ROOT / "tests" / "nlu" / "floors.yml"
PAGE = ROOT / "docs" / "understanding.md"
IMAGES = ROOT / "docs" / "images"
#: Where the curve is read: the goal asks for the recall of out-of-scope while so much in scope is still right.
KEPT_RIGHT = 0.93


@dataclass(frozen=True)
class Judged:
    """What a model made of a set: `chances[i][j]` is the probability of `names[j]` for the i-th sentence."""

    truth: Sequence[str]
    names: Sequence[str]
    chances: Any
    milliseconds: float = 0.0

    @cached_property
    def said(self) -> list[str]:
        return [self.names[i] for i in self.chances.argmax(axis=1)]

    @cached_property
    def figures(self) -> dict[str, float]:
        """The figures that have a floor."""
        within = np.array(self.truth) != OUT
        right = np.array(self.said) == np.array(self.truth)
        return {
            "macro_f1": float(f1_score(self.truth, self.said, average="macro")),
            "out_of_scope": float(right[~within].mean()),
            "in_scope": float(right[within].mean()),
        }

    @cached_property
    def curve(self) -> list[tuple[float, float]]:
        """For each degree of caution: the share in scope still understood, the share out of scope refused.

        A message is refused where its chance of being out of scope reaches a threshold, else taken as its likeliest
        other intent.
        """
        truth, out = np.array(self.truth), list(self.names).index(OUT)
        others = np.delete(self.chances, out, axis=1).argmax(axis=1)
        otherwise = np.delete(np.array(self.names), out)[others]
        refused, within = self.chances[:, out], truth != OUT
        thresholds = np.unique(np.round(np.append(refused, [0.0, 1.01]), 3))
        return [
            (float(((refused < t) & (otherwise == truth))[within].mean()), float((refused >= t)[~within].mean()))
            for t in thresholds
        ]

    @property
    def recall_at_goal(self) -> float:
        """The best recall of out-of-scope that leaves `KEPT_RIGHT` of the rest understood; 0 where nothing does."""
        return max((recall for kept, recall in self.curve if kept >= KEPT_RIGHT), default=0.0)


def read(sentences: Sequence[Sentence], model: Path) -> Judged:
    """The sentences as the trained model understands them, one after the other."""
    rankings, seconds = asyncio.run(_rankings([s.text for s in sentences], model))
    names = sorted({name for ranking in rankings for name in ranking})
    chances = np.array([[ranking.get(name, 0.0) for name in names] for ranking in rankings])
    return Judged([s.intent for s in sentences], names, chances, 1000 * seconds / len(sentences))


async def _rankings(texts: Sequence[str], model: Path) -> tuple[list[dict[str, float]], float]:
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)  # or it prints every parse
    agent = Agent.load(model)
    await agent.parse_message("你好")  # the first one loads what the others only use
    began = time.perf_counter()
    parsed = [await agent.parse_message(text) for text in texts]
    seconds = time.perf_counter() - began
    return [{r["name"]: r["confidence"] for r in p["intent_ranking"]} for p in parsed], seconds


def floors() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = YAML(typ="safe").load(FLOORS.read_text(encoding="utf-8"))
    return found


def below(judged: Judged, floor: dict[str, float]) -> list[str]:
    """The figures that are lower than they have to be."""
    return [
        f"{name} {judged.figures[name]:.3f} < {least}" for name, least in floor.items() if judged.figures[name] < least
    ]


def summary(all_judged: dict[str, Judged]) -> Iterator[str]:
    yield (
        "| set | sentences | macro-F1 | in scope right | out of scope refused "
        f"| refused, with {KEPT_RIGHT} in scope right | ms a sentence |"
    )
    yield "|---|---|---|---|---|---|---|"
    for name, judged in all_judged.items():
        f = judged.figures
        yield (
            f"| {name} | {len(judged.truth)} | {f['macro_f1']:.3f} | {f['in_scope']:.3f} | {f['out_of_scope']:.3f} "
            f"| {judged.recall_at_goal:.3f} | {f'{judged.milliseconds:.0f}' if judged.milliseconds else ''} |"
        )


def per_intent(judged: Judged) -> Iterator[str]:
    """Recall, precision and the likeliest confusions of each intent."""
    yield "| intent | sentences | recall | precision | taken for |"
    yield "|---|---|---|---|---|"
    names = sorted(set(judged.truth))
    recalls = recall_score(judged.truth, judged.said, labels=names, average=None, zero_division=0)
    precisions = precision_score(judged.truth, judged.said, labels=names, average=None, zero_division=0)
    counts = confusion_matrix(judged.truth, judged.said, labels=names)
    for i, name in enumerate(names):
        wrong = sorted(((n, names[j]) for j, n in enumerate(counts[i]) if n and j != i), reverse=True)[:3]
        taken = ", ".join(f"{other} {n}" for n, other in wrong)
        yield f"| {name} | {counts[i].sum()} | {recalls[i]:.2f} | {precisions[i]:.2f} | {taken} |"


def together(all_judged: dict[str, Judged]) -> Judged:
    """All sets as one."""
    one = next(iter(all_judged.values()))
    truth = [intent for judged in all_judged.values() for intent in judged.truth]
    return Judged(truth, one.names, np.concatenate([judged.chances for judged in all_judged.values()]))


def main() -> int:
    from scripts import model

    path = model.path(ROOT)
    all_judged = {name: read(judging(name), path) for name in APART}
    every = together(all_judged)
    tables = [*summary({**all_judged, "both": every}), "", *per_intent(every)]
    replace(PAGE, "served", "\n".join(tables))
    confusion_picture(every, IMAGES / "confusion.svg")
    curve_picture(all_judged, IMAGES / "out-of-scope.svg", goal=(KEPT_RIGHT, 0.92))
    print(*tables, sep="\n")
    faults = [f"{name}: {fault}" for name, floor in floors().items() for fault in below(all_judged[name], floor)]
    print(*faults, sep="\n", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

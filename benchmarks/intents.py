"""`python -m benchmarks.intents`: how well the pipelines understand sentences they have not seen.

Trains each pipeline with Rasa on data/nlu and has it read the sets apart, both as one; with
`--folds 5` on five parts of data/nlu in turn instead. Prints the table of docs/understanding.md.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from sklearn.metrics import accuracy_score, f1_score, log_loss
from sklearn.model_selection import StratifiedKFold

from benchmarks.pipelines import ROOT, Config, ours, stock_diet, stock_linear, variants
from benchmarks.sentences import APART, Sentence, judging, training
from bot.dialogue.turn import SURE


@dataclass(frozen=True)
class Score:
    """`log_loss` and `off` judge the probabilities; `off` is how far what is called 0.8 is from
    being right in eight cases of ten, on average (expected calibration error). `sure` is the share
    of sentences above the dialogue's floor, `sure_and_right` how many of those are right."""

    accuracy: float
    macro_f1: float
    top3: float
    log_loss: float
    off: float
    sure: float
    sure_and_right: float


def score(config: Config, train: Sequence[Sentence], test: Sequence[Sentence]) -> Score:
    """Train on one set and read the other."""
    with tempfile.TemporaryDirectory(prefix="baoxiu-intents-") as folder:
        model = _trained(config, train, Path(folder))
        rankings = asyncio.run(_read(model, test))
    intents = sorted({sentence.intent for sentence in train})
    chances = np.array([[ranking.get(name, 0.0) for name in intents] for ranking in rankings])
    chances = np.clip(chances, 1e-6, None)
    chances /= chances.sum(axis=1, keepdims=True)
    return _judged([s.intent for s in test], intents, chances)


def _judged(truth: Sequence[str], intents: Sequence[str], chances: Any) -> Score:
    said = [intents[i] for i in chances.argmax(axis=1)]
    best = np.argsort(-chances, axis=1)[:, :3]
    among_three = [truth[i] in [intents[j] for j in row] for i, row in enumerate(best)]
    right = np.array(said) == np.array(truth)
    sure = chances.max(axis=1) >= SURE
    return Score(
        accuracy=accuracy_score(truth, said),
        macro_f1=f1_score(truth, said, average="macro"),
        top3=float(np.mean(among_three)),
        log_loss=log_loss(truth, chances, labels=intents),
        off=_off(chances.max(axis=1), right),
        sure=float(sure.mean()),
        sure_and_right=float(right[sure].mean()),
    )


def _off(confidence: Any, right: Any, *, bins: int = 10) -> float:
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(confidence[bin_of == b].mean() - right[bin_of == b].mean()) * (bin_of == b).mean() for b in set(bin_of)]
    return float(sum(gaps))


def _trained(config: Config, train: Iterable[Sentence], folder: Path) -> str:
    from rasa.model_training import train_nlu

    yaml = YAML(typ="safe")
    # Rankings are whole here, so that every intent has its probability.
    pipeline = [{**step, "ranking_length": 0} if "Classifier" in step["name"] else step for step in config["pipeline"]]
    yaml.dump({**config, "pipeline": pipeline}, folder / "config.yml")
    examples: dict[str, list[str]] = {}
    for sentence in train:
        examples.setdefault(sentence.intent, []).append(f"- {sentence.text}\n")
    blocks = [{"intent": name, "examples": "".join(lines)} for name, lines in examples.items()]
    yaml.dump({"version": "3.1", "nlu": blocks}, folder / "nlu.yml")
    model = train_nlu(
        config=str(folder / "config.yml"),
        nlu_data=str(folder / "nlu.yml"),
        output=str(folder),
        domain=str(ROOT / "domain.yml"),
    )
    assert model is not None
    return str(model)


async def _read(model: str, test: Iterable[Sentence]) -> list[dict[str, float]]:
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)  # or it prints every parse

    agent = Agent.load(model)
    parsed = [await agent.parse_message(sentence.text) for sentence in test]
    return [{r["name"]: r["confidence"] for r in p["intent_ranking"]} for p in parsed]


def _splits(folds: int) -> Iterator[tuple[list[Sentence], list[Sentence]]]:
    if not folds:
        yield training(), [sentence for name in APART for sentence in judging(name)]
        return
    sentences = training()
    splitter = StratifiedKFold(folds, shuffle=True, random_state=1)
    for train, test in splitter.split(sentences, [s.intent for s in sentences]):
        yield [sentences[i] for i in train], [sentences[i] for i in test]


def _row(name: str, scores: Sequence[Score]) -> str:
    mean = {f: float(np.mean([getattr(s, f) for s in scores])) for f in Score.__annotations__}
    return (
        f"| {name} | {mean['accuracy']:.3f} | {mean['macro_f1']:.3f} | {mean['top3']:.3f} "
        f"| {mean['log_loss']:.2f} | {mean['off']:.2f} "
        f"| {mean['sure']:.2f} | {mean['sure_and_right']:.2f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.intents", description=__doc__)
    parser.add_argument("--folds", type=int, default=0, help="parts of data/nlu; 0: the sets apart")
    parser.add_argument("--epochs", type=int, default=100, help="of DIET; 0 leaves it out")
    parser.add_argument("--variants", action="store_true", help="of ours, instead of stock")
    arguments = parser.parse_args()
    pipelines: dict[str, Config] = {"ours (config.yml)": ours()}
    if arguments.variants:
        pipelines |= variants()
    else:
        pipelines["stock: count vectors, logistic regression"] = stock_linear()
        if arguments.epochs:
            name = f"stock: count vectors, DIET, {arguments.epochs} epochs"
            pipelines[name] = stock_diet(epochs=arguments.epochs)
    with tempfile.TemporaryDirectory(prefix="baoxiu-cache-") as cache:
        os.environ["RASA_CACHE_DIRECTORY"] = cache  # nothing is taken from earlier trainings
        print("| pipeline | accuracy | macro-F1 | in three | log loss | off | sure | of these right |")
        print("|---|---|---|---|---|---|---|---|")
        for name, config in pipelines.items():
            scores = [score(config, train, test) for train, test in _splits(arguments.folds)]
            print(_row(name, scores), flush=True)


if __name__ == "__main__":
    main()

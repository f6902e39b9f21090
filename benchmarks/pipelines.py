"""The pipelines that are compared: ours as it stands, and what Rasa's documentation offers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]

Config = Mapping[str, Any]

_HEAD = {"recipe": "default.v1", "language": "zh", "assistant_id": "baoxiu-benchmark"}
_COUNT_VECTORS = [
    {"name": "JiebaTokenizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]


def ours() -> Config:
    """`config.yml`, as it is served."""
    config: Config = YAML(typ="safe").load((ROOT / "config.yml").read_text(encoding="utf-8"))
    return config


def stock_diet(*, epochs: int = 100) -> Config:
    """The Chinese pipeline of Rasa's documentation."""
    return {
        **_HEAD,
        "pipeline": [*_COUNT_VECTORS, {"name": "DIETClassifier", "epochs": epochs}],
        "policies": [{"name": "MemoizationPolicy"}, {"name": "RulePolicy"}],
    }


def stock_linear() -> Config:
    """The same features under Rasa's own logistic regression."""
    return {**_HEAD, "pipeline": [*_COUNT_VECTORS, {"name": "LogisticRegressionClassifier"}]}


def variants() -> Mapping[str, Config]:
    """Ours with one thing left out or changed: what each is good for."""
    return {
        "ours without the sentence encoder": _without("SentenceEncoder"),
        "ours without n-grams": _without("NgramFeaturizer"),
        "ours with stock regularisation (C = 1)": _with("LinearIntentClassifier", C=1.0),
    }


def _without(component: str) -> Config:
    config = ours()
    return {**config, "pipeline": [s for s in config["pipeline"] if not s["name"].endswith(component)]}


def _with(component: str, **options: Any) -> Config:
    config = ours()
    steps = [{**s, **options} if s["name"].endswith(component) else s for s in config["pipeline"]]
    return {**config, "pipeline": steps}

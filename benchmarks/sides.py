"""The two sides of the comparison, each as a Rasa project in a folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from benchmarks.pipelines import ROOT, ours, stock_diet

_YAML = YAML(typ="safe")


@dataclass(frozen=True)
class Side:
    """A project that can be trained and served: the files below `folder`, and what it needs set."""

    name: str
    folder: Path
    environment: Mapping[str, str]
    program: str = "rasa"  # the module that serves it


def our_side(folder: Path, *, actions: str, every: int) -> Side:
    """Ours: configuration, domain, channel and tracker store as they are served."""
    endpoints = {"tracker_store": {"type": "bot.components.tracker_store.DeskTrackerStore"}}
    _write(
        folder,
        config=ours(),
        endpoints={"action_endpoint": _actions(actions), **endpoints},
        credentials={"bot.channels.rest.RestChannel": None},
        rules=_load(ROOT / "data" / "rules" / "desk.yml"),
        every=every,
    )
    where = {"BAOXIU_DATABASE_URL": f"sqlite:///{folder / 'baoxiu.db'}"}
    return Side("ours", folder, where, "bot.components.server")


def stock_side(folder: Path, *, actions: str, every: int, epochs: int) -> Side:
    """Stock Rasa on the same data: a rule answers each intent, and SQLite keeps the trackers."""
    intents = _load(ROOT / "domain.yml")["intents"]
    rules = [{"rule": name, "steps": [{"intent": name}, {"action": "action_smalltalk"}]} for name in intents]
    store = {"type": "SQL", "dialect": "sqlite", "db": str(folder / "rasa.db")}
    _write(
        folder,
        config=stock_diet(epochs=epochs),
        endpoints={"action_endpoint": _actions(actions), "tracker_store": store},
        credentials={"rest": None},
        rules={"version": "3.1", "rules": rules},
        every=every,
    )
    return Side("stock", folder, {})


def _actions(url: str) -> dict[str, Any]:
    return {"url": f"{url}/webhook", "enable_selective_domain": True}


def _write(folder: Path, *, rules: Any, every: int, **files: Any) -> None:
    """The project's files; of the training sentences only each `every`-th."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    for name, content in {**files, "data/rules": rules}.items():
        _YAML.dump(content, folder / f"{name}.yml")
    shutil.copy(ROOT / "domain.yml", folder)
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        content = _load(path)
        for block in content["nlu"]:
            lines = block["examples"].splitlines(keepends=True)
            block["examples"] = "".join(lines[::every])
        _YAML.dump(content, data / path.name)


def _load(path: Path) -> Any:
    return _YAML.load(path.read_text(encoding="utf-8"))

"""The action server of both sides: every action of domain.yml says one sentence and keeps a state."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from ruamel.yaml import YAML

from benchmarks.pipelines import ROOT

_STATE = {"known": {"brand": "viomi", "product": "refrigerator"}, "tasks": []}


async def _answer(
    _action: Action, dispatcher: CollectingDispatcher, _tracker: Tracker, _domain: dict[str, Any]
) -> list[dict[str, Any]]:
    dispatcher.utter_message(text="好的")
    return [SlotSet("desk", _STATE)]


def _make(name: str) -> type[Action]:
    return type(name, (Action,), {"name": lambda _self: name, "run": _answer})


# rasa_sdk finds actions by walking the subclasses of Action; the list keeps them alive.
ACTIONS = [_make(name) for name in YAML(typ="safe").load((ROOT / "domain.yml").read_text(encoding="utf-8"))["actions"]]

"""The dialogue: pure. `plan` says which topics a message goes to; `reply` is one topic's turn.

State in, state and sentences (by reason code) out; what must be looked up or stored is asked of `perform`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.dialogue.asking import ANSWERING
from bot.dialogue.beside import only_the_question
from bot.dialogue.converse import converse
from bot.dialogue.facts import read_wish
from bot.dialogue.left import aged
from bot.dialogue.routing import plan as _plan
from bot.dialogue.state import Desk
from bot.dialogue.topics import TOPICS
from bot.dialogue.turn import Call, Context, Perform, Problem, Say, Wish

__all__ = [
    "TOPICS",
    "Call",
    "Context",
    "Desk",
    "Perform",
    "Problem",
    "Say",
    "Wish",
    "plan",
    "reply",
]


def plan(desk: Mapping[str, Any] | None, message: Mapping[str, Any], now: datetime) -> list[str]:
    """The topics that handle `message` (Rasa's parse data), in order; at least one."""
    state = aged(Desk.from_json(desk), now)
    return _plan(state, read_wish(message, state, now))


def reply(
    desk: Mapping[str, Any] | None,
    topic: str,
    message: Mapping[str, Any],
    context: Context,
    perform: Perform,
    *,
    last: bool = True,
) -> tuple[dict[str, Any], tuple[Say, ...]]:
    """One topic's turn on `message`: the new state as JSON, and what is to be said, in order."""
    state = Desk.from_json(desk)
    wish = read_wish(message, aged(state, context.now), context.now)
    wish = only_the_question(aged(state, context.now), wish, (topic, *_next_after(state, topic, wish, context.now)))
    after, says = converse(state, topic, wish, context, perform, last=last)
    return after.to_json(), says


def _next_after(state: Desk, topic: str, wish: Wish, now: datetime) -> list[str]:
    """The topics that follow this one for the message, where it is the first."""
    if topic not in ANSWERING or len(topics := _plan(aged(state, now), wish)) < 2 or topics[0] != topic:
        return []
    return topics[1:]

"""A request that was left half told: taken up again after a while, let go after a week; both are said."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.dialogue.state import OF_THE_APPLIANCE, Desk, Task
from bot.dialogue.topics import TOPICS
from bot.dialogue.topics.base import Form
from bot.dialogue.turn import Call, Perform, Turn

AWAY = timedelta(hours=1)  # who writes again after so long has come back
LET_GO = timedelta(days=7)  # what was left for so long is not taken up again
_OF_A_REQUEST = OF_THE_APPLIANCE | {"product", "brand", "visit"}


def away(desk: Desk, now: datetime) -> timedelta:
    """How long the customer has been silent."""
    return now - datetime.fromisoformat(desk.at) if desk.at is not None else timedelta(0)


def aged(desk: Desk, now: datetime) -> Desk:
    """The desk without what was left for too long, and without what was told of it."""
    if not desk.tasks or away(desk, now) < LET_GO:
        return desk
    return desk.only(()).forget(*_OF_A_REQUEST).learn({"let_go": True})


def is_half_told(task: Task | None) -> bool:
    """Whether it is a request that was begun and is not stored: not what was only offered or told."""
    return task is not None and isinstance(TOPICS[task.topic], Form) and task.stage not in ("offered", "told")


def say_what_was_let_go(turn: Turn, before: Desk, perform: Perform) -> None:
    """Of the requests that `aged` has let go: that they are not stored. A draft that cannot be forgotten now is never
    stored either, for nothing points to it."""
    for task in before.tasks:
        if turn.desk.tasks or not is_half_told(task):
            continue
        if task.draft is not None:
            perform(Call("drop_draft", {"draft": task.draft}))
        turn.say("left.let_go", topic=task.topic, slots=dict(task.slots))


def was_left(desk: Desk, now: datetime) -> Task | None:
    """The request in hand, where it was left for a while."""
    return desk.top if is_half_told(desk.top) and away(desk, now) >= AWAY else None

"""The conversation itself: which topics a message goes to, and one topic's turn with its calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.dialogue.facts import PASSING
from bot.dialogue.state import Desk
from bot.dialogue.topics import BY_INTENT, TOPICS
from bot.dialogue.topics.base import NO, REPLIES, YES, Form
from bot.dialogue.turn import Call, Context, Say, Turn, Wish

#: Does a topic's work outside the dialogue. The result is a mapping with the call's name under "call"; "failed" where
#: nothing was stored.
Perform = Callable[[Call], Mapping[str, Any]]


def plan(desk: Desk, wish: Wish) -> list[str]:
    """The topics that handle the message, in order. Danger comes before everything."""
    if "hazard" in wish.facts:
        return ["safety"]
    top, own = desk.top, BY_INTENT.get(wish.intent) if wish.sure else None
    if own == "stop" and not wish.has("visit", "phone"):
        return ["stop"]
    if top is None and wish.intent == YES and desk.known.get("stored"):
        return ["smalltalk"]
    if (
        top is not None
        and top.stage == "told"
        and wish.intent == YES
        and not wish.has("card_months", "purchased")
    ):
        return ["repair"]
    if torn_between_repair_and_cover(wish):
        return ["unsure"]
    if top is not None and TOPICS[top.topic].takes(top, wish):
        return _with_another(top.topic, own, wish)
    if own is not None and not (top is not None and top.asked and wish.bare and own == "smalltalk"):
        return [own]
    return [_by_facts(desk, wish)]


def _with_another(topic: str, own: str | None, wish: Wish) -> list[str]:
    """A word on what is in hand may hold a further wish. A question in between is answered first, and what is in hand
    comes back by itself; a verdict that the message settles is said before the booking it leads to."""
    if topic == "coverage" and (own == "repair" or wish.has("visit")):
        return [topic, "repair"]
    if own in (None, topic, "smalltalk") or wish.intent in REPLIES or wish.bare:
        return [topic]
    return [own or topic]


def torn_between_repair_and_cover(wish: Wish) -> bool:
    """保修 and 报修 sound alike: where the message could as well mean the one as the other, it is asked back."""
    ranked = dict(wish.ranking)
    cover, repair = (max((ranked.get(name, 0.0) for name in names), default=0.0) for names in (_COVER, _REPAIR))
    return not wish.facts and min(cover, repair) >= TORN


_COVER, _REPAIR = ("ask_coverage", "ask_warranty_period"), ("book_repair",)
TORN = 0.15  # both at least this likely (docs/understanding.md)


def _by_facts(desk: Desk, wish: Wish) -> str:
    """No intent to act on: what the message speaks of."""
    if wish.has("ticket_no"):
        return "progress"
    if wish.has("service_number"):
        return "contacts"
    if desk.top is not None and desk.top.stage == "told" and wish.has("visit", "phone", "address"):
        return "repair"  # a verdict offered a booking, and this is what a booking needs
    if desk.top is not None and (desk.top.asked or wish.intent in (YES, NO)) and desk.unsure == 0:
        return desk.top.topic
    if wish.has("fault") or (wish.has("product") and wish.intent != "out_of_scope"):
        return "repair"
    return "unsure"


def converse(
    desk: Desk, topic: str, wish: Wish, context: Context, perform: Perform, *, last: bool = True
) -> tuple[Desk, tuple[Say, ...]]:
    """One topic's turn. `last`: no other topic follows for this message, so an open question comes back."""
    remembered = {name: value for name, value in wish.facts.items() if name not in PASSING}
    unsure = desk.unsure + 1 if topic == "unsure" else 0
    before = replace(_with_answers_kept(desk.learn(remembered), topic, wish), unsure=unsure)
    turn = Turn(before, wish, context)
    handler = TOPICS[topic]
    if turn.desk.top is None or turn.desk.top.topic != topic:
        _leave_what_is_told(turn)
        handler.begin(turn)
    handler.step(turn)
    if not _carry_out(turn, topic, perform):
        turn.say("not_stored")
    elif last:
        _come_back(turn, topic, perform)
    return replace(turn.desk, at=context.now.isoformat()), turn.says


def _with_answers_kept(desk: Desk, topic: str, wish: Wish) -> Desk:
    """A form in hand keeps what the message says for it, even where another topic answers the message."""
    top = desk.top
    if top is None or top.topic == topic or not isinstance(TOPICS[top.topic], Form):
        return desk
    if wish.facts.get("product", top.slots.get("product")) != top.slots.get("product"):
        return desk  # the question is about another appliance
    return desk.put(
        top.filled({name: v for name, v in wish.facts.items() if name in TOPICS[top.topic].uses})
    )


def _leave_what_is_told(turn: Turn) -> None:
    """A verdict that was told waits for nothing once something else begins."""
    if turn.desk.top is not None and turn.desk.top.stage == "told":
        turn.desk = turn.desk.pop()


def _carry_out(turn: Turn, topic: str, perform: Perform) -> bool:
    """Do the calls a topic makes, one after the other; False as soon as one could not be stored."""
    while (call := turn.take_call()) is not None:
        result = perform(call)
        if result.get("failed"):
            return False
        if turn.desk.top is not None and turn.desk.top.topic == topic:
            TOPICS[topic].resume(turn, result)
    return True


def _come_back(turn: Turn, topic: str, perform: Perform) -> None:
    """After something in between, the open question of what was in hand before is asked again."""
    top = turn.desk.top
    if top is None or top.topic == topic or topic in ("safety", "unsure"):
        return
    TOPICS[top.topic].again(turn)
    _carry_out(turn, top.topic, perform)

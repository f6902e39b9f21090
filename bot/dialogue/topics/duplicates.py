"""The same household has asked for the same thing already: that is said, and joining it is offered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialogue.turn import Turn

STAGE = "duplicate"


def ask_for_similar(turn: Turn, request: Mapping[str, Any]) -> bool:
    """Whether the store is asked for open requests like this one: once for a product and a phone."""
    slots = turn.task.slots
    about = [slots.get("kind", "repair"), slots.get("product"), slots.get("phone")]
    if slots.get("related") or slots.get("apart") or slots.get("compared") == about:
        return False
    turn.change(slots={**slots, "compared": about})
    turn.call("similar_open", ticket=request)
    return True


def offer_to_join(turn: Turn, result: Mapping[str, Any]) -> bool:
    """Whether there is one. Of a request of another conversation no more is told than that there is one."""
    if not result["similar"]:
        return False
    ticket = result["similar"][0]
    turn.change(stage=STAGE, slots={**turn.task.slots, "similar": ticket.no})
    own = ticket.no in result["own"]
    turn.ask("join", code="repair.similar", ticket=ticket, own=own, about=turn.task.draft)
    return True


def answer(turn: Turn) -> bool:
    """Act on joining or booking apart; whether the message chose one of them."""
    wish, slots = turn.wish, turn.task.slots
    if "join" in wish.asks and "apart" not in wish.asks:
        words = slots.get("description") or slots.get("fault") or wish.text
        turn.call("change_ticket", no=slots["similar"], step="note", text=words, once=turn.draft_id("join"))
    elif "apart" in wish.asks:
        turn.change(stage="asking", asked=(), slots={**slots, "apart": True})
        return False
    else:
        turn.say("repair.similar_choose", about=turn.task.draft)
    return True

"""Whoever has lost the number of a request proves the phone it was registered with: a code is sent there and told back.

A step of whatever is wanted of a request (`OfTicket`), which goes on once the phone is proven. What is open under a
phone is told only then: before it nothing shows whether there is anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.dialogue.topics.base import NO
from bot.dialogue.turn import Turn
from bot.tickets.rules import rules

PHONE, CODE = "proof_phone", "code"
SLOTS = ("phone", CODE)


def begin(turn: Turn) -> None:
    """No number is at hand: the phone is asked for, or the code is sent to the one that was told for it."""
    if phone := turn.task.slots.get("phone"):
        _send(turn, str(phone))
    else:
        turn.change(stage=PHONE)
        turn.ask("phone", code="proof.ask_phone")


def is_under_way(turn: Turn) -> bool:
    return turn.task.stage in (PHONE, CODE)


def step(turn: Turn) -> bool:
    """Go on with it; false where the message is no word on it (a number was found after all)."""
    facts, slots = turn.wish.facts, turn.task.slots
    if "ticket_no" in facts:
        turn.change(stage="asking")
        return False
    if turn.wish.problems:
        turn.ask(*turn.task.asked, code=f"problem.{turn.wish.problems[0].code}", **turn.wish.problems[0].data)
    elif "phone" in facts:
        _send(turn, facts["phone"])
    elif turn.task.stage == CODE and CODE in facts:
        turn.call("check_code", code=facts[CODE])
    elif turn.task.stage == CODE and "resend" in turn.wish.asks:
        _send(turn, str(slots["phone"]))
    elif turn.wish.intent == NO or turn.task.unsure:
        turn.finish()
        turn.say("progress.without_number")
    else:
        turn.change(unsure=turn.task.unsure + 1)
        turn.ask(*turn.task.asked, code="proof.ask_code" if turn.task.stage == CODE else "proof.ask_phone")
    return True


def resume(turn: Turn, result: Mapping[str, Any]) -> bool:
    """What came of sending or checking; true once the phone is proven."""
    if result["call"] == "send_code":
        _sent(turn, result)
        return False
    if result["proven"]:
        slots = {name: value for name, value in turn.task.slots.items() if name not in (*SLOTS, "ticket_no", "last4")}
        turn.change(stage="proven", asked=(), unsure=0, slots=slots)
        return True
    if result["tries_left"]:
        turn.ask(CODE, code="proof.wrong_code")
    else:
        turn.finish()
        turn.say("proof.no_more_tries")
    return False


def _send(turn: Turn, phone: str) -> None:
    turn.change(slots={**turn.task.slots, "phone": phone}, unsure=0)
    turn.call("send_code", phone=phone)


def _sent(turn: Turn, result: Mapping[str, Any]) -> None:
    if result["sent"]:
        turn.change(stage=CODE)
        minutes = int(rules().code.valid / timedelta(minutes=1))
        turn.ask(CODE, code="proof.sent", last4=str(turn.task.slots["phone"])[-4:], minutes=minutes)
    elif result["soon"]:
        turn.change(stage=CODE)
        turn.ask(CODE, code="proof.too_soon")
    else:
        turn.finish()
        turn.say("proof.not_sent")

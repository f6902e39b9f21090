"""When somebody comes: a visit as it was understood, as an appointment; and the hours at which nobody usually does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from bot.dialogue.turn import Turn
from policies_kb.model import Knowledge

VISITING_HOURS = "booking.visiting-hours"  # the clause of a brand that says when its engineers come


def appointment(visit: Mapping[str, Any], kb: Knowledge) -> dict[str, Any] | None:
    """A visit as understood → the ticket's appointment; "as soon as possible" has no day yet. What is vague or lies
    outside the visiting hours is to be confirmed."""
    if not visit.get("day"):
        return None
    start, end = visit.get("start"), visit.get("end")
    if start and visit.get("after"):  # 两点以后: until nobody comes any more
        closing = max(closes for _, closes in kb.visiting_hours).strftime("%H:%M")
        end = closing if start < closing else None
    agreed = bool(start) and not visit.get("approximate") and within_hours(str(start), end, kb)
    return {"date": visit["day"], "from": start, "to": end, "to_confirm": not agreed}


def may_be_either(visit: Mapping[str, Any], kb: Knowledge) -> int | None:
    """The hour that somebody may come at in the morning as well as in the evening (明天八点), where it was not said."""
    if not visit.get("either") or visit.get("end") or visit.get("after"):
        return None
    start = time.fromisoformat(visit["start"])
    last = max(closes for _, closes in kb.visiting_hours)
    evening = start.replace(hour=start.hour + 12)
    return start.hour if within_hours(visit["start"], None, kb) and evening < last else None


def within_hours(start: str, end: str | None, kb: Knowledge) -> bool:
    first, last = time.fromisoformat(start), time.fromisoformat(end or start)
    return any(opens <= first and last <= closes for opens, closes in kb.visiting_hours)


def say_if_unusual(turn: Turn, visit: Mapping[str, Any], brand: str | None, product: str | None) -> None:
    """A time at which nobody usually comes is noted, and said to be so; with the brand's own hours, if any."""
    if visit.get("start") and not within_hours(visit["start"], visit.get("end"), turn.kb):
        own = turn.kb.clauses.get(f"{turn.kb.catalog.brand_of(brand or '', product)}.{VISITING_HOURS}")
        turn.say("repair.unusual_hours", hours=turn.kb.visiting_hours, clauses=turn.kb.whole_rule(own) if own else ())

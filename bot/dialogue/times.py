"""Days and times of a message as facts: when it was bought, made or repaired, when somebody is to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.dialogue.state import Desk
from bot.dialogue.turn import Problem
from bot.text.days import DayRange, Impossible
from bot.text.found import Found
from bot.text.reading import Reading
from bot.text.visits import Visit, VisitTime


def days_said(value: DayRange | Impossible, slot: str, today: date) -> list[str] | Problem:
    """The first and the last day that a past day can have been; a day to come is none."""
    if isinstance(value, Impossible):
        return Problem(slot, value.reason_code, {"text": value.text})
    if value.first > today:
        return Problem(slot, "day_to_come", {"day": value.first.isoformat()})
    return [value.first.isoformat(), min(value.last, today).isoformat()]


def with_its_day(visits: Sequence[Found[Visit]]) -> Found[Visit]:
    """The last wish of a message; a time without a day is of the day that was named before it: 后天吧,大概上午."""
    last = visits[-1]
    if len(visits) > 1 and isinstance(last.value, VisitTime) and last.value.implied:
        before = visits[-2].value
        if isinstance(before, VisitTime) and before.day is not None and before.start is None and before.end is None:
            return replace(last, value=replace(last.value, day=before.day, implied=False))
    return last


def visit_said(value: VisitTime | Impossible, desk: Desk, now: datetime) -> dict[str, Any] | Problem:
    """A wish for a visit: its day, hours and what was left open; what is over is none."""
    if isinstance(value, Impossible):
        return Problem("visit", value.reason_code, {"text": value.text})
    stands = _visit_in_hand(desk)
    if value.implied and stands.get("day") and not stands.get("implied"):
        day = date.fromisoformat(stands["day"])
        value = replace(value, day=day, implied=False)  # 大后天, then 上午: the time of the day that stands
    if value.day is not None and _is_over(value, value.day, now):
        return Problem("visit", "visit_past", {"day": value.day.isoformat()})
    hours = {name: at.strftime("%H:%M") for name in ("start", "end") if (at := getattr(value, name)) is not None}
    flags = {name: True for name in ("approximate", "asap", "implied") if getattr(value, name)}
    if stands.get("implied") and value.day is not None and not hours:  # 下午三点, then 后天: the hours that stand
        hours = {name: stands[name] for name in ("start", "end") if name in stands}
    return {"day": value.day.isoformat() if value.day else None, **hours, **flags}


def day_of_what_happened(plain: Reading, today: date) -> str | None:
    """师傅昨天上门: the one past day that a message speaks of, whatever happened on it."""
    days = [day.value.first for day in plain.other_days if isinstance(day.value, DayRange) and _is_one(day.value)]
    days += [v.value.day for v in plain.visits if isinstance(v.value, VisitTime) and v.value.day]
    past = [day for day in days if day < today]
    return past[-1].isoformat() if past else None


def _is_one(days: DayRange) -> bool:
    return days.first == days.last


def _visit_in_hand(desk: Desk) -> Mapping[str, Any]:
    """The visit that a booking in hand already has."""
    visits = [task.slots["visit"] for task in desk.tasks if task.topic == "repair" and "visit" in task.slots]
    return visits[-1] if visits else {}


def _is_over(visit: VisitTime, day: date, now: datetime) -> bool:
    end = visit.end or visit.start
    return day < now.date() or (day == now.date() and end is not None and end < now.time())

"""What a message puts right in what was told before: a word of a name or an address, the day of a visit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from bot.dialogue.state import Facts, Task
from bot.dialogue.turn import Problem
from bot.text.corrections import days_later, instead


def words_put_right(text: str, slots: Facts, heard: Mapping[str, Any]) -> dict[str, Any]:
    """不是高凤霞,是高凤侠: the name or the address of `slots` with the right word in it, unless another was `heard`."""
    if (fix := instead(text)) is None:
        return {}
    wrong, right = fix
    pattern = rf"(?<!\d){re.escape(wrong)}" + (r"(?!\d)" if wrong[-1:].isdigit() else "")
    told = {slot: str(slots.get(slot) or "") for slot in ("name", "address")}
    mended = {
        slot: re.sub(pattern, lambda match: right, stands, count=1)
        for slot, stands in told.items()
        if re.search(pattern, stands) and heard.get(slot, stands) in (stands, wrong, right)
    }
    if "address" in mended and slots.get("city"):  # the same city, another house
        mended["city"] = slots["city"]
    return mended


def visit_moved(text: str, tasks: Iterable[Task], today: date) -> dict[str, Any] | Problem | None:
    """再晚一天: the visit that was told last, a day later."""
    visit = next((task.slots["visit"] for task in reversed([*tasks]) if task.slots.get("visit")), None)
    days = days_later(text)
    if not visit or not visit.get("day") or days is None:
        return None
    day = date.fromisoformat(visit["day"]) + timedelta(days=days)
    if day < today:
        return Problem("visit", "visit_past", {"day": day.isoformat()})
    return {**visit, "day": day.isoformat()}

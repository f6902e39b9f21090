"""The desk's own hours and targets: `service.yml` → `Desk`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from policies_kb.clauses import UNITS, read_within
from policies_kb.model import Desk, Target
from policies_kb.reading import Node, optional

#: What the file may hold. `escalation` and `identity` are read by bot.tickets.rules, which says what they hold.
KEYS = ["human_desk", "flow", "appointments", "deadlines", "escalation", "identity"]
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_Hours = Mapping[int, tuple[tuple[time, time], ...]]


def read_desk(service: Node) -> Desk:
    """When people answer and the times that the desk sets itself, as far as the file gives them."""
    keys = service.mapping(optional=KEYS)
    hours = optional(keys, "human_desk", _hours, {})
    targets = {
        name: target
        for name, node in (keys["deadlines"].entries().items() if "deadlines" in keys else ())
        if (target := _target(node, has_hours=any(hours.values())))
    }
    return Desk(hours, targets)


def _hours(node: Node) -> _Hours:
    days = node.mapping(optional=_DAYS)
    return {number: tuple(_spans(days[day])) for number, day in enumerate(_DAYS) if day in days}


def _spans(node: Node) -> list[tuple[time, time]]:
    """The openings of a day, one after the other, or none and a problem recorded."""
    try:
        spans = [
            (time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in map(Node.texts, node.items())
        ]
    except ValueError:
        spans = []
    moments = [moment for span in spans for moment in span]
    if not spans or sorted(set(moments)) != moments:
        node.wrong('must be pairs of times in order, like ["09:00", "12:00"]')
        return []
    return spans


def _target(node: Node, *, has_hours: bool) -> Target | None:
    keys = node.mapping(required=["zh", "within"])
    if len(keys) < 2:
        return None
    within = read_within(keys["within"], ("desk_hours", *UNITS))
    if within and within.unit == "desk_hours" and not has_hours:
        keys["within"].wrong("desk_hours need the hours of human_desk")
    return Target(keys["zh"].text(), within) if within else None

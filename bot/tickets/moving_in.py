"""Tickets that come from another system: what is taken over, and what each row is told.

They keep their number, their times and their history; only what no ticket may hold is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.tickets import lifecycle
from bot.tickets.fields import plain
from bot.tickets.model import BadField, Change, Ticket


@dataclass(frozen=True)
class Result:
    """What became of one row; `why` names the field and what is wrong where it was refused."""

    no: str | None
    outcome: Literal["imported", "exists", "refused"]
    why: str = ""


def refused(row: Any, why: str) -> Result:
    """A row that was not taken over."""
    no = row.get("no") if isinstance(row, Mapping) else None
    return Result(no if isinstance(no, str) else None, "refused", why)


def read(row: Any, *, at: datetime) -> tuple[Ticket, tuple[Change, ...]]:
    """The ticket of a row and the history it brings; `at` where it has no times. `BadField`."""
    if not isinstance(row, Mapping):
        raise BadField("ticket: expected an object")
    given = {name: value for name, value in row.items() if value not in (None, "")}
    created = given.get("created", plain(at))
    ticket = Ticket.from_json({"created": created, "updated": created, **given})
    if not ticket.no.isprintable() or " " in ticket.no or len(ticket.no) > 32:
        raise BadField("no: expected at most 32 characters without spaces")
    if ticket.state not in lifecycle.states(ticket.kind):
        states = ", ".join(lifecycle.states(ticket.kind))
        raise BadField(f"state: {ticket.state} is none of a {ticket.kind}'s: {states}")
    return ticket, _history(given.get("history", []))


def _history(rows: Any) -> tuple[Change, ...]:
    if not isinstance(rows, list):
        raise BadField("history: expected a list")
    return tuple(Change.from_json(row, f"history[{n}]") for n, row in enumerate(rows))

"""What staff write on a ticket by hand: whom to ring, where to go, what the appliance is, when the return visit is due.

Pure. What has a step of its own (quote, sheet, rating, who comes, a decision) is written by that step alone. Part of a
field is named by its place: `contact.phone`; nothing as a value takes it away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.text.phones import find_phones
from bot.tickets import lifecycle
from bot.tickets.fields import plain
from bot.tickets.lifecycle import Refused
from bot.tickets.model import Ticket
from bot.tickets.steps import Plan, Step, past
from bot.tickets.words import Reason

#: The fields that are written by hand.
SETTABLE = (
    "brand", "product", "part", "fault", "description", "model", "serial", "name", "phone", "contact", "address",
    "city", "appointment", "mode", "purchased", "proof", "category", "amount", "wish", "evidence", "related", "charge",
    "priority", "follow_up", "due",
)  # fmt: skip


def write(changes: Mapping[str, Any], *, today: date, note: str = "") -> Plan:
    """Change fields; a phone must be one, and a visit is not agreed on for a day that is over."""

    def plan(ticket: Ticket) -> Step | Refused:
        whole = _whole(ticket, changes)
        for name in changes:
            if name.partition(".")[0] not in SETTABLE:
                return _bad(ticket, f"{name}: is not set by hand; these are: {', '.join(SETTABLE)}")
        for place, phone in _phones(whole):
            if not _is_phone(phone):
                return _bad(ticket, f"{place}: {phone!r} is no telephone number")
        if "appointment" in whole and (why := past(whole["appointment"], today)):
            return _bad(ticket, why)
        return Step(changes=whole, note=note)

    return plan


def _whole(ticket: Ticket, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Whole fields, made of what the ticket holds and the parts that are to change."""
    before, whole = ticket.to_json(), dict[str, Any]()
    for place, value in changes.items():
        name, _, part = place.partition(".")
        held = whole.get(name, before.get(name))
        whole[name] = {**(held if isinstance(held, Mapping) else {}), part: plain(value)} if part else plain(value)
    return whole


def _phones(whole: Mapping[str, Any]) -> list[tuple[str, Any]]:
    contact = whole.get("contact")
    found = [("phone", whole.get("phone"))]
    found += [("contact.phone", contact.get("phone"))] if isinstance(contact, Mapping) else []
    return [(place, phone) for place, phone in found if phone]


def _is_phone(written: Any) -> bool:
    return isinstance(written, str) and any(one.text == written.strip() for one in find_phones(written.strip()))


def _bad(ticket: Ticket, why: str) -> Refused:
    return Refused(Reason.BAD_VALUE, lifecycle.allowed(ticket), why)

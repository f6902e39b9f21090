"""Tickets and their changes as rows of the tables, and back."""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from typing import Any

from sqlalchemy.engine import Row

from bot.tickets.model import Change, Ticket
from bot.tickets.tables import tickets


def digits(phone: str) -> str:
    """What a phone number is looked up by: its last eleven digits, however it is written."""
    return "".join(c for c in phone if c.isascii() and c.isdigit())[-11:]


def row_of(ticket: Ticket) -> dict[str, Any]:
    """The row of a ticket: its body, and the columns it is looked up by."""
    names = [c.name for c in tickets.columns if c.name not in ("body", "contact_phone")]
    values = {name: getattr(ticket, name) for name in names}
    row = {name: v.value if isinstance(v, Enum) else v for name, v in values.items()}
    contact_phone = ticket.contact.phone if ticket.contact else None
    row["phone"] = digits(ticket.phone or "") or None
    row["contact_phone"] = digits(contact_phone or "") or None
    return {**row, "body": ticket.to_json()}


def ticket_of(row: Row) -> Ticket:
    """The ticket of a row."""
    return Ticket.from_json(row.body, version=row.version)


def change_row(no: str, change: Change) -> dict[str, Any]:
    """The row of a change of the ticket with this number."""
    return {"ticket_no": no, **{f.name: getattr(change, f.name) for f in fields(change)}}


def change_of(row: Row) -> Change:
    """The change of a row."""
    return Change(**{f.name: row._mapping[f.name] for f in fields(Change)})

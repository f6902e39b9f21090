"""Tickets and their changes as rows of the tables: read, added, replaced. No rule stands here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bot.tickets.model import Change, Ticket
from bot.tickets.tables import done_once, history, tickets


def get(connection: Connection, no: str, *, hold: bool = False) -> Ticket | None:
    """The ticket with this number; held, whoever else wants to change it waits for our commit."""
    query = sa.select(tickets).where(tickets.c.no == no)
    row = connection.execute(query.with_for_update() if hold else query).one_or_none()
    return None if row is None else ticket_of(row)


def insert(connection: Connection, ticket: Ticket, changes: Iterable[Change]) -> None:
    """Add a ticket and the beginning of its history."""
    connection.execute(sa.insert(tickets).values(_row(ticket)))
    append(connection, ticket.no, changes, version=ticket.version)


def update(connection: Connection, ticket: Ticket, changes: Iterable[Change]) -> None:
    """Replace a ticket by what it has become, and add to its history."""
    is_it = tickets.c.no == ticket.no
    connection.execute(sa.update(tickets).where(is_it).values(_row(ticket)))
    append(connection, ticket.no, changes, version=ticket.version)


def append(connection: Connection, no: str, changes: Iterable[Change], *, version: int | None = None) -> None:
    """Add to the history of a ticket that became this version, or of one that stays as it is."""
    names = [f.name for f in fields(Change)]
    values = [{name: getattr(change, name) for name in names} for change in changes]
    connection.execute(sa.insert(history), [{"ticket_no": no, "version": version, **row} for row in values])


def done_with(connection: Connection, once: str) -> str | None:
    """The number of the ticket that was changed under this id."""
    no: str | None = connection.execute(sa.select(done_once.c.ticket_no).where(done_once.c.id == once)).scalar()
    return no


def mark_done(connection: Connection, once: str, no: str, at: datetime) -> None:
    """Remember that the change was made."""
    connection.execute(sa.insert(done_once).values(id=once, ticket_no=no, at=at))


def ticket_of(row: Row) -> Ticket:
    """The ticket of a row."""
    return Ticket.from_json(row.body, version=row.version)


def change_of(row: Row) -> Change:
    """The change of a row."""
    return Change(**{f.name: row._mapping[f.name] for f in fields(Change)})


def digits(phone: str) -> str:
    """What a phone number is looked up by: its last eleven digits, however it is written, without an extension."""
    phone = phone.partition("转")[0]
    return "".join(c for c in phone if c.isascii() and c.isdigit())[-11:]


def _row(ticket: Ticket) -> dict[str, Any]:
    names = [c.name for c in tickets.columns if c.name not in ("body", "contact_phone")]
    values = {name: getattr(ticket, name) for name in names}
    row = {name: v.value if isinstance(v, Enum) else v for name, v in values.items()}
    contact_phone = ticket.contact.phone if ticket.contact else None
    row["phone"] = digits(ticket.phone or "") or None
    row["contact_phone"] = digits(contact_phone or "") or None
    return {**row, "body": ticket.to_json()}

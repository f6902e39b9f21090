"""Deadlines that were missed: listed whenever somebody asks, escalated once each.

To escalate is one transaction under the ticket's lock: the deadline is marked, the ticket becomes
urgent and a level higher, its history and the outbox say why. So it happens once however many
workers run, and a worker that is killed in the middle has done nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.database import Database
from bot.tickets import rows
from bot.tickets.deadlines import deadlines
from bot.tickets.fields import plain
from bot.tickets.model import Change, Priority, Ticket, raised
from bot.tickets.outbox import enqueue

_log = logging.getLogger(__name__)

ACTOR = "deadlines"
_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class Overdue:
    """A deadline that was missed and still runs; `escalated` is null until a worker has seen it."""

    id: int
    ticket_no: str
    name: str
    started: datetime
    due: datetime
    basis: str
    guessed: str | None
    escalated: datetime | None

    def to_json(self) -> dict[str, Any]:
        """Its fields in JSON, the row's own number left out."""
        return {name: plain(value) for name, value in vars(self).items() if name != "id"}


def overdue(database: Database, at: datetime) -> list[Overdue]:
    """Every deadline that was missed and still runs, the longest missed first."""
    query = sa.select(*_COLUMNS).where(*_missed(at)).order_by(deadlines.c.due, deadlines.c.id)
    with database.reading() as connection:
        return [Overdue(**row._mapping) for row in connection.execute(query)]


def escalate(database: Database, at: datetime) -> int:
    """Escalate what is overdue and was not yet, some hundred at most; how many. Raises `StoreUnavailable`."""
    query = sa.select(*_COLUMNS).where(*_missed(at), deadlines.c.escalated.is_(None))
    with database.reading() as connection:
        found = connection.execute(query.order_by(deadlines.c.due).limit(_AT_ONCE)).all()
    return sum(_escalate_one(database, Overdue(**row._mapping), at) for row in found)


def _escalate_one(database: Database, missed: Overdue, at: datetime) -> bool:
    with database.writing() as connection:
        ticket = rows.get(connection, missed.ticket_no, hold=True)
        # Looked at again now that nobody else can change it: another worker, or the desk, may have been faster.
        if ticket is None or not _mark(connection, missed, at):
            return False
        _raise(connection, ticket, missed, at)
    _log.info("deadline.overdue ticket=%s name=%s basis=%s", missed.ticket_no, missed.name, missed.basis)
    return True


def _mark(connection: Connection, missed: Overdue, at: datetime) -> bool:
    still = (deadlines.c.id == missed.id, deadlines.c.escalated.is_(None), *_missed(at))
    marked = connection.execute(sa.update(deadlines).where(*still).values(escalated=at))
    return bool(marked.rowcount)


def _raise(connection: Connection, ticket: Ticket, missed: Overdue, at: datetime) -> None:
    after = replace(
        ticket, level=raised(ticket.level), priority=Priority.URGENT, updated=at, version=ticket.version + 1
    )
    note = f"{missed.name}: due {plain(missed.due)} ({missed.basis})"
    trace = [
        Change(at=at, actor=ACTOR, event="overdue", field=name, old=plain(old), new=plain(new), note=note)
        for name, old, new in (
            ("level", ticket.level, after.level),
            ("priority", ticket.priority, after.priority),
        )
        if old != new
    ]
    rows.update(connection, after, trace or [Change(at=at, actor=ACTOR, event="overdue", note=note)])
    what = {"deadline": missed.name, "due": plain(missed.due), "basis": missed.basis}
    enqueue(connection, "ticket.overdue", ticket.no, at=at, payload=what)


def _missed(at: datetime) -> tuple[Any, Any]:
    return deadlines.c.ended.is_(None), deadlines.c.due < at


_COLUMNS = [deadlines.c[name] for name in Overdue.__dataclass_fields__]

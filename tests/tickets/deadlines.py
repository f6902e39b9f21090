"""What the tests of deadlines share: moments, requests, and the deadlines and announcements that a database holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.database import Database
from bot.tickets.deadlines import deadlines
from bot.tickets.model import Kind, NewTicket
from bot.tickets.outbox import outbox

HOUR = timedelta(hours=1)


def moment(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(f"{text}+08:00")


def new(kind: str, brand: str | None = "skyworth", **more: Any) -> NewTicket:
    """A request of a kind."""
    return NewTicket(kind=Kind(kind), brand=brand, product="television", **more)


def running(database: Database, no: str | None = None) -> dict[str, tuple[datetime, str]]:
    """The deadlines that run, of a ticket or of all: name → due and basis."""
    query = sa.select(deadlines).where(deadlines.c.ended.is_(None))
    with database.reading() as connection:
        rows = connection.execute(query).all()
    return {row.name: (row.due, row.basis) for row in rows if no in (None, row.ticket_no)}


def outcomes(database: Database, name: str) -> list[str | None]:
    """How the deadlines of a name ended, oldest first; None for one that runs."""
    query = sa.select(deadlines.c.outcome).where(deadlines.c.name == name).order_by(deadlines.c.id)
    with database.reading() as connection:
        return list(connection.execute(query).scalars())


def announced(database: Database, event: str) -> list[tuple[str, object]]:
    """The announcements of an event, oldest first."""
    with database.reading() as connection:
        rows = connection.execute(sa.select(outbox).where(outbox.c.event == event).order_by(outbox.c.id)).all()
    return [(row.ticket_no, row.payload) for row in rows]

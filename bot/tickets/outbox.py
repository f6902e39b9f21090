"""What others must hear of: rows written in the transaction of the change itself, and taken by who delivers them.

A change that is stored is announced, one that is not stored is not. A row names the ticket and
what happened to it, never a person: whoever delivers it reads the ticket as it then stands.

To take a row is to put it off until the lease ends: nobody else takes it meanwhile, and if its
taker dies it comes up again by itself. Of one ticket only the oldest waiting row can be taken.
Leases and pauses between tries are real time: a steered clock neither stops nor skips them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import uniform
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.database import Database, Moment, Serial, metadata
from bot.tickets.fields import plain

#: status: waiting, sent, or given_up after too many tries. A waiting row is not taken before
#: `not_before`: the end of a lease, or of a pause after a failure.
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("ticket_no", sa.Text, sa.ForeignKey("tickets.no"), nullable=False, index=True),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("status", sa.Text, nullable=False, server_default="waiting"),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("not_before", Moment),
    sa.Column("sent", Moment),
    sa.Column("error", sa.Text),
    sa.Index(None, "status", "not_before"),
    sqlite_autoincrement=True,
)

Status = Literal["waiting", "sent", "given_up"]

LEASE = timedelta(seconds=90)  # far longer than one delivery may take


@dataclass(frozen=True)
class Patience:
    """How long to try: after n failures a pause of `first` doubled n - 1 times, at most `longest`, in all `tries`.

    Each pause is shortened by chance, by half at most, so that what failed together is not tried
    together; even so the default outlasts a weekend.
    """

    first: timedelta = timedelta(seconds=2)
    longest: timedelta = timedelta(hours=6)
    tries: int = 36

    def pause(self, tries: int) -> timedelta:
        """The pause after so many tries."""
        return min(self.first * 2 ** min(tries - 1, 30), self.longest) * uniform(0.5, 1)


PATIENCE = Patience()


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """One row: what happened to which ticket, and how its delivery stands."""

    id: int
    at: datetime
    event: str
    ticket_no: str
    payload: Mapping[str, Any]
    status: Status
    tries: int
    not_before: datetime | None
    sent: datetime | None
    error: str | None

    def to_json(self) -> dict[str, Any]:
        """Its fields in JSON."""
        return {name: plain(value) for name, value in vars(self).items()}


def enqueue(
    connection: Connection,
    event: str,
    ticket_no: str,
    *,
    at: datetime,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """Announce an event of a ticket, `ticket.opened` say, when the transaction commits."""
    row = {"at": at, "event": event, "ticket_no": ticket_no, "payload": dict(payload or {})}
    connection.execute(sa.insert(outbox).values(row))


def take(database: Database, now: datetime, *, lease: timedelta = LEASE) -> Announcement | None:
    """The next row to deliver, ours until the lease ends; None where nothing waits."""
    earlier = outbox.alias("earlier")
    is_behind = sa.exists().where(
        earlier.c.ticket_no == outbox.c.ticket_no, earlier.c.id < outbox.c.id, earlier.c.status == "waiting"
    )
    is_ready = sa.or_(outbox.c.not_before.is_(None), outbox.c.not_before <= now)
    ready = sa.select(outbox).where(outbox.c.status == "waiting", is_ready, ~is_behind).order_by(outbox.c.id).limit(1)
    with database.reading() as connection:  # most of the time nothing waits, and nobody's turn to write is used up
        if connection.execute(ready).first() is None:
            return None
    with database.writing() as connection:
        row = connection.execute(ready.with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return None
        taken = {"tries": row.tries + 1, "not_before": now + lease}
        connection.execute(sa.update(outbox).where(outbox.c.id == row.id).values(taken))
        return Announcement(**{**row._mapping, **taken})


def sent(database: Database, taken: Announcement, now: datetime) -> None:
    """It was delivered; true also where its lease has run out meanwhile."""
    values = {"status": "sent", "sent": now, "not_before": None, "error": None}
    with database.writing() as connection:
        connection.execute(sa.update(outbox).where(outbox.c.id == taken.id).values(values))


def failed(database: Database, taken: Announcement, now: datetime, *, error: str, patience: Patience) -> Status:
    """It was not delivered: it waits for the next try, or is given up. Nothing, where our lease has run out."""
    status: Status = "given_up" if taken.tries >= patience.tries else "waiting"
    again = None if status == "given_up" else now + patience.pause(taken.tries)
    is_ours = (outbox.c.id == taken.id, outbox.c.tries == taken.tries, outbox.c.status == "waiting")
    values = {"status": status, "not_before": again, "error": error}
    with database.writing() as connection:
        connection.execute(sa.update(outbox).where(*is_ours).values(values))
    return status


def unsent(database: Database) -> list[Announcement]:
    """What waits or was given up, oldest first."""
    query = sa.select(outbox).where(outbox.c.status != "sent").order_by(outbox.c.id)
    with database.reading() as connection:
        return [Announcement(**row._mapping) for row in connection.execute(query)]


def retry(database: Database) -> int:
    """Let what was given up, and what pauses after a failure, be tried at once and anew; how many rows."""
    is_stuck = sa.or_(outbox.c.status == "given_up", sa.and_(outbox.c.status == "waiting", outbox.c.error.is_not(None)))
    anew = {"status": "waiting", "tries": 0, "not_before": None}
    with database.writing() as connection:
        return int(connection.execute(sa.update(outbox).where(is_stuck).values(anew)).rowcount)

"""What the tests of delivery share: a listener, a worker whose clock is held in hand, and how the outbox stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.database import Database
from bot.settings import SHANGHAI
from bot.tickets import outbox
from bot.tickets.model import State
from bot.tickets.outbox import Announcement, Patience
from bot.tickets.store import TicketStore
from bot.tickets.webhook import Receiver
from bot.tickets.work import deliver
from tests.tickets.desk import REPAIR
from tests.tickets.receiver import Listener, listening

REAL = datetime(2026, 11, 22, 12, 0, tzinfo=SHANGHAI)  # the machine's clock, held in hand
SECOND = timedelta(seconds=1)
KEY = b"only the receiver knows"
LEE = replace(REPAIR, address="杭州市西湖区某路1号")


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Who takes everything, unless the test says otherwise."""
    with listening() as listener:
        yield listener


def to(listener: Listener) -> Receiver:
    """The listener as the worker knows it; it is waited for no longer than a moment."""
    return Receiver(listener.url, KEY, timeout=(1.0, 0.3))


def dispatched(store: TicketStore, no: str, at: datetime) -> None:
    """Move a new ticket on."""
    store.move(no, State.DISPATCHED, actor="desk", at=at)


def work(database: Database, receiver: Receiver, now: datetime = REAL, *, patience: Patience = outbox.PATIENCE) -> int:
    """Deliver until nothing is ready at this moment; how many tries it took."""
    for count in range(1000):
        if not deliver(database, receiver, patience=patience, clock=lambda: now):
            return count
    raise AssertionError("no end of deliveries")


def take(database: Database, now: datetime) -> Announcement:
    """What there must be to take."""
    taken = outbox.take(database, now)
    assert taken is not None
    return taken


def statuses(database: Database) -> list[tuple[str, int, str | None]]:
    """Status, tries and error of every row, oldest first."""
    with database.reading() as connection:
        rows = connection.execute(sa.select(outbox.outbox).order_by(outbox.outbox.c.id)).all()
    return [(row.status, row.tries, row.error) for row in rows]

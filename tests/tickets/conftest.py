"""The databases that every test here runs on, a store in one of them, the desk at work in it, and a receiver."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.database import Database
from bot.settings import SHANGHAI
from bot.tickets.store import TicketStore
from tests.tickets.databases import database, postgres_server, url
from tests.tickets.delivering import listener
from tests.tickets.desk import completed, desk, inspected, mended
from tests.tickets.office import office

__all__ = [
    "at",
    "completed",
    "database",
    "desk",
    "inspected",
    "listener",
    "mended",
    "office",
    "postgres_server",
    "store",
    "url",
]


@pytest.fixture
def store(database: Database) -> TicketStore:
    """A store without tickets."""
    return TicketStore(database)


@pytest.fixture
def at() -> datetime:
    """The moment at which everything happens."""
    return datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)

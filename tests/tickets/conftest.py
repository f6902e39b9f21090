"""The databases that every test here runs on, and a store in one of them."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.database import Database
from bot.settings import SHANGHAI
from bot.tickets.store import TicketStore
from tests.tickets.databases import database, postgres_server, url

__all__ = ["at", "database", "postgres_server", "store", "url"]


@pytest.fixture
def store(database: Database) -> TicketStore:
    """A store without tickets."""
    return TicketStore(database)


@pytest.fixture
def at() -> datetime:
    """The moment at which everything happens."""
    return datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)

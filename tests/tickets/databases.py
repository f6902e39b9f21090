"""Fixtures: the same test on an empty SQLite file and on an empty PostgreSQL database."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.database import Database
from tests.empty_store import store_at
from tests.tickets import postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a running PostgreSQL server."""
    if not postgres.is_installed():
        pytest.skip("PostgreSQL is not installed")
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, one of each kind in turn; the SQLite one has its tables."""
    if request.param == "sqlite":
        yield store_at(tmp_path / "baoxiu.db")
        return
    server = request.getfixturevalue("postgres_server")
    with postgres.database(server, f"t{uuid.uuid4().hex}") as address:
        yield address


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An empty database, not yet opened."""
    database = Database(url)
    yield database
    database.dispose()

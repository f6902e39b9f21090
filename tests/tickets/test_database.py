"""The schema's version, what importing costs, and how moments are kept."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import bot.conversations.tables
import bot.tickets.outbox
import bot.tickets.tables  # noqa: F401  (they fill the metadata)
from bot.database import Database, StoreUnavailable, metadata, migrate
from bot.tickets.tables import drafts

_COMPARE = {"compare_type": True, "include_name": lambda name, *_: name != "sqlite_sequence"}

_LIGHT = """
import sys
import bot.tickets.store, bot.conversations.transcript, bot.conversations.mode
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_the_migrations_make_the_tables_of_the_program(url: str, database: Database) -> None:
    """A migrated database has exactly the tables, columns and indexes that the program names."""
    migrate(url)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts=_COMPARE)
        assert compare_metadata(context, metadata) == []
        columns = {
            table: {c["name"]: c["nullable"] for c in sa.inspect(connection).get_columns(table)}
            for table in metadata.tables
        }
    assert columns == {name: {c.name: c.nullable for c in table.columns} for name, table in metadata.tables.items()}


def test_migrating_again_changes_nothing(url: str, database: Database) -> None:
    """A database that is up to date is left as it is, with what it holds."""
    values = {"conversation": "c", "channel": "rest", "topic": "t", "payload": {}}
    with database.writing() as connection:
        connection.execute(sa.insert(drafts).values(id="d", at=datetime.now(timezone.utc), **values))
    migrate(url)
    with database.reading() as connection:
        assert len(connection.execute(sa.select(drafts)).all()) == 1


@pytest.mark.slow
def test_processes_that_start_at_once_migrate_once(url: str, tmp_path: Path) -> None:
    """Four processes that find a database without tables all find it migrated in the end."""
    if url.startswith("sqlite"):
        url = f"sqlite:///{tmp_path / 'new.db'}"
    program = "import sys; from bot.database import migrate; migrate(sys.argv[1])"
    running = [subprocess.Popen([sys.executable, "-c", program, url]) for _ in range(4)]
    assert [process.wait(timeout=60) for process in running] == [0] * 4
    with Database(url).reading() as connection:
        rows = connection.exec_driver_sql("SELECT version_num FROM alembic_version").all()
    assert len(rows) == 1


def test_a_database_of_a_newer_program_is_not_touched(url: str, database: Database) -> None:
    """A schema that this program does not know makes the store unavailable."""
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnavailable, match="9999"):
        migrate(url)


def test_a_sqlite_file_lets_readers_and_a_writer_work_together(tmp_path: Path) -> None:
    """A SQLite file is in WAL mode, and holds to its foreign keys."""
    database = Database(f"sqlite:///{tmp_path}/new/directory/baoxiu.db")
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_a_moment_is_kept_whatever_its_offset(database: Database) -> None:
    """A moment comes back as the same instant in Shanghai; one without an offset is refused."""
    moment = datetime(2026, 11, 20, 23, 30, 0, 250_000, tzinfo=timezone(timedelta(hours=-5)))
    values = {"conversation": "c", "channel": "rest", "topic": "t", "payload": {}}
    with database.writing() as connection:
        connection.execute(sa.insert(drafts).values(id="d", at=moment, **values))
    with database.reading() as connection:
        (stored,) = connection.execute(sa.select(drafts.c.at)).one()
    assert stored == moment
    assert stored.isoformat() == "2026-11-21T12:30:00.250000+08:00"
    with pytest.raises(sa.exc.StatementError), database.writing() as connection:
        connection.execute(sa.insert(drafts).values(id="e", at=datetime(2026, 1, 1), **values))


def test_the_stores_load_without_the_heavy_libraries() -> None:
    """Importing tickets and conversations loads no Rasa, TensorFlow, spaCy or alembic."""
    result = subprocess.run([sys.executable, "-c", _LIGHT], capture_output=True, text=True, check=True, timeout=60)
    modules = result.stdout.strip()
    heavy = {"rasa", "rasa_sdk", "tensorflow", "spacy", "alembic", "numpy", "jieba"}
    assert not heavy & set(modules.split())

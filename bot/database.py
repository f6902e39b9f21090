"""The one way to the database: transactions, the schema's version, and what "unavailable" means.

`Database(url)` opens nothing until its first transaction; that one also brings the schema up to
date, so any process may be the first, and a server that was away at the start is found when it is
back. Statements are SQLAlchemy's and run on SQLite and PostgreSQL alike; what differs between the
two stands in this module only.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from bot import settings

__all__ = ["Connection", "Database", "Moment", "Serial", "StoreUnavailable", "metadata", "migrate"]

if TYPE_CHECKING:
    from alembic.config import Config

#: Every table of ours; the migrations in `bot/migrations` make them, and a test compares the two.
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: A number that only grows. SQLite counts upwards on its own only in a column of this exact type.
Serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")

T = TypeVar("T")

_TRIES = 8
_WAIT = 3  # seconds for a lock or a connection: an action has four before it must answer
_SCRIPTS = Path(__file__).with_name("migrations")
_MIGRATION_LOCK = 0x62616F786975  # any number that nobody else uses: "baoxiu"
_migrating = threading.Lock()  # alembic keeps its context in module globals


class StoreUnavailable(Exception):
    """The database cannot be read or written now; nothing was stored. The cause is attached."""


class Moment(sa.types.TypeDecorator):
    """A moment: aware datetimes in and out, UTC in the column, Asia/Shanghai in the program."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without an offset")
        value = value.astimezone(timezone.utc)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            value = value.replace(tzinfo=timezone.utc)
        return value.astimezone(settings.SHANGHAI)


class Database:
    """One database and its transactions; share one among the stores of a process, in any thread."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        # One pool for both. On SQLite writers take the write lock at once: a transaction that reads
        # first and writes later is refused there without waiting.
        self._writers = self._engine.execution_options(begin="BEGIN IMMEDIATE")
        # Waiting threads queue here: in SQLite they would only try again, in no order.
        self._turn: AbstractContextManager[None] = _Turn() if self._engine.dialect.name == "sqlite" else nullcontext()
        self._is_current = False
        self._preparing = _Turn()

    @classmethod
    def at(cls, database_or_url: Database | str) -> Database:
        """The database itself, or a new one for an address."""
        return cls(database_or_url) if isinstance(database_or_url, str) else database_or_url

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database. Raises `StoreUnavailable`."""
        with _unavailable_on_failure():
            self._prepare()
            with self._engine.begin() as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is stored whole or not at all. Raises `StoreUnavailable`.

        `sqlalchemy.exc.IntegrityError` passes through: what a broken constraint means, its store
        knows.
        """
        with _unavailable_on_failure():
            self._prepare()
            with self._turn, self._writers.begin() as connection:
                yield connection

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in a transaction, and from the start again where a twin broke its constraint.

        Two numbers alike, one draft confirmed twice at once: whoever looks again finds what the
        twin stored. Raises `StoreUnavailable`, also where there is no end of it.
        """
        for _ in range(_TRIES):
            try:
                with self.writing() as connection:
                    return work(connection)
            except IntegrityError as error:
                clash = error
        raise StoreUnavailable("no end of clashes") from clash

    def migrate(self) -> None:
        """Bring the schema up to date; any number of processes may do it at once."""
        with _unavailable_on_failure():
            self._prepare()

    def dispose(self) -> None:
        """Close the pool's connections."""
        self._engine.dispose()

    def _prepare(self) -> None:
        with self._preparing:
            if not self._is_current:
                if self._engine.dialect.name == "sqlite":
                    _make_directory(self._engine)
                _upgrade(self._engine, self._writers)
                self._is_current = True


class _Turn:
    """A lock whose waiters come first come, first served, and wait no longer than for the database.

    `threading.Lock` lets a running thread take it again before those who wait: with several writers
    and a slow disk somebody would wait until the time is over.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Event] = deque()  # its head holds the lock

    def __enter__(self) -> None:
        mine = threading.Event()
        with self._guard:
            self._queue.append(mine)
            self._call_the_first()
        if not mine.wait(_WAIT):
            self._leave(mine)
            raise StoreUnavailable("others of this process are still waiting for the database")

    def __exit__(self, *_: object) -> None:
        self._leave(self._queue[0])

    def _leave(self, waiter: threading.Event) -> None:
        with self._guard:
            self._queue.remove(waiter)
            self._call_the_first()

    def _call_the_first(self) -> None:
        if self._queue:
            self._queue[0].set()


def migrate(url: str) -> None:
    """Bring the schema of the database at `url` up to date. Raises `StoreUnavailable`."""
    database = Database(url)
    try:
        database.migrate()
    finally:
        database.dispose()


def _engine(url: str) -> Engine:
    is_sqlite = make_url(url).get_backend_name() == "sqlite"
    engine = sa.create_engine(
        url,
        future=True,
        hide_parameters=True,  # an error's text is logged, and parameters are personal data
        pool_timeout=_WAIT,
        **(_sqlite_options() if is_sqlite else _postgresql_options()),
    )
    if is_sqlite:
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _sqlite_options() -> dict[str, Any]:
    # Connections are kept: the last one to close would fold the log back into the file each time.
    lending = {"check_same_thread": False}  # a connection is used by one thread after another
    return {"poolclass": QueuePool, "connect_args": {"timeout": _WAIT, **lending}}


def _postgresql_options() -> dict[str, Any]:
    limits = f"-c lock_timeout={_WAIT}s -c statement_timeout={_WAIT}s"
    connect_args = {"connect_timeout": _WAIT, "options": limits}
    return {"pool_pre_ping": True, "connect_args": connect_args}


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late; ours is in _begin_sqlite
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # what was confirmed survives a power cut


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


@contextmanager
def _unavailable_on_failure() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, sqlite3.Error, PoolTimeout) as error:
        cause = getattr(error, "orig", None) or error
        first_line = str(cause).strip().partition("\n")[0]
        raise StoreUnavailable(f"{type(cause).__name__}: {first_line}") from error


# The schema's version


def _make_directory(engine: Engine) -> None:
    directory = Path(engine.url.database or "").parent
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreUnavailable(f"cannot make {directory}: {error.strerror}") from error


def _upgrade(engine: Engine, writers: Engine) -> None:
    from alembic import command  # here, because most users of this module never migrate
    from alembic.runtime.migration import MigrationContext
    from alembic.util import CommandError

    with engine.begin() as connection:
        if MigrationContext.configure(connection).get_current_revision() == _newest():
            return
    if engine.dialect.name == "sqlite":
        _switch_to_wal(engine)
    with _migrating, writers.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
            connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        config = _migrations()
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")  # nothing to do where another process was faster
        except CommandError as error:
            raise StoreUnavailable(f"the schema is not of this program: {error}") from error


def _migrations() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config


@cache
def _newest() -> str | None:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_migrations()).get_current_head()


def _switch_to_wal(engine: Engine) -> None:
    """Let readers and one writer work side by side; the file remembers it.

    Of processes that switch at the same moment SQLite refuses some without waiting, hence the
    loop.
    """
    deadline = time.monotonic() + _WAIT
    while True:
        try:
            with closing(sqlite3.connect(engine.url.database, timeout=_WAIT)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)

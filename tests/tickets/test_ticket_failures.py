"""A database that cannot be reached or written: one error, and nothing half stored."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.database import Database, StoreUnavailable
from bot.tickets.model import Draft, Kind, NewTicket, State
from bot.tickets.store import TicketStore

PHONE = "13800138000"
REQUEST = NewTicket(kind=Kind.REPAIR, phone=PHONE, description="x" * 4000)


def test_a_directory_that_cannot_be_made(tmp_path: Path, at: datetime) -> None:
    """Where a file stands in the way of the database's directory the store is unavailable."""
    (tmp_path / "file").touch()
    store = TicketStore(f"sqlite:///{tmp_path}/file/baoxiu.db")
    with pytest.raises(StoreUnavailable):
        store.open("d1", REQUEST, actor="customer", at=at)
    with pytest.raises(StoreUnavailable):
        store.get("BX1")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """A file of something else is left alone, and the store is unavailable."""
    file = tmp_path / "baoxiu.db"
    file.write_text("this is no database " * 100)
    with pytest.raises(StoreUnavailable):
        TicketStore(f"sqlite:///{file}").search()
    assert file.read_text() == "this is no database " * 100


def test_a_server_that_is_away() -> None:
    """A PostgreSQL server that does not answer makes the store unavailable, with the cause."""
    store = TicketStore("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(StoreUnavailable) as error:
        store.of_phone(PHONE)
    assert error.value.__cause__ is not None


def test_a_server_that_comes_back(tmp_path: Path, at: datetime) -> None:
    """A store that was unavailable at first works as soon as its database can be reached."""
    (tmp_path / "var").touch()
    store = TicketStore(f"sqlite:///{tmp_path}/var/baoxiu.db")
    with pytest.raises(StoreUnavailable):
        store.open("d1", REQUEST, actor="customer", at=at)
    (tmp_path / "var").unlink()
    assert store.open("d1", REQUEST, actor="customer", at=at).created


def test_a_full_disk(tmp_path: Path, at: datetime) -> None:
    """When the disk is full nothing of the ticket is stored and its draft is still there."""
    url = f"sqlite:///{tmp_path}/baoxiu.db"
    store = TicketStore(url)
    draft = Draft(id="d1", conversation="c", channel="rest", topic="repair", payload={}, at=at)
    store.save_draft(draft)
    full = Database(url)
    event.listen(full._engine, "connect", _allow_no_more_pages)
    with pytest.raises(StoreUnavailable, match="full"):
        TicketStore(full).open("d1", REQUEST, actor="customer", at=at)
    assert store.search() == []
    assert store.draft("d1") == draft
    assert store.open("d1", REQUEST, actor="customer", at=at).created


def _allow_no_more_pages(connection: Any, _record: Any) -> None:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")


def test_a_writer_that_never_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, at: datetime) -> None:
    """Behind a lock that is not released the store gives up in time, and readers still read."""
    monkeypatch.setattr("bot.database._WAIT", 0.2)
    url = f"sqlite:///{tmp_path}/baoxiu.db"
    store = TicketStore(url)
    no = store.open("d1", REQUEST, actor="customer", at=at).ticket.no
    with Database(url).writing():
        with pytest.raises(StoreUnavailable, match="locked"):
            store.move(no, State.DISPATCHED, actor="desk", at=at)
        ticket = store.get(no)
    assert ticket is not None and ticket.state is State.REGISTERED


def test_a_failure_in_the_middle_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, store: TicketStore, at: datetime
) -> None:
    """A process that dies after the ticket's row and before its announcement has stored nothing."""

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.tickets.writing.enqueue", die)
    with pytest.raises(KeyboardInterrupt):
        store.open_many("d1", [REQUEST, REQUEST], actor="customer", at=at)
    monkeypatch.undo()
    assert store.search() == []
    assert store.open_many("d1", [REQUEST], actor="customer", at=at)[0].created


def test_an_error_says_nothing_of_the_customer(tmp_path: Path, at: datetime) -> None:
    """The text of an error, which is logged, holds no value that was to be stored."""
    url = f"sqlite:///{tmp_path}/baoxiu.db"
    TicketStore(url).search()
    full = Database(url)
    event.listen(full._engine, "connect", _allow_no_more_pages)
    with pytest.raises(StoreUnavailable) as error:
        TicketStore(full).open("d1", REQUEST, actor="customer", at=at)
    cause: BaseException | None = error.value
    while cause is not None:
        assert PHONE not in str(cause)
        cause = cause.__cause__

"""A deadline that is missed is escalated once, whoever looks, however often, and whatever dies meanwhile."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.database import Database
from bot.settings import SHANGHAI
from bot.tickets import escalation, lifecycle
from bot.tickets.deadlines import deadlines
from bot.tickets.escalation import escalate, overdue
from bot.tickets.model import Kind, Priority
from bot.tickets.store import TicketStore
from tests.tickets.deadlines import HOUR, announced, moment, new, running
from tests.tickets.desk import moved, opened

pytestmark = pytest.mark.slow


def test_a_missed_deadline_is_escalated_once(store: TicketStore, database: Database, at: datetime) -> None:
    """Overdue by a second the ticket is urgent and a level higher, as history and outbox say; then never again."""
    no = opened(store, at, new("complaint", level=2)).no
    due = running(database)["complaint_first_reply"][0]
    assert escalate(database, due) == 0
    late = due + timedelta(seconds=1)
    assert [escalate(database, late), escalate(database, late), escalate(database, late + 9 * HOUR)] == [1, 0, 0]
    ticket = store.get(no)
    assert ticket is not None
    assert (ticket.level, ticket.priority, ticket.updated) == (3, Priority.URGENT, late)
    trace = [(c.event, c.actor, c.field, c.old, c.new) for c in store.history(no)[1:]]
    assert trace == [
        ("overdue", "deadlines", "level", 2, 3),
        ("overdue", "deadlines", "priority", None, "urgent"),
    ]
    assert announced(database, "ticket.overdue") == [
        (no, {"deadline": "complaint_first_reply", "due": due.isoformat(), "basis": "service.yml"})
    ]


def test_what_is_overdue_is_listed_whether_or_not_a_worker_saw_it(
    store: TicketStore, database: Database, at: datetime
) -> None:
    """The list holds what was missed and still runs, the longest missed first."""
    first = opened(store, at, new("complaint")).no
    second = opened(store, at, new("lead"), "d2").no
    moved(store, first, "handling", at=at + HOUR)  # in time
    late = moment("2026-11-30T10:00")
    listed = [(m.ticket_no, m.name, m.escalated) for m in overdue(database, late)]
    assert listed == [(first, "complaint_resolution", None), (second, "lead", None)]
    assert escalate(database, late) == 2
    assert [m.escalated for m in overdue(database, late)] == [late, late]
    moved(store, second, "handling", at=late)
    assert [m.ticket_no for m in overdue(database, late)] == [first]
    assert overdue(database, at + HOUR) == []


def test_a_deadline_survives_a_restart(store: TicketStore, database: Database, url: str, at: datetime) -> None:
    """Another process finds the deadlines of one that is gone, 90 days later."""
    opened(store, at, new("callback"))
    database.dispose()
    again = Database(url)
    assert escalate(again, at + timedelta(days=90)) == 1
    again.dispose()


def test_a_ticket_at_the_highest_level_is_escalated_all_the_same(
    store: TicketStore, database: Database, at: datetime
) -> None:
    """Where neither level nor priority can rise the history still says that it was overdue."""
    no = opened(store, at, new("callback", level=9, priority=Priority.URGENT)).no
    assert escalate(database, at + 99 * HOUR) == 1
    assert store.history(no)[-1].event == "overdue"
    ticket = store.get(no)
    assert ticket is not None and ticket.level == 9


def test_workers_at_once_escalate_each_deadline_once(url: str, at: datetime) -> None:
    """Four workers with twenty missed deadlines make twenty escalations."""
    store = TicketStore(url)
    for n in range(20):
        opened(store, at, new("callback"), f"d{n}")
    workers = [Database(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda database: escalate(database, at + 99 * HOUR), workers))
    assert sum(counts) == 20
    assert {ticket.level for ticket in store.search()} == {1}
    assert len(announced(workers[0], "ticket.overdue")) == 20
    for worker in workers:
        worker.dispose()


# Random histories


class Crash(BaseException):
    """The process dies here."""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A migrated SQLite file without tickets, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "baoxiu.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.dispose()
    yield path


@pytest.mark.slow
@settings(max_examples=40)
@given(seed=st.integers(min_value=0), steps=st.lists(st.sampled_from("omaaccx"), min_size=5, max_size=30))
def test_random_histories_and_crashes_fire_each_missed_deadline_exactly_once(
    empty: Path, seed: int, steps: list[str]
) -> None:
    """Whatever is opened and moved, however the clock goes on and workers die: a deadline is escalated exactly if a
    worker looked while it was overdue, and then once."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "baoxiu.db")
        shutil.copy(empty, file)
        url = f"sqlite:///{file}"
        now, looks = datetime(2026, 9, 25, 10, tzinfo=SHANGHAI), []
        store, database = TicketStore(url), Database(url)
        for n, step in enumerate(steps):
            now += timedelta(minutes=chance.randrange(1, 60 * 40))
            tickets = store.search()
            if step == "o" or not tickets:
                brand = chance.choice(["jason", "skyworth", "viomi", None])
                opened(store, now, new(chance.choice(list(Kind)).value, brand), f"d{n}")
            elif step == "m":
                ticket = chance.choice(tickets)
                if to := lifecycle.allowed(ticket):
                    store.move(ticket.no, chance.choice(to), actor="desk", at=now, note="n")
            elif step == "a":
                escalate(database, now)
                looks.append(now)
            elif step == "c":
                _dies_while_escalating(database, now, after=chance.randrange(3))
                escalate(Database(url), now)  # started again
                looks.append(now)
            else:
                database.dispose()
                store, database = TicketStore(url), Database(url)
        _each_fired_once(database, store, looks)


def _dies_while_escalating(database: Database, now: datetime, *, after: int) -> None:
    calls = iter(range(100))
    whole = escalation.enqueue

    def dying(*arguments: Any, **options: Any) -> None:
        whole(*arguments, **options)
        if next(calls) == after:
            raise Crash

    escalation.enqueue = dying  # type: ignore[assignment]
    try:
        escalate(database, now)
    except Crash:
        pass
    finally:
        escalation.enqueue = whole


def _each_fired_once(database: Database, store: TicketStore, looks: list[datetime]) -> None:
    with database.reading() as connection:
        rows = connection.execute(sa.select(deadlines)).all()
    should = [row for row in rows if any(row.due < at and (row.ended is None or at < row.ended) for at in looks)]
    assert {row.id for row in rows if row.escalated} == {row.id for row in should}
    expected = Counter(row.ticket_no for row in should)
    assert Counter(no for no, _ in announced(database, "ticket.overdue")) == expected
    assert {ticket.no: ticket.level for ticket in store.search() if ticket.level} == expected
    waiting = [(row.ticket_no, row.name) for row in rows if row.ended is None]
    assert len(waiting) == len(set(waiting))  # no deadline runs twice

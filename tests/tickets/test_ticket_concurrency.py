"""Two at once: one draft is one ticket, and no change is lost; on SQLite and on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
import sqlalchemy as sa

from bot.database import Database
from bot.text import ticket_no
from bot.tickets.model import Kind, NewTicket, State, Ticket
from bot.tickets.outbox import outbox
from bot.tickets.store import Opened, Refused, TicketStore

REQUEST = NewTicket(kind=Kind.REPAIR, phone="13800138000")


def test_one_draft_confirmed_by_many_at_once_is_one_ticket(url: str, at: datetime) -> None:
    """Of eight confirmations at once one creates the ticket and all are told its number."""
    barrier = Barrier(8)
    store = TicketStore(url)

    def confirm(_: int) -> Opened:
        barrier.wait()
        return store.open("d1", REQUEST, actor="customer", at=at)

    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(confirm, range(8)))
    assert sorted(o.created for o in opened) == [False] * 7 + [True]
    assert len({o.ticket.no for o in opened}) == 1
    assert len(store.history(opened[0].ticket.no)) == 1


@pytest.mark.slow
def test_one_draft_confirmed_by_many_processes_is_one_ticket(url: str, database: Database) -> None:
    """Processes that share only a database, empty at first, open one ticket together."""
    program = (
        "import sys\n"
        "from bot import settings\n"
        "from bot.tickets.model import Kind, NewTicket\n"
        "from bot.tickets.store import TicketStore\n"
        "store = TicketStore(sys.argv[1])\n"
        "lead = NewTicket(kind=Kind.LEAD)\n"
        "opened = store.open('d1', lead, actor='customer', at=settings.now())\n"
        "print(opened.ticket.no, opened.created)\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, url], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    lines = [process.communicate(timeout=60)[0].split() for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert sorted(created for _, created in lines) == ["False"] * 3 + ["True"]
    assert len({no for no, _ in lines}) == 1
    with database.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(outbox)).scalar() == 1


def test_requests_at_once_are_all_stored(url: str, at: datetime) -> None:
    """Forty different drafts from eight threads become forty tickets with forty numbers."""
    store = TicketStore(url)
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda n: store.open(f"d{n}", REQUEST, actor="customer", at=at), range(40)))
    assert all(o.created for o in opened)
    assert len({o.ticket.no for o in opened}) == len(store.search()) == 40


def test_no_urging_is_lost(url: str, at: datetime) -> None:
    """Sixteen changes on the version each has read leave sixteen, whoever had to read again."""
    store = TicketStore(url)
    no = store.open("d1", REQUEST, actor="customer", at=at).ticket.no

    def urge(_: int) -> None:
        while True:
            ticket = store.get(no)
            assert ticket is not None
            changes = {"urged": (ticket.urged or 0) + 1}
            result = store.amend(no, changes, actor="customer", at=at, expect_version=ticket.version)
            if isinstance(result, Ticket):
                return

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(urge, range(16)))
    ticket = store.get(no)
    assert ticket is not None and ticket.urged == 16
    assert [change.new for change in store.history(no)[1:]] == list(range(1, 17))


def test_of_two_moves_at_once_one_is_refused(url: str, at: datetime) -> None:
    """A ticket that two dispatch at the same moment is dispatched once."""
    store = TicketStore(url)
    no = store.open("d1", REQUEST, actor="customer", at=at).ticket.no
    barrier = Barrier(2)

    def dispatch(actor: str) -> Ticket | Refused:
        barrier.wait()
        return store.move(no, State.DISPATCHED, actor=actor, at=at)

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(dispatch, ["a", "b"]))
    (refused,) = [result for result in results if isinstance(result, Refused)]
    assert refused.reason_code == "already_there"
    assert len(store.history(no)) == 2


def test_a_number_that_is_taken_is_drawn_again(
    monkeypatch: pytest.MonkeyPatch, store: TicketStore, at: datetime
) -> None:
    """When the number drawn exists another is drawn, and the first ticket is untouched."""
    numbers = iter([7, 7, 7, 8])
    monkeypatch.setattr("bot.tickets.writing.secrets.randbelow", lambda _: next(numbers))
    first = store.open("d1", REQUEST, actor="customer", at=at)
    second = store.open("d2", REQUEST, actor="customer", at=at)
    assert (first.created, second.created) == (True, True)
    assert [first.ticket.no, second.ticket.no] == [ticket_no.make(7), ticket_no.make(8)]

"""What a receiver does not take is tried again, with patience, by one worker at a time, and at last given up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.database import Database
from bot.tickets import outbox
from bot.tickets.outbox import LEASE, Patience
from bot.tickets.store import TicketStore
from bot.tickets.webhook import Receiver
from tests.tickets.delivering import KEY, LEE, REAL, SECOND, dispatched, statuses, take, to, work
from tests.tickets.desk import opened
from tests.tickets.receiver import Listener, Received

pytestmark = pytest.mark.slow

# When it is not taken


def test_what_was_taken_is_not_sent_again(
    store: TicketStore, database: Database, listener: Listener, at: datetime
) -> None:
    """After a 2xx the event is sent, and nothing waits any more."""
    opened(store, at, LEE)
    assert work(database, to(listener)) == 1
    assert work(database, to(listener), REAL + timedelta(days=90)) == 0
    assert statuses(database) == [("sent", 1, None)]
    assert outbox.unsent(database) == []


@pytest.mark.parametrize("status", [500, 404, 302, 308, None])
def test_anything_but_a_yes_is_tried_again(
    store: TicketStore, database: Database, listener: Listener, at: datetime, status: int | None
) -> None:
    """An error, a redirect (not followed: it would take the customer elsewhere) and a hung-up line count as no."""
    opened(store, at, LEE)
    listener.answer = lambda request: status
    work(database, to(listener))
    assert [request.path for request in listener.received] == ["/hook"]
    assert statuses(database) == [("waiting", 1, f"HTTP {status}" if status else "ConnectionError")]
    listener.answer = lambda request: 200
    assert work(database, to(listener), REAL + 2 * SECOND) == 1
    assert statuses(database) == [("sent", 2, None)]


def test_a_receiver_that_hangs_is_left_after_a_while(
    store: TicketStore, database: Database, listener: Listener, at: datetime
) -> None:
    """Who takes the request and never answers has not taken it."""
    opened(store, at, LEE)

    def hang(_: Received) -> None:
        listener.closing.wait(5)

    listener.answer = hang
    work(database, to(listener))
    assert statuses(database) == [("waiting", 1, "ReadTimeout")]


def test_a_receiver_that_is_away_is_tried_again(store: TicketStore, database: Database, at: datetime) -> None:
    """Where nobody listens the event waits."""
    opened(store, at, LEE)
    assert work(database, Receiver("http://127.0.0.1:9/", KEY, timeout=(1.0, 1.0))) == 1
    assert statuses(database) == [("waiting", 1, "ConnectionError")]


def test_pauses_double_up_to_the_longest_and_are_never_quite_alike() -> None:
    """The n-th pause lies between half and the whole of first * 2 ** (n - 1), and under the longest."""
    patience = Patience(first=2 * SECOND, longest=60 * SECOND)
    for tries, whole in ((1, 2), (2, 4), (5, 32), (6, 60), (400, 60)):
        pauses = {patience.pause(tries) for _ in range(50)}
        assert all(whole * SECOND / 2 <= pause <= whole * SECOND for pause in pauses)
        assert len(pauses) > 1


def test_the_usual_patience_outlasts_a_weekend() -> None:
    """A receiver that is away from Friday evening to Monday morning loses nothing, however chance shortens pauses."""
    usual = Patience()
    pauses = [min(usual.first * 2 ** (n - 1), usual.longest) / 2 for n in range(1, usual.tries)]
    assert sum(pauses, timedelta()) > timedelta(hours=62)


def test_an_event_that_is_given_up_stays_listed_and_can_be_sent_again(
    store: TicketStore, database: Database, listener: Listener, at: datetime
) -> None:
    """After the last try nothing more happens by itself; by hand it is tried anew and with all its tries."""
    no = opened(store, at, LEE).no
    listener.answer = lambda request: 500
    patience = Patience(first=SECOND, tries=3)
    now = REAL
    for _ in range(5):
        work(database, to(listener), now, patience=patience)
        now += timedelta(hours=1)
    assert len(listener.received) == 3
    (given_up,) = outbox.unsent(database)
    assert (given_up.ticket_no, given_up.status, given_up.error) == (no, "given_up", "HTTP 500")
    listener.answer = lambda request: 200
    assert outbox.retry(database) == 1
    assert work(database, to(listener), now, patience=patience) == 1
    assert statuses(database) == [("sent", 1, None)]


def test_an_event_that_is_given_up_holds_up_no_later_one(
    store: TicketStore, database: Database, listener: Listener, at: datetime
) -> None:
    """What a receiver will never take does not keep the ticket's further events from it."""
    no = opened(store, at, LEE).no
    dispatched(store, no, at)
    listener.answer = lambda request: 400 if request.json["event"] == "ticket.opened" else 200
    work(database, to(listener), patience=Patience(tries=1))
    assert statuses(database) == [("given_up", 1, "HTTP 400"), ("sent", 1, None)]


# Leases


def test_what_is_taken_is_nobody_elses_until_the_lease_ends(
    store: TicketStore, database: Database, at: datetime
) -> None:
    """A taken row comes up again by itself once its taker must be dead, and counts as a try."""
    opened(store, at, LEE)
    first = take(database, REAL)
    assert outbox.take(database, REAL + LEASE - SECOND) is None
    again = take(database, REAL + LEASE)
    assert (again.id, first.tries, again.tries) == (first.id, 1, 2)


def test_who_comes_back_after_the_lease_changes_nothing_for_the_worse(
    store: TicketStore, database: Database, at: datetime
) -> None:
    """A late failure does not touch what another has taken or sent; a late success is one."""
    opened(store, at, LEE)
    slow = take(database, REAL)
    quick = take(database, REAL + LEASE)
    outbox.failed(database, slow, REAL + LEASE, error="late", patience=Patience(tries=1))
    assert statuses(database) == [("waiting", 2, None)]
    outbox.sent(database, slow, REAL + LEASE)
    outbox.failed(database, quick, REAL + LEASE, error="x", patience=Patience())
    assert statuses(database) == [("sent", 2, None)]

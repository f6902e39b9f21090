"""Ticket events reach their receiver: signed, at least once, in order for each ticket, and with patience."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import bot.database
from bot import settings
from bot.database import Database
from bot.settings import SHANGHAI, SettingsError
from bot.tickets import outbox
from bot.tickets.model import Kind, NewTicket, State, Ticket
from bot.tickets.outbox import LEASE, Announcement, Patience
from bot.tickets.store import TicketStore
from bot.tickets.webhook import Receiver
from bot.tickets.work import deliver
from tests.tickets.receiver import Listener, Received, listening

pytestmark = pytest.mark.slow

REAL = datetime(2026, 11, 22, 12, 0, tzinfo=SHANGHAI)  # the machine's clock, held in hand
SECOND = timedelta(seconds=1)
KEY = b"only the receiver knows"
LEE = NewTicket(kind=Kind.REPAIR, brand="viomi", name="李雷", phone="13800138000", address="杭州市西湖区某路1号")


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Who takes everything, unless the test says otherwise."""
    with listening() as listener:
        yield listener


def to(listener: Listener) -> Receiver:
    """The listener as the worker knows it; it is waited for no longer than a moment."""
    return Receiver(listener.url, KEY, timeout=(1.0, 0.3))


def opened(store: TicketStore, at: datetime, draft: str = "d1") -> str:
    """The number of a ticket that is stored."""
    return store.open(draft, LEE, actor="customer", at=at).ticket.no


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


# What is sent


def test_a_receiver_gets_the_ticket_as_staff_see_it(
    store: TicketStore, database: Database, listener: Listener, at: datetime
) -> None:
    """The event, what it was about, and the whole ticket with its history, as it stands when it is sent."""
    no = opened(store, at)
    dispatched(store, no, at)
    work(database, to(listener))
    first, second = (request.json for request in listener.received)
    ticket = store.get(no)
    assert ticket is not None
    assert first == {
        "id": first["id"],
        "event": "ticket.opened",
        "at": at.isoformat(),
        "details": {},
        "version": 2,
        "ticket": ticket.to_json(store.history(no)),
    }
    assert (second["event"], second["details"]) == ("ticket.moved", {"fields": ["state"]})
    assert first["ticket"]["phone"] == "13800138000" and first["id"] < second["id"]


def test_what_is_sent_is_signed(store: TicketStore, database: Database, listener: Listener, at: datetime) -> None:
    """The signature is the Standard Webhooks one: HMAC-SHA256 in base64 over id, time and body, joined by dots."""
    opened(store, at)
    work(database, to(listener))
    (request,) = listener.received
    id_, timestamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
    signed = b".".join([id_.encode(), timestamp.encode(), request.content])
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"
    assert id_ == str(request.json["id"])
    assert int(timestamp) == int(REAL.timestamp())
    assert request.headers["content-type"] == "application/json; charset=utf-8"


def test_the_time_of_the_signature_is_the_machines_own(
    monkeypatch: pytest.MonkeyPatch, store: TicketStore, database: Database, listener: Listener, at: datetime
) -> None:
    """A clock that stands still in another year neither holds a delivery up nor stands in its signature."""
    monkeypatch.setenv("BAOXIU_NOW", "2031-01-01T00:00:00+08:00")
    opened(store, at)
    assert deliver(database, to(listener))
    sent = int(listener.received[0].headers["webhook-timestamp"])
    assert abs(sent - datetime.now(SHANGHAI).timestamp()) < 60


@pytest.mark.parametrize(
    ("url", "secret", "expected"),
    [
        ("", "", None),
        ("https://desk.example/hook", "plain text", ("https://desk.example/hook", b"plain text")),
        ("http://127.0.0.1:1/", "whsec_AAEC", ("http://127.0.0.1:1/", b"\0\1\2")),
        ("https://desk.example/hook", "", "BAOXIU_WEBHOOK_SECRET: must be set"),
        ("ftp://desk.example", "x", "BAOXIU_WEBHOOK_URL: must begin with"),
        ("http://[::1", "x", "BAOXIU_WEBHOOK_URL: must begin with"),
        ("http:///hook", "x", "BAOXIU_WEBHOOK_URL: must begin with"),
        ("https://desk.example", "whsec_!", "BAOXIU_WEBHOOK_SECRET: what follows whsec_"),
    ],
)
def test_address_and_key_come_together(
    monkeypatch: pytest.MonkeyPatch, url: str, secret: str, expected: tuple[str, bytes] | str | None
) -> None:
    """Without an address nobody listens; an address without a usable key is refused by name."""
    monkeypatch.setenv("BAOXIU_WEBHOOK_URL", url)
    monkeypatch.setenv("BAOXIU_WEBHOOK_SECRET", secret)
    if isinstance(expected, str):
        with pytest.raises(SettingsError, match=f"^{expected}"):
            settings.webhook()
    else:
        assert settings.webhook() == expected


# When it is not taken


def test_what_was_taken_is_not_sent_again(
    store: TicketStore, database: Database, listener: Listener, at: datetime
) -> None:
    """After a 2xx the event is sent, and nothing waits any more."""
    opened(store, at)
    assert work(database, to(listener)) == 1
    assert work(database, to(listener), REAL + timedelta(days=90)) == 0
    assert statuses(database) == [("sent", 1, None)]
    assert outbox.unsent(database) == []


@pytest.mark.parametrize("status", [500, 404, 302, 308, None])
def test_anything_but_a_yes_is_tried_again(
    store: TicketStore, database: Database, listener: Listener, at: datetime, status: int | None
) -> None:
    """An error, a redirect (not followed: it would take the customer elsewhere) and a hung-up line count as no."""
    opened(store, at)
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
    opened(store, at)

    def hang(_: Received) -> None:
        listener.closing.wait(5)

    listener.answer = hang
    work(database, to(listener))
    assert statuses(database) == [("waiting", 1, "ReadTimeout")]


def test_a_receiver_that_is_away_is_tried_again(store: TicketStore, database: Database, at: datetime) -> None:
    """Where nobody listens the event waits."""
    opened(store, at)
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
    no = opened(store, at)
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
    no = opened(store, at)
    dispatched(store, no, at)
    listener.answer = lambda request: 400 if request.json["event"] == "ticket.opened" else 200
    work(database, to(listener), patience=Patience(tries=1))
    assert statuses(database) == [("given_up", 1, "HTTP 400"), ("sent", 1, None)]


# Order


def test_a_ticket_waits_for_its_own_earlier_event_and_for_no_other(
    store: TicketStore, database: Database, listener: Listener, at: datetime
) -> None:
    """While the first event of one ticket pauses its second waits, and other tickets' events go out."""
    first, second = opened(store, at), opened(store, at, "d2")
    dispatched(store, first, at)
    dispatched(store, second, at)
    listener.answer = lambda request: 500 if request.json["ticket"]["no"] == first else 200
    work(database, to(listener))
    assert listener.told == [(first, "ticket.opened"), (second, "ticket.opened"), (second, "ticket.moved")]
    listener.answer = lambda request: 200
    work(database, to(listener), REAL + 2 * SECOND)
    assert listener.told[3:] == [(first, "ticket.opened"), (first, "ticket.moved")]


def test_random_failures_keep_each_tickets_order(
    store: TicketStore, database: Database, listener: Listener, at: datetime
) -> None:
    """However often the receiver fails: each event is taken once, and each ticket's in the order they happened."""
    chance = random.Random(20261122)
    numbers = [opened(store, at, f"d{n}") for n in range(5)]
    for _ in range(15):
        no = chance.choice(numbers)
        ticket = store.get(no)
        assert ticket is not None
        store.amend(no, {"urged": (ticket.urged or 0) + 1}, actor="customer", at=at)
    taken: list[tuple[str, int]] = []

    def sometimes(request: Received) -> int:
        if chance.random() < 0.5:
            return 503
        taken.append((request.json["ticket"]["no"], request.json["id"]))
        return 200

    listener.answer = sometimes
    now = REAL
    while outbox.unsent(database):
        work(database, to(listener), now)
        now += timedelta(hours=7)
    assert len(taken) == len(set(taken)) == 20
    for no in numbers:
        ids = [id_ for number, id_ in taken if number == no]
        assert ids == sorted(ids)


def test_what_an_older_version_announced_is_delivered_too(url: str, listener: Listener, at: datetime) -> None:
    """Events stored before there was a delivery wait for it after the migration."""
    no = _of_the_first_version(url, at)
    database = Database(url)
    work(database, to(listener))
    assert listener.told == [(no, "ticket.opened")]
    assert statuses(database) == [("sent", 1, None)]
    database.dispose()


def _of_the_first_version(url: str, at: datetime) -> str:
    """A database as migration 0001 leaves it, with one ticket and its announcement."""
    config = Config()
    config.set_main_option("script_location", str(Path(bot.database.__file__).with_name("migrations")))
    ticket = Ticket(kind=Kind.LEAD, no="BX1", state=State.REGISTERED, created=at, updated=at)
    row = {"no": ticket.no, "kind": "lead", "state": "registered", "version": 1}
    moments = {"created": at, "updated": at}
    engine = sa.create_engine(url, future=True)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        then = sa.MetaData()
        then.reflect(connection, only=["tickets", "outbox"])
        connection.execute(sa.insert(then.tables["tickets"]).values(**row, **moments, body=ticket.to_json()))
        event = {"event": "ticket.opened", "ticket_no": ticket.no, "payload": {}, "at": at}
        connection.execute(sa.insert(then.tables["outbox"]).values(event))
    engine.dispose()
    return ticket.no


# Leases


def test_what_is_taken_is_nobody_elses_until_the_lease_ends(
    store: TicketStore, database: Database, at: datetime
) -> None:
    """A taken row comes up again by itself once its taker must be dead, and counts as a try."""
    opened(store, at)
    first = take(database, REAL)
    assert outbox.take(database, REAL + LEASE - SECOND) is None
    again = take(database, REAL + LEASE)
    assert (again.id, first.tries, again.tries) == (first.id, 1, 2)


def test_who_comes_back_after_the_lease_changes_nothing_for_the_worse(
    store: TicketStore, database: Database, at: datetime
) -> None:
    """A late failure does not touch what another has taken or sent; a late success is one."""
    opened(store, at)
    slow = take(database, REAL)
    quick = take(database, REAL + LEASE)
    outbox.failed(database, slow, REAL + LEASE, error="late", patience=Patience(tries=1))
    assert statuses(database) == [("waiting", 2, None)]
    outbox.sent(database, slow, REAL + LEASE)
    outbox.failed(database, quick, REAL + LEASE, error="x", patience=Patience())
    assert statuses(database) == [("sent", 2, None)]


def test_workers_at_once_send_each_event_once(url: str, listener: Listener, at: datetime) -> None:
    """Four workers with thirty events make thirty requests, each ticket's two in order."""
    store = TicketStore(url)
    for n in range(15):
        dispatched(store, opened(store, at, f"d{n}"), at)
    workers = [Database(url) for _ in range(4)]
    # Who found nothing ready looks again: an event waits for the one before it, which another worker has.
    with ThreadPoolExecutor(4) as pool:
        while outbox.unsent(workers[0]):
            list(pool.map(partial(work, receiver=to(listener)), workers))
    assert len(listener.received) == 30
    for no in {no for no, _ in listener.told}:
        assert [event for number, event in listener.told if number == no] == ["ticket.opened", "ticket.moved"]
    for worker in workers:
        worker.dispose()


def test_the_log_and_the_list_name_nobody(
    store: TicketStore, database: Database, listener: Listener, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """Delivered, failed or given up: neither the log nor the outbox holds a name, a number or an address."""
    caplog.set_level("DEBUG")
    for n, status in enumerate((200, 500)):
        opened(store, at, f"d{n}")
        listener.answer = lambda request, status=status: status  # type: ignore[misc]
        work(database, to(listener), patience=Patience(tries=1))
    shown = caplog.text + str([row.to_json() for row in outbox.unsent(database)])
    assert "outbox.sent" in caplog.text and "outbox.given_up" in caplog.text
    assert not [value for value in (LEE.name, LEE.phone, LEE.address) if value and value in shown]

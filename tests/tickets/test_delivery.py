"""Ticket events reach their receiver: whole, signed, each ticket's in order, and naming nobody on the way."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
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
from bot.tickets.model import Kind, State, Ticket
from bot.tickets.outbox import Patience
from bot.tickets.store import TicketStore
from bot.tickets.work import deliver
from tests.tickets.delivering import KEY, LEE, REAL, SECOND, dispatched, statuses, to, work
from tests.tickets.desk import opened
from tests.tickets.receiver import Listener, Received

pytestmark = pytest.mark.slow

# What is sent


def test_a_receiver_gets_the_ticket_as_staff_see_it(
    store: TicketStore, database: Database, listener: Listener, at: datetime
) -> None:
    """The event, what it was about, and the whole ticket with its history, as it stands when it is sent."""
    no = opened(store, at, LEE).no
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
    opened(store, at, LEE)
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
    opened(store, at, LEE)
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


def test_the_log_and_the_list_name_nobody(
    store: TicketStore, database: Database, listener: Listener, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """Delivered, failed or given up: neither the log nor the outbox holds a name, a number or an address."""
    caplog.set_level("DEBUG")
    for n, status in enumerate((200, 500)):
        opened(store, at, LEE, f"d{n}")
        listener.answer = lambda request, status=status: status  # type: ignore[misc]
        work(database, to(listener), patience=Patience(tries=1))
    shown = caplog.text + str([row.to_json() for row in outbox.unsent(database)])
    assert "outbox.sent" in caplog.text and "outbox.given_up" in caplog.text
    assert not [value for value in (LEE.name, LEE.phone, LEE.address) if value and value in shown]


# Order


def test_a_ticket_waits_for_its_own_earlier_event_and_for_no_other(
    store: TicketStore, database: Database, listener: Listener, at: datetime
) -> None:
    """While the first event of one ticket pauses its second waits, and other tickets' events go out."""
    first, second = opened(store, at, LEE).no, opened(store, at, LEE, "d2").no
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
    numbers = [opened(store, at, LEE, f"d{n}").no for n in range(5)]
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


def test_workers_at_once_send_each_event_once(url: str, listener: Listener, at: datetime) -> None:
    """Four workers with thirty events make thirty requests, each ticket's two in order."""
    store = TicketStore(url)
    for n in range(15):
        dispatched(store, opened(store, at, LEE, f"d{n}").no, at)
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

"""The example receiver (examples/roundup.py) with a real help desk behind it: a Roundup tracker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.database import Database
from bot.settings import SHANGHAI
from bot.tickets import outbox, webhook
from bot.tickets.model import Kind, NewTicket, State
from bot.tickets.outbox import Patience
from bot.tickets.store import TicketStore
from bot.tickets.webhook import Receiver
from bot.tickets.work import deliver
from examples import roundup
from tests.http_server import running
from tests.tickets import roundup_tracker
from tests.tickets.receiver import listening

SECRET = "between the two of us"
AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def tracker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a tracker without issues."""
    if not roundup_tracker.is_installed():
        pytest.skip("Roundup is not installed")
    with roundup_tracker.running(tmp_path_factory.mktemp("roundup")) as url:
        yield url


@pytest.fixture
def store(tmp_path: Path) -> TicketStore:
    """A store without tickets."""
    return TicketStore(f"sqlite:///{tmp_path / 'baoxiu.db'}")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """The store's database."""
    database = Database(f"sqlite:///{tmp_path / 'baoxiu.db'}")
    yield database
    database.dispose()


@contextmanager
def adapter(url: str, *, password: str = roundup_tracker.PASSWORD) -> Iterator[Receiver]:
    """The example, listening; as the worker knows it."""
    server = roundup.server(roundup.Tracker(url, "admin", password), SECRET, port=0)
    with running(server):
        yield Receiver(f"http://127.0.0.1:{server.server_port}/", SECRET.encode())


def work(database: Database, receiver: Receiver) -> None:
    """Deliver until nothing is ready."""
    while deliver(database, receiver, patience=Patience(tries=1)):
        pass


def issues(url: str, no: str) -> list[dict[str, Any]]:
    """The tracker's issues of a ticket, told by Roundup: title, status, priority and the texts of their messages."""

    def ask(path: str, **params: str) -> requests.Response:
        answer = requests.get(f"{url}rest/data/{path}", params, auth=("admin", roundup_tracker.PASSWORD), timeout=10)
        assert answer.status_code == 200, answer.text
        return answer

    def get(path: str, **params: str) -> Any:
        return ask(path, **params).json()["data"]

    found = []
    for one in get("issue", title=no)["collection"]:
        values = get(f"issue/{one['id']}")["attributes"]
        words = {name: get(f"{name}/{values[name]['id']}")["attributes"]["name"] for name in ("status", "priority")}
        texts = [ask(f"msg/{message['id']}/binary_content").content.decode() for message in values["messages"]]
        found.append({"title": values["title"], **words, "messages": texts})
    return found


def opened(store: TicketStore) -> str:
    """The number of a ticket that is stored."""
    request = NewTicket(
        kind=Kind.REPAIR, brand="viomi", product="refrigerator", description="冷藏室不制冷", phone="13800138000"
    )
    return store.open("d1", request, actor="customer", at=AT).ticket.no


@pytest.mark.slow
def test_a_ticket_becomes_one_issue_and_each_event_one_message(
    store: TicketStore, database: Database, tracker: str
) -> None:
    """What is opened and cancelled at the desk is one issue at Roundup, with the ticket's words and its end."""
    no = opened(store)
    with adapter(tracker) as receiver:
        work(database, receiver)
        (issue,) = issues(tracker, no)
        assert (issue["title"], issue["status"], issue["priority"]) == (
            f"{no} repair viomi refrigerator",
            "unread",
            "bug",
        )
        assert "冷藏室不制冷" in issue["messages"][0] and "13800138000" in issue["messages"][0]
        store.amend(no, {"priority": "urgent"}, actor="desk", at=AT)
        store.move(no, State.CANCELLED, actor="customer", at=AT)
        work(database, receiver)
    (issue,) = issues(tracker, no)
    assert (issue["status"], issue["priority"], len(issue["messages"])) == ("resolved", "urgent", 3)
    assert outbox.unsent(database) == []


@pytest.mark.slow
def test_an_event_that_comes_twice_changes_nothing(store: TicketStore, database: Database, tracker: str) -> None:
    """At least once at the sender is exactly once at Roundup."""
    no = opened(store)
    with adapter(tracker) as receiver:
        work(database, receiver)
        before = issues(tracker, no)
        ticket = store.get(no)
        taken = outbox.Announcement(
            id=1, at=AT, event="ticket.opened", ticket_no=no, payload={}, status="waiting", tries=2,
            not_before=None, sent=None, error=None,
        )  # fmt: skip
        assert ticket is not None
        content = webhook.body(taken, ticket, store.history(no))
        assert webhook.post(receiver, 1, content, datetime.now(SHANGHAI)) is None
    assert issues(tracker, no) == before
    assert len(before) == len(before[0]["messages"]) == 1


@pytest.mark.slow
def test_a_tracker_that_refuses_lets_the_event_come_again(store: TicketStore, database: Database, tracker: str) -> None:
    """With a wrong password nothing is stored, and the sender is told so."""
    no = opened(store)
    with adapter(tracker, password="wrong") as receiver:
        work(database, receiver)
    assert [row.error for row in outbox.unsent(database)] == ["HTTP 502"]
    assert issues(tracker, no) == []


def test_a_tracker_that_is_away_lets_the_event_come_again(store: TicketStore, database: Database) -> None:
    """Where Roundup does not answer, the adapter says so and the event waits."""
    opened(store)
    with adapter("http://127.0.0.1:9/") as receiver:
        work(database, receiver)
    assert [row.error for row in outbox.unsent(database)] == ["HTTP 502"]


@pytest.mark.parametrize("spoil", ["nothing", "body", "key", "id", "time", "signature"])
def test_the_example_takes_only_what_is_signed(spoil: str) -> None:
    """A changed body, id or time, another key, an old time and no signature are refused."""
    now, content = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI), b'{"id":7}'
    key = b"other" if spoil == "key" else SECRET.encode()
    headers = webhook.headers(key, 7, content, now)
    changed = {"id": ("webhook-id", "8"), "signature": ("webhook-signature", "v1,")}.get(spoil)
    headers |= dict([changed]) if changed else {}
    later = now.timestamp() + (301 if spoil == "time" else 299)
    body = content + b" " if spoil == "body" else content
    assert roundup.is_signed(headers, body, SECRET, now=later) is (spoil == "nothing")


def test_the_example_refuses_a_stranger() -> None:
    """Who cannot sign gets 401, and the tracker hears nothing."""
    with listening() as tracker, adapter(tracker.url) as receiver:
        stranger = Receiver(receiver.url, b"guessed")
        assert webhook.post(stranger, 1, b"{}", datetime.now(SHANGHAI)) == "HTTP 401"
        assert tracker.received == []

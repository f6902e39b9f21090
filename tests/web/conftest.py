"""The web process in a test: its own database and key, a stand-in for Rasa, nothing else running."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from starlette.testclient import TestClient

from bot.conversations.transcript import Transcript
from bot.database import Database
from bot.tickets.store import TicketStore
from bot.web.__main__ import server
from bot.web.app import create_app
from tests.empty_store import store_at
from tests.http_server import running
from tests.web.stand_in import StandIn

LOOPBACK = ("127.0.0.1", 50000)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The database that the web process reads as well."""
    url = store_at(tmp_path / "baoxiu.db")
    monkeypatch.setenv("BAOXIU_DATABASE_URL", url)
    monkeypatch.setenv("BAOXIU_SECRET", "a key of this test")
    monkeypatch.setenv("BAOXIU_NOW", "2026-11-20T10:00:00+08:00")
    monkeypatch.delenv("BAOXIU_STAFF_TOKEN", raising=False)
    database = Database(url)
    yield database
    database.dispose()


@pytest.fixture
def transcript(database: Database) -> Transcript:
    return Transcript(database)


@pytest.fixture
def tickets(database: Database) -> TicketStore:
    return TicketStore(database)


@pytest.fixture
def rasa(transcript: Transcript, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A stand-in for Rasa that the web process finds."""
    with running(StandIn(transcript)) as stand_in:
        monkeypatch.setenv("BAOXIU_RASA_URL", stand_in.url)
        monkeypatch.setenv("BAOXIU_ACTIONS_URL", nobody())
        yield stand_in


@pytest.fixture
def web(rasa: StandIn) -> Iterator[TestClient]:
    """A customer's browser somewhere in the world."""
    with client_at(("203.0.113.7", 50000)) as client:
        yield client


@pytest.fixture
def here(rasa: StandIn) -> Iterator[TestClient]:
    """A program on the machine of the server."""
    with client_at(LOOPBACK, base_url="http://127.0.0.1:8080") as client:
        yield client


@pytest.fixture
def client_from() -> Callable[..., TestClient]:
    """Clients at addresses of a test's own."""
    return client_at


def client_at(peer: tuple[str, int], *, base_url: str = "https://baoxiu.example") -> TestClient:
    return TestClient(create_app(), client=peer, base_url=base_url, raise_server_exceptions=False)


class Conversation(NamedTuple):
    """An open conversation: its address and the header that opens it."""

    id: str
    path: str
    bearer: dict[str, str]


@pytest.fixture
def opened() -> Callable[[TestClient], Conversation]:
    """Opens a conversation for a client."""

    def open_(client: TestClient) -> Conversation:
        made = client.post("/api/conversations").json()
        path = f"/api/conversations/{made['id']}"
        return Conversation(made["id"], path, {"Authorization": f"Bearer {made['token']}"})

    return open_


@pytest.fixture
def served(rasa: StandIn) -> Iterator[str]:
    """The address of the real server, for streams and browsers."""
    with serving() as url:
        yield url


class serving:
    """The real server in a thread; leaving it tells the server to stop and waits for that."""

    def __enter__(self) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.server = server(host="127.0.0.1", port=port)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        end = time.monotonic() + 60
        while not self.server.started:
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.01)
        return f"http://127.0.0.1:{port}"

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(60)  # it ends no sooner than what it warms up at its start
        assert not self.thread.is_alive(), "the server did not stop"


def nobody() -> str:
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"

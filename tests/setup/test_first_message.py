"""Up means: the pages are well, and a real message got a real answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import HTTPServer

import pytest

from scripts import first_message
from scripts.console import Problem
from scripts.processes import Addresses
from tests.http_server import JsonHandler, running


class Server(HTTPServer):
    """Web and Rasa in one: answers from `replies` in turn, the last one for ever."""

    def __init__(self, replies: list[tuple[int, object]], healthy: bool = True) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies = replies
        self.healthy = healthy
        self.said: list[dict[str, str]] = []

    @property
    def at(self) -> Addresses:
        return Addresses("127.0.0.1", web=self.server_port, rasa=self.server_port, actions=1)


class Handler(JsonHandler):
    server: Server

    def do_GET(self) -> None:
        self.answer(200 if self.server.healthy and self.path == "/healthz" else 503, {})

    def do_POST(self) -> None:
        self.server.said.append(self.said())
        replies = self.server.replies
        self.answer(*(replies.pop(0) if len(replies) > 1 else replies[0]))


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    with ExitStack() as servers:

        def start(*replies: tuple[int, object], healthy: bool = True) -> Server:
            return servers.enter_context(running(Server(list(replies), healthy)))

        yield start


def nothing(*_: object) -> None:
    pass


def wait(at: Addresses, *, limit: float = 5) -> bool:
    return first_message.wait(at, busy=nothing, check=nothing, limit=limit, pause=0.01)


GREETED = (200, [{"recipient_id": "x", "text": "您好,请说。"}])


def test_a_text_is_an_answer(serve: Callable[..., Server]) -> None:
    """A greeting that comes back with a text means up; it was said in Chinese, by nobody known."""
    server = serve(GREETED)
    assert wait(server.at)
    assert server.said[0]["message"] == "你好"
    first_sender = server.said[0]["sender"]
    assert wait(server.at)
    assert server.said[1]["sender"] != first_sender


def test_empty_and_failed_answers_are_waited_out(serve: Callable[..., Server]) -> None:
    """Rasa's empty list, an error and a reply without words are not answers: it is asked again."""
    server = serve((200, []), (500, {}), (200, [{"custom": {}}]), (409, []), GREETED)
    assert wait(server.at)
    assert len(server.said) == 5


def test_the_wait_has_an_end(serve: Callable[..., Server]) -> None:
    """When no answer comes within the limit, that is said and not passed off as up."""
    assert not wait(serve((200, [])).at, limit=0.05)


def test_sick_pages_are_not_up(serve: Callable[..., Server]) -> None:
    """With /healthz failing it is not up, however well Rasa answers."""
    server = serve(GREETED, healthy=False)
    assert not wait(server.at, limit=0.05)
    assert server.said == []


def test_a_part_that_cannot_start_ends_the_wait(serve: Callable[..., Server]) -> None:
    """What `check` raises between two tries is not swallowed."""

    def check() -> None:
        raise Problem("rasa does not start")

    with pytest.raises(Problem, match="rasa does not start"):
        first_message.wait(serve((200, [])).at, busy=nothing, check=check, pause=0.01)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080/"),
        ("0.0.0.0", "http://localhost:8080/"),
        ("10.1.2.3", "http://10.1.2.3:8080/"),
    ],
)
def test_the_address_can_be_opened(host: str, url: str) -> None:
    """The address shown is one that a browser on this machine can open."""
    assert first_message.url(Addresses(host, web=8080, rasa=1, actions=2)) == url

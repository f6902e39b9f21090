"""The event stream of a conversation, from the real server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest

from bot import settings
from bot.conversations.transcript import NewMessage, Transcript, Who
from bot.web import events
from tests.web.conftest import Conversation, serving
from tests.web.stand_in import StandIn

pytestmark = pytest.mark.slow

SOON = 5.0  # seconds


@pytest.fixture
def client(served: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served, timeout=SOON, trust_env=False) as client:
        yield client


def listening(
    client: httpx.Client, conversation: Conversation, **headers: str
) -> AbstractContextManager[httpx.Response]:
    """The stream of a conversation, open."""
    return client.stream("GET", f"{conversation.path}/events", headers={**conversation.bearer, **headers})


def read(lines: Iterator[str], count: int) -> list[tuple[int, dict[str, Any]]]:
    """The next events: the id and the row of each."""
    found, id_ = [], 0
    for line in lines:
        if line.startswith("id: "):
            id_ = int(line.removeprefix("id: "))
        if line.startswith("data: "):
            found.append((id_, json.loads(line.removeprefix("data: "))))
        if len(found) == count:
            break
    return found


def record(transcript: Transcript, conversation: str, *texts: str) -> None:
    for text in texts:
        transcript.record(
            NewMessage(conversation=conversation, who=Who.AGENT, text=text, channel="desk", at=settings.now())
        )


def test_what_is_said_arrives(
    client: httpx.Client, transcript: Transcript, opened: Callable[..., Conversation]
) -> None:
    """What was said before comes at once, what is said meanwhile as soon as it is stored."""
    conversation = opened(client)
    record(transcript, conversation.id, "您好")
    with listening(client, conversation) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        assert [row["text"] for _, row in read(lines, 1)] == ["您好"]
        record(transcript, conversation.id, "师傅明天上门\n请留意电话")
        assert [row["text"] for _, row in read(lines, 1)] == ["师傅明天上门\n请留意电话"]


def test_a_listener_goes_on_where_it_was(
    client: httpx.Client, transcript: Transcript, opened: Callable[..., Conversation]
) -> None:
    """With Last-Event-ID nothing is missing, doubled or of another conversation."""
    conversation, other = opened(client), opened(client)
    record(transcript, conversation.id, "一", "二")
    record(transcript, other.id, "别人的")
    with listening(client, conversation) as stream:
        seen = read(stream.iter_lines(), 2)
    record(transcript, conversation.id, "三", "四")
    with listening(client, conversation, **{"Last-Event-ID": str(seen[0][0])}) as stream:
        texts = [row["text"] for _, row in read(stream.iter_lines(), 3)]
    assert texts == ["二", "三", "四"]


def test_an_event_is_the_row_of_the_history(
    client: httpx.Client, transcript: Transcript, opened: Callable[..., Conversation]
) -> None:
    """The stream and the history tell the same of a row, and its id is the event's."""
    conversation = opened(client)
    record(transcript, conversation.id, "您好")
    url = f"{conversation.path}/messages"
    history = client.get(url, headers=conversation.bearer).json()["messages"]
    with listening(client, conversation) as stream:
        assert read(stream.iter_lines(), 1) == [(history[0]["id"], history[0])]


def test_silence_is_broken(
    client: httpx.Client, opened: Callable[..., Conversation], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing is said, a comment keeps the connection open."""
    monkeypatch.setattr(events, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(events, "HEARTBEAT_EVERY", 0.1)
    conversation = opened(client)
    with listening(client, conversation) as stream:
        assert any(line.startswith(":") for line in stream.iter_lines())


@pytest.mark.parametrize("told", ["abc", "-1"])
def test_a_wrong_last_event(client: httpx.Client, opened: Callable[..., Conversation], told: str) -> None:
    """A start that is no row id is refused."""
    conversation = opened(client)
    headers = {**conversation.bearer, "Last-Event-ID": told}
    assert client.get(f"{conversation.path}/events", headers=headers).status_code == 400


def test_streams_end_with_the_server(rasa: StandIn, opened: Callable[..., Conversation]) -> None:
    """A server that stops ends its streams properly and at once."""
    up = serving()
    with httpx.Client(base_url=up.__enter__(), timeout=SOON, trust_env=False) as client:
        conversation = opened(client)
        with listening(client, conversation) as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith("retry:")
            up.__exit__()
            assert [line for line in lines if line] == []

"""The contract of POST /webhooks/rest/webhook."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from rasa.core.channels.channel import UserMessage, register
from rasa.core.run import create_http_input_channels
from sanic import Sanic

from bot.channels.rest import RestChannel
from bot.wording import sentence

pytestmark = pytest.mark.slow  # imports Rasa

ROOT = Path(__file__).resolve().parents[2]
CARD = {"type": "coverage", "outcome": "covered", "replies": [{"title": "报修", "payload": "报修"}]}


class Agent:
    async def handle_message(self, message: UserMessage) -> None:
        answer = {"text": f"听到:{message.text}", "buttons": CARD["replies"]}
        await message.output_channel.send_response(message.sender_id, answer)
        await message.output_channel.send_response(message.sender_id, {"custom": CARD})


class Server:
    """Rasa's server with the channels of credentials.yml, in a thread: sanic 21 starts only once
    in a process, so it is one for all tests here."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._run)
        self._client = httpx.Client(trust_env=False)  # no proxy between us and ourselves

    def post(self, **request: Any) -> httpx.Response:
        port = self._listener.getsockname()[1]
        return self._client.post(f"http://127.0.0.1:{port}/webhooks/rest/webhook", **request)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._listener.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._loop.run_forever()
        self._loop.close()

    async def _start(self) -> None:
        app = Sanic("test-rest-channel", register=False, configure_logging=False)
        register(create_http_input_channels(None, str(ROOT / "credentials.yml")), app, "/webhooks/")
        app.ctx.agent = Agent()
        server = await app.create_server(sock=self._listener, return_asyncio_server=True)
        await server.startup()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    database = tmp_path_factory.mktemp("rest") / "baoxiu.db"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BAOXIU_DATABASE_URL", f"sqlite:///{database}")
        with Server() as server:
            yield server


def test_credentials_open_our_channel_under_rasas_name() -> None:
    """The address is stock Rasa's, the connector is ours."""
    channels = create_http_input_channels(None, str(ROOT / "credentials.yml"))
    assert [type(channel) for channel in channels if channel.name() == "rest"] == [RestChannel]


def test_an_answer_is_a_text_then_its_card(server: Server) -> None:
    """A list of entries, each with the recipient, as stock Rasa gives them."""
    answer = server.post(json={"sender": "one", "message": "还保吗"})
    assert answer.json() == [
        {"recipient_id": "one", "text": "听到:还保吗", "buttons": CARD["replies"]},
        {"recipient_id": "one", "custom": CARD},
    ]


def test_a_retry_is_the_same_to_the_letter(server: Server) -> None:
    """metadata.message_id marks it."""
    request = {"sender": "one", "message": "还保吗", "metadata": {"message_id": "m1"}}
    assert server.post(json=request).text == server.post(json=request).text


@pytest.mark.parametrize("message", ["", "   ", None])
def test_no_words_are_answered_too(server: Server, message: str | None) -> None:
    """Never an empty list."""
    answer = server.post(json={"sender": "one", "message": message})
    assert answer.json() == [{"recipient_id": "one", "text": sentence("channel.empty")}]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"{", "body"),
        (b"", "body"),
        (b"[]", "body"),
        (b'{"message": "x"}', "sender"),
        (b'{"sender": "", "message": "x"}', "sender"),
        (b'{"sender": "\\ud800", "message": "x"}', "sender"),
        (b'{"sender": true, "message": "x"}', "sender"),
        (b'{"sender": "a", "message": 5}', "message"),
        (b'{"sender": "a", "message": "x", "metadata": []}', None),
        (b'{"sender": "a", "message": "x", "metadata": [1]}', "metadata"),
        (b'{"sender": "a", "message": "x", "metadata": {"message_id": {}}}', "metadata.message_id"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(server: Server, body: bytes, complaint: str | None) -> None:
    """A client's mistake is the client's to mend: 400 and a reason, not 200 and an empty list."""
    answer = server.post(content=body)
    if complaint is None:
        assert answer.status_code == 200
    else:
        assert answer.status_code == 400
        assert complaint in answer.json()["error"].split(":")[0]

"""A stand-in for Rasa: a small server that does what the channel does, as a test tells it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bot import settings
from bot.conversations.transcript import Transcript

Replies = list[dict[str, Any]]


class StandIn(ThreadingHTTPServer):
    """Keeps what it was told; stores the words and its replies in the transcript, as Rasa's would.

    `replies` = a text with a card or without, for every message; `unwritten` ones are said only.
    `status` other than 200 refuses; `loses_answers` does everything and then fails.
    `before_reply` is called between the storing of the words and of the replies.
    """

    daemon_threads = True

    def __init__(self, transcript: Transcript) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.transcript = transcript
        self.told: list[Mapping[str, Any]] = []
        self.replies: list[tuple[str, dict[str, Any] | None]] = [("好的。", None)]
        self.unwritten: list[str] = []
        self.status = 200
        self.loses_answers = False
        self.before_reply: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, said: Mapping[str, Any]) -> Replies:
        """Store and reply, once for one message id."""
        self.told.append(said)
        sender, message_id = said["sender"], said["metadata"]["message_id"]
        words = self.transcript.record(
            sender,
            "customer",
            said["message"],
            channel="rest",
            at=settings.now(),
            message_id=message_id,
        )
        if not words.seen_before:
            self.before_reply()
            for text, card in self.replies:
                self.transcript.record(
                    sender,
                    "bot",
                    text,
                    channel="rest",
                    at=settings.now(),
                    card=card,
                    reply_to=words.row.id,
                )
        rows = self.transcript.replies_to(words.row.id)
        texts = [*(row.text for row in rows), *self.unwritten]
        return [{"recipient_id": sender, "text": text} for text in texts]


class _Handler(BaseHTTPRequestHandler):
    server: StandIn

    def do_GET(self) -> None:
        self._send(200, {})

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/webhooks/rest/webhook":
            self._send(404, {})
        elif self.server.status != 200:
            self._send(self.server.status, {})
        else:
            replies = self.server.answer(said)
            self._send(500 if self.server.loses_answers else 200, replies)

    def _send(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def running(server: StandIn) -> Iterator[StandIn]:
    """The stand-in answering in a thread of its own."""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

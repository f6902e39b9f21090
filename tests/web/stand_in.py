"""A stand-in for Rasa: a small server that does what the channel does, as a test tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http.server import ThreadingHTTPServer
from typing import Any

from bot import settings
from bot.conversations.transcript import NewMessage, Transcript, Who
from tests.http_server import JsonHandler

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
            NewMessage(
                conversation=sender,
                who=Who.CUSTOMER,
                text=said["message"],
                channel="rest",
                at=settings.now(),
                message_id=message_id,
            )
        )
        if not words.seen_before:
            self.before_reply()
            for text, card in self.replies:
                self.transcript.record(
                    NewMessage(
                        conversation=sender,
                        who=Who.BOT,
                        text=text,
                        channel="rest",
                        at=settings.now(),
                        card=card,
                        reply_to=words.row.id,
                    )
                )
        rows = self.transcript.replies_to(words.row.id)
        texts = [*(row.text for row in rows), *self.unwritten]
        return [{"recipient_id": sender, "text": text} for text in texts]


class _Handler(JsonHandler):
    server: StandIn

    def do_GET(self) -> None:
        self.answer(200, {})

    def do_POST(self) -> None:
        said = self.said()
        if self.path != "/webhooks/rest/webhook":
            self.answer(404, {})
        elif self.server.status != 200:
            self.answer(self.server.status, {})
        else:
            replies = self.server.answer(said)
            self.answer(500 if self.server.loses_answers else 200, replies)

"""`POST /webhooks/rest/webhook`: JSON in, a JSON list out; for programs and for tests.

In: `{"sender", "message", "metadata": {"message_id"}?}`. Out: for each answer
`{"recipient_id", "text", "buttons"?}`, followed by `{"recipient_id", "custom": card}` where the
answer has a card.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import settings
from bot.channels.base import Desk, OnNewMessage, Said
from bot.channels.collector import Reply
from bot.database import Database

_LONGEST_ID = 255  # what Rasa's tracker store keeps of one


class RestChannel(InputChannel):
    """Takes the place of Rasa's own `rest`, at the same address and in the same form."""

    @classmethod
    def name(cls) -> str:
        return "rest"

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        desk = Desk(on_new_message, Database(settings.database_url()))
        blueprint = Blueprint("baoxiu_rest", __name__)

        @blueprint.get("/")
        async def health(_request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @blueprint.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            said = read(_json(request))
            if isinstance(said, str):
                return response.json({"error": said}, status=400)
            return response.json(render(said.conversation, await desk.hear(said)))

        return blueprint


def read(body: Any) -> Said | str:
    """The message in a request's JSON, or what is wrong with the request."""
    if not isinstance(body, dict):
        return "the body must be a JSON object"
    sender, text = body.get("sender"), body.get("message")
    metadata = body.get("metadata") or {}
    if not _is_id(sender):
        return f"sender: must be a text of 1 to {_LONGEST_ID} characters"
    if text is not None and not isinstance(text, str):
        return "message: must be a text"
    if not isinstance(metadata, dict):
        return "metadata: must be an object"
    message_id = metadata.get("message_id")
    if message_id is not None and not _is_id(message_id):
        return f"metadata.message_id: must be a text of 1 to {_LONGEST_ID} characters"
    return Said(
        conversation=str(sender),
        text=text or "",
        channel=RestChannel.name(),
        message_id=None if message_id is None else str(message_id),
        metadata=metadata,
    )


def render(recipient: str, replies: Sequence[Reply]) -> list[dict[str, Any]]:
    return [entry for reply in replies for entry in _entries(recipient, reply)]


def _entries(recipient: str, reply: Reply) -> Iterator[dict[str, Any]]:
    card = reply.card or {}
    buttons = {"buttons": card["replies"]} if card.get("replies") else {}
    yield {"recipient_id": recipient, "text": reply.text, **buttons}
    if card:
        yield {"recipient_id": recipient, "custom": card}


def _json(request: Request) -> Any:
    try:
        return request.json
    except Exception:  # sanic raises its own and whatever its parser raises
        return None


def _is_id(value: Any) -> bool:
    """A number is taken as its digits, as Rasa does."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return False
    text = str(value)
    return text.isprintable() and 0 < len(text.strip()) <= len(text) <= _LONGEST_ID

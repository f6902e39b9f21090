"""Conversations over HTTP: open one, say something, read all that was said."""

from __future__ import annotations

import re
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.conversations.transcript import Message, Transcript
from bot.web import access
from bot.web.events import stream
from bot.web.exchange import Json, read_object, refusal, whole_number
from bot.web.rasa import Rasa
from bot.wording import sentence

#: Characters of one message.
TEXT_LIMIT = 1000
PAGE = 500  # rows of one answer

_ANY_ID = 2**63 - 1
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def create(request: Request) -> Response:
    """POST /api/conversations → {id, token}. Nothing is stored before the first words."""
    conversation, token = access.new_conversation()
    return Json({"id": conversation, "token": token}, status_code=201)


async def say(request: Request) -> Response:
    """POST …/messages {text, message_id} → {replies}: Rasa's. One id says nothing twice."""
    conversation = request.path_params["conversation"]
    if not access.is_owner(request, conversation):
        return refusal(401, "unauthorized")
    words = await read_object(request)
    if isinstance(words, Response):
        return words
    text, message_id = words.get("text"), words.get("message_id")
    if not isinstance(message_id, str) or not _MESSAGE_ID.fullmatch(message_id):
        return refusal(400, "bad_message_id")
    if not isinstance(text, str) or not _is_sayable(text):
        return refusal(400, "empty")
    if len(text) > TEXT_LIMIT:
        return refusal(400, "too_long", sentence("web.error.too_long", limit=TEXT_LIMIT))
    rasa: Rasa = request.app.state.rasa
    replies = await rasa.say(conversation, text, message_id)
    if replies is None:
        return refusal(503, "busy", sentence("channel.busy"))
    return Json({"replies": replies})


async def read(request: Request) -> Response:
    """GET …/messages?after=ID → {messages, more}: the rows that follow ID, oldest first.

    `more` says that the answer is full: ask again after its last row.
    """
    conversation = request.path_params["conversation"]
    if not access.may_read(request, conversation):
        return refusal(401, "unauthorized")
    after = whole_number(request.query_params.get("after"), default=0, low=0, high=_ANY_ID)
    if after is None:
        return refusal(400, "bad_after")
    transcript: Transcript = request.app.state.transcript
    rows = await run_in_threadpool(transcript.after, conversation, after, limit=PAGE + 1)
    shown = [row_json(row) for row in rows[:PAGE]]
    return Json({"messages": shown, "more": len(rows) > PAGE})


async def events(request: Request) -> Response:
    """GET …/events: the same rows as server-sent events; Last-Event-ID (or after=) resumes."""
    conversation = request.path_params["conversation"]
    if not access.may_read(request, conversation):
        return refusal(401, "unauthorized")
    told = request.headers.get("last-event-id") or request.query_params.get("after")
    after = whole_number(told, default=0, low=0, high=_ANY_ID)
    if after is None:
        return refusal(400, "bad_after")
    state = request.app.state
    return stream(state.transcript, conversation, after, as_json=row_json, closing=state.closing)


def row_json(row: Message) -> dict[str, Any]:
    """A row as other programs read it; message_id and status are null but in a customer's rows."""
    card = dict(row.card) if row.card is not None else None
    return {
        "id": row.id,
        "at": row.at.isoformat(),
        "who": row.who.value,
        "kind": row.kind,
        "text": row.text,
        "card": card,
        "replies": (card or {}).get("replies", []),
        "reply_to": row.reply_to,
        "message_id": row.message_id,
        "status": row.status.value if row.status else None,
    }


def _is_sayable(text: str) -> bool:
    """Something is written there, and it can be written down (half a surrogate pair cannot)."""
    return bool(text.strip()) and not any("\ud800" <= c <= "\udfff" for c in text)


ROUTES = [
    Route("/api/conversations", create, methods=["POST"]),
    Route("/api/conversations/{conversation}/messages", say, methods=["POST"]),
    Route("/api/conversations/{conversation}/messages", read, methods=["GET"]),
    Route("/api/conversations/{conversation}/events", events, methods=["GET"]),
]

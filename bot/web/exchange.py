"""JSON in and out. A refusal is {"error": code for programs, "text": a sentence for people}."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.wording import sentence

BODY_LIMIT = 32 * 1024  # bytes


class Json(Response):
    """JSON in UTF-8, Chinese as it is."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def refusal(status: int, error: str, text: str | None = None, **more: Any) -> Json:
    """An answer that something is not done; `text` is for people, `error` for programs."""
    words = text or sentence(f"web.error.{error}")
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return Json({"error": error, "text": words, **more}, status_code=status, headers=headers)


async def read_object(request: Request) -> Mapping[str, Any] | Json:
    """The JSON object that was sent, or why it cannot be read."""
    body = await _read(request)
    if body is None:
        return refusal(413, "too_large")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return refusal(400, "bad_json")
    return data if isinstance(data, dict) else refusal(400, "bad_json")


def whole_number(text: str | None, *, default: int, low: int, high: int) -> int | None:
    """A number of a query; None where it is none or not between `low` and `high`."""
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    return int(text) if low <= int(text) <= high else None


async def _read(request: Request) -> bytes | None:
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY_LIMIT:
                return None
    except ClientDisconnect as gone:
        raise HTTPException(400) from gone
    return body

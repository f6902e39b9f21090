"""A conversation as server-sent events: what is said, and what was said since a listener left."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from bot.conversations.transcript import Message, Transcript
from bot.database import StoreUnavailable

log = logging.getLogger("baoxiu.web")

LOOK_EVERY = 0.7  # seconds between two looks at the transcript
HEARTBEAT_EVERY = 15.0  # seconds of silence after which proxies would hang up

AsJson = Callable[[Message], dict[str, Any]]


def stream(
    transcript: Transcript,
    conversation: str,
    after: int,
    *,
    as_json: AsJson,
    closing: asyncio.Event,
) -> StreamingResponse:
    """The rows that follow `after`, each an event with its id, until either side hangs up."""
    return StreamingResponse(
        _events(transcript, conversation, after, as_json=as_json, closing=closing),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},  # nginx would keep events back
    )


async def _events(
    transcript: Transcript,
    conversation: str,
    after: int,
    *,
    as_json: AsJson,
    closing: asyncio.Event,
) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    silence = 0.0
    while not closing.is_set():
        try:
            rows = await run_in_threadpool(transcript.after, conversation, after)
        except StoreUnavailable:
            log.warning("events.store_unavailable")
            return  # the listener comes back, and goes on where it was
        for row in rows:
            after = row.id
            yield f"id: {row.id}\ndata: {json.dumps(as_json(row), ensure_ascii=False)}\n\n"
        silence = 0.0 if rows else silence + LOOK_EVERY
        if silence >= HEARTBEAT_EVERY:
            silence = 0.0
            yield ": still here\n\n"
        if not rows:
            await _wait(closing)


async def _wait(closing: asyncio.Event) -> None:
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(closing.wait(), LOOK_EVERY)

"""A ticket event as a signed request to whoever listens (docs/webhooks.md).

Signed as the Standard Webhooks specification says, so that receivers can check it with a library
of their language. The body holds the ticket as staff see it, personal data included: it goes to
the configured address and nowhere else, so that redirects are not followed and errors are told
without a word of what was sent.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import requests

from bot.tickets.fields import plain
from bot.tickets.model import Change, Ticket
from bot.tickets.outbox import Announcement

TIMEOUT = (3.0, 15.0)  # seconds to connect, and for each silence after that


@dataclass(frozen=True)
class Receiver:
    """Who listens: the address, the key of the signature, and how long to wait for an answer."""

    url: str
    key: bytes = field(repr=False)
    timeout: tuple[float, float] = TIMEOUT


def body(announcement: Announcement, ticket: Ticket, history: Sequence[Change]) -> bytes:
    """What is sent: the event, and the ticket as it stands now with its whole history."""
    content = {
        "id": announcement.id,
        "event": announcement.event,
        "at": plain(announcement.at),
        "details": announcement.payload,
        "version": ticket.version,
        "ticket": ticket.to_json(history),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def headers(key: bytes, id_: int, content: bytes, now: datetime) -> dict[str, str]:
    """The headers that prove who sent the content, and when."""
    timestamp = str(int(now.timestamp()))
    signed = f"{id_}.{timestamp}.".encode() + content
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "baoxiu",
        "webhook-id": str(id_),
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }


def post(receiver: Receiver, id_: int, content: bytes, now: datetime) -> str | None:
    """Send it once; None where the receiver took it (2xx), or else why it did not."""
    try:
        with requests.post(
            receiver.url,
            data=content,
            headers=headers(receiver.key, id_, content, now),
            timeout=receiver.timeout,
            allow_redirects=False,
            stream=True,  # the status is the answer; a body without end is not waited for
        ) as answer:
            return None if 200 <= answer.status_code < 300 else f"HTTP {answer.status_code}"
    except requests.RequestException as error:
        return type(error).__name__  # its text may hold the address, and with it a key

"""Quick replies that belong to one request: what a tap says carries which request it is of, signed for its talk.

A card stays on a screen long after its request was stored or let go. A tap on it then means that request, and not the
one that is in hand by now.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from bot import settings

_CODE = re.compile(r"\s*#(?P<about>\S{1,64})\.(?P<proof>[A-Za-z0-9_-]{12})\s*\Z")
OF_NOTHING = "?"  # what a code with a wrong signature is of: no request has this name


def payload(title: str, about: str | None, conversation: str) -> str:
    """What a tap on `title` says; the title itself where it is of no request."""
    return f"{title} #{about}.{_proof(about, conversation)}" if about else title


def pressed(text: str, conversation: str) -> tuple[str, str | None]:
    """The words of a message without such a code, and the request that the code is of."""
    match = _CODE.search(text)
    if match is None:
        return text, None
    good = hmac.compare_digest(match["proof"], _proof(match["about"], conversation))
    return text[: match.start()], match["about"] if good else OF_NOTHING


def _proof(about: str, conversation: str) -> str:
    message = f"button:{conversation}:{about}".encode("utf-8", "replace")
    return base64.urlsafe_b64encode(hmac.new(settings.secret(), message, hashlib.sha256).digest())[:12].decode()

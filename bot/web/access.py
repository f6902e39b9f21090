"""Who may read or write a conversation, and who is staff. Nothing is stored: tokens are computed.

A conversation opened on the page has an id that nobody guesses and a token signed with our key.
Its token opens it, and staff read every conversation. Conversations of other channels (ids that
were chosen by a program on Rasa's own port) have no token: programs on this machine read them, as
they may talk to Rasa itself. A proxy on this machine must therefore say for whom it asks
(X-Forwarded-For, as proxies do), or the whole world would seem to be local.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import secrets

from starlette.requests import Request

from bot import settings

_OURS = "web-"
_ASKED_FOR_OTHERS = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def new_conversation() -> tuple[str, str]:
    """The id of a new conversation and the token that opens it."""
    conversation = _OURS + secrets.token_urlsafe(16)
    return conversation, _token(conversation)


def is_owner(request: Request, conversation: str) -> bool:
    """Whether the request bears the token of this conversation."""
    return conversation.startswith(_OURS) and _same(_bearer(request), _token(conversation))


def is_staff(request: Request) -> bool:
    """Whether the request bears the token of staff; nobody does where none is set."""
    token = settings.staff_token()
    return token is not None and _same(_bearer(request), token)


def may_read(request: Request, conversation: str) -> bool:
    """Whether all that was said in a conversation may be told."""
    if is_owner(request, conversation) or is_staff(request):
        return True
    return not conversation.startswith(_OURS) and _is_local(request)


def _token(conversation: str) -> str:
    message = f"conversation:{conversation}".encode()
    digest = hmac.new(settings.secret(), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _is_local(request: Request) -> bool:
    """Whether a program of this machine asks for itself.

    The host name is looked at too: a foreign page can make a browser here send requests to a name
    of its own that leads to the loopback.
    """
    if request.client is None or any(name in request.headers for name in _ASKED_FOR_OTHERS):
        return False
    return _is_loopback(request.client.host) and _is_loopback(request.url.hostname or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

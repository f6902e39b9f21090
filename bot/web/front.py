"""What stands before every route: safe headers, a log line without names, no traceback outside."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("baoxiu.web")

#: Nothing from elsewhere, nothing inline, nothing framed; text stays text (trusted types).
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

OnFailure = Callable[[Scope], Response]


class Front:
    """The outermost layer; `on_failure` makes the answer to an error that nobody expected."""

    def __init__(self, app: ASGIApp, *, on_failure: OnFailure) -> None:
        self._app = app
        self._on_failure = on_failure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def send_safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _harden(MutableHeaders(scope=message), scope["path"])
            await send(message)

        try:
            await self._guarded(scope, receive, send_safely, has_begun=lambda: bool(status))
        finally:
            _record(scope, status, time.monotonic() - began)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send, *, has_begun: Callable[[], bool]) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:  # the one boundary: nobody outside sees more than "it failed"
            log.error("web.failed route=%s error=%s at=%s", _route(scope), *_what(error))
            if not has_begun():
                await self._on_failure(scope)(scope, receive, send)


def _harden(headers: MutableHeaders, path: str) -> None:
    for name, value in _HEADERS.items():
        headers[name] = value
    # Conversations stay out of every cache; our own files are asked for again, and found the same.
    headers["Cache-Control"] = "no-cache" if path.startswith("/static/") else "no-store"


def _record(scope: Scope, status: int, seconds: float) -> None:
    """One line for a request: the route and never the path, whose ids are a customer's."""
    line = "web.request method=%s route=%s status=%d ms=%d"
    log.info(line, scope["method"], _route(scope), status, seconds * 1000)


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", "-")


def _what(error: Exception) -> tuple[str, str]:
    """An error's type and place; its message may hold a customer's words."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "-"
    return type(error).__name__, place

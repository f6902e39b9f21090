"""The web process put together: its routes, what they share, and how it answers to errors."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope

from bot import settings
from bot.conversations.transcript import Transcript
from bot.database import Database, StoreUnavailable
from bot.tickets.store import TicketStore
from bot.web import conversations, faq, pages, staff
from bot.web.exchange import Json, refusal
from bot.web.front import Front
from bot.web.pushing import Pusher
from bot.web.rasa import Rasa
from policies_kb.loader import load
from policies_kb.search import warm

log = logging.getLogger("baoxiu.web")


def create_app() -> Starlette:
    """The application with the settings of this moment. Raises `SettingsError`."""
    database = Database(settings.database_url())
    rasa = Rasa()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        warming = asyncio.create_task(asyncio.to_thread(_warm, database))
        stopping = asyncio.Event()
        pushing = asyncio.create_task(Pusher(database).run(stopping))
        yield
        stopping.set()
        await asyncio.gather(warming, pushing)
        await rasa.close()
        database.dispose()

    app = Starlette(
        routes=[
            Route("/healthz", health, methods=["GET"]),
            *conversations.ROUTES,
            *staff.ROUTES,
            *faq.ROUTES,
            *pages.ROUTES,
        ],
        middleware=[Middleware(Front, on_failure=_on_failure)],
        exception_handlers={HTTPException: _on_http_error, StoreUnavailable: _on_no_store},
        lifespan=lifespan,
    )
    app.state.transcript = Transcript(database)
    app.state.tickets = TicketStore(database)
    app.state.rasa = rasa
    app.state.closing = asyncio.Event()  # set when the server stops: event streams end
    return app


async def health(request: Request) -> Response:
    """GET /healthz: this process is well, and which neighbours it sees."""
    return Json({"ok": True, **await request.app.state.rasa.health()})


def _warm(database: Database) -> None:
    """Read the policies and open the database now, and not while the first customer waits."""
    warm(load())
    try:
        database.migrate()
    except StoreUnavailable as error:
        log.warning("store.unavailable error=%s", error)


_ERRORS = {404: "not_found", 405: "not_allowed"}


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = _said(request.scope, error.status_code, _ERRORS.get(error.status_code, "bad_request"))
    answer.headers.update(error.headers or {})
    return answer


async def _on_no_store(request: Request, error: Exception) -> Response:
    log.error("store.unavailable error=%s", error)
    return _said(request.scope, 503, "unavailable")


def _on_failure(scope: Scope) -> Response:
    return _said(scope, 500, "failed")


def _said(scope: Scope, status: int, error: str) -> Response:
    """A page for people, JSON for programs."""
    is_api = scope["path"].startswith("/api/")
    return refusal(status, error) if is_api else pages.error_page(status, error)

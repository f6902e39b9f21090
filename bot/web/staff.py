"""What staff read: a ticket with its whole history."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import settings
from bot.tickets.store import TicketStore
from bot.web import access
from bot.web.exchange import Json, refusal


async def ticket(request: Request) -> Response:
    """GET /api/tickets/NO → the ticket in the fields of the contract."""
    if settings.staff_token() is None:
        return refusal(403, "forbidden")
    if not access.is_staff(request):
        return refusal(401, "unauthorized")
    shown = await run_in_threadpool(_shown, request.app.state.tickets, request.path_params["no"])
    return refusal(404, "not_found") if shown is None else Json(shown)


def _shown(store: TicketStore, no: str) -> dict[str, object] | None:
    found = store.get(no)
    return None if found is None else found.to_json(history=store.history(no))


ROUTES = [Route("/api/tickets/{no}", ticket, methods=["GET"])]

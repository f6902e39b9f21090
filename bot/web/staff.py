"""What staff read and do: tickets as a list, one with its whole history, and the steps of the desk.

A ticket's ETag is its version. Whoever sends it back in If-Match does nothing to a ticket that has
changed meanwhile, and is told what changed.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import settings
from bot.tickets import fields, masking, typed
from bot.tickets.fields import BadField, plain
from bot.tickets.finding import Filters
from bot.tickets.lifecycle import Refused
from bot.tickets.model import Ticket
from bot.tickets.steps import Plan
from bot.tickets.store import TicketStore
from bot.tickets.words import Kind, Priority, Reason, State
from bot.web import access, openapi
from bot.web.exchange import Json, read_object, refusal, whole_number
from bot.web.operations import OPERATIONS, Operation, Order
from bot.wording import sentence
from bot.wording.sentences import has

PAGE, PAGE_LIMIT = 50, 200

Handler = Callable[[Request], Awaitable[Response]]

#: Filters of the list and how a word of the query is read.
QUERY: Mapping[str, fields.Reader] = {
    **dict.fromkeys(("brand", "product", "serial", "related", "visit", "technician", "assignee", "phone"), fields.text),
    "kind": fields.choice(Kind),
    "state": fields.choice(State),
    "priority": fields.choice(Priority),
    "since": fields.day,
    "until": fields.day,
    "open": lambda value, at: fields.flag({"true": True, "false": False}.get(value), at),
    "after": fields.text,
    "limit": lambda value, at: value,  # looked at as a number of its own
}


def for_staff(handler: Handler) -> Handler:
    """The handler, for whoever bears the token of staff."""

    async def guarded(request: Request) -> Response:
        if settings.staff_token() is None:
            return refusal(403, "forbidden")
        if not access.is_staff(request):
            return refusal(401, "unauthorized")
        return await handler(request)

    return guarded


@for_staff
async def tickets(request: Request) -> Response:
    """GET /api/tickets → {tickets, next}: newest first, masked; `after=next` gives the following page."""
    limit = whole_number(request.query_params.get("limit"), default=PAGE, low=1, high=PAGE_LIMIT)
    try:
        if limit is None:
            raise BadField(f"limit: expected a whole number from 1 to {PAGE_LIMIT}")
        asked = fields.read(dict(request.query_params), QUERY)
    except BadField as error:
        return refusal(400, "bad_query", detail=str(error))
    asked.pop("limit", None)
    after = asked.pop("after", None)
    store: TicketStore = request.app.state.tickets
    found = await run_in_threadpool(store.search, Filters(**asked), limit=limit + 1, after=after)
    shown = [masking.masked(ticket.to_json()) for ticket in found[:limit]]
    return Json({"tickets": shown, "next": found[limit - 1].no if len(found) > limit else None})


@for_staff
async def ticket(request: Request) -> Response:
    """GET /api/tickets/NO → the ticket in the fields of the contract, with its whole history."""
    return await run_in_threadpool(_shown, request.app.state.tickets, request.path_params["no"])


async def document(request: Request) -> Response:
    """GET /api/openapi.json → what is said here, for programs. It shows nobody's data: anyone may read it."""
    return Json(openapi.document())


def _route(operation: Operation) -> Route:
    @for_staff
    async def carry_out(request: Request) -> Response:
        body = await read_object(request)
        if isinstance(body, Response):
            return body
        try:
            plan, order = operation.read(body, settings.now())
            version = _version(request.headers.get("if-match"))
        except BadField as error:
            return refusal(400, "bad_field", detail=str(error))
        store: TicketStore = request.app.state.tickets
        return await run_in_threadpool(_changed, store, request.path_params["no"], plan, order, version)

    return Route(f"/api/tickets/{{no}}/{operation.name}", carry_out, methods=["POST"], name=operation.name)


def _changed(store: TicketStore, no: str, plan: Plan, order: Order, version: int | None) -> Response:
    found = _found(store, no)
    if found is None:
        return _unknown(no)
    result = store.change(found.no, plan, actor=order.by, at=order.at, expect_version=version)
    return _refused(store, found.no, result, version) if isinstance(result, Refused) else _shown(store, found.no)


def _refused(store: TicketStore, no: str, refused: Refused, seen: int | None) -> Response:
    """Why nothing was done, with all that is needed to try again."""
    if refused.reason_code is Reason.UNKNOWN_TICKET:
        return _unknown(no)
    more: dict[str, Any] = {"reason": plain(refused.reason_code), "allowed": plain(refused.allowed)}
    if refused.reason_code is Reason.LACKING:
        return refusal(422, "lacking", **more, lacking=[lack._asdict() for lack in refused.lacking])
    if refused.reason_code is Reason.BAD_VALUE:
        return refusal(400, "bad_field", **more, detail=refused.detail)
    if refused.reason_code is Reason.CHANGED_MEANWHILE:
        changes = store.changes_since(no, seen or 0)
        return _with_version(refusal(409, "changed_meanwhile", **more, changes=plain(changes)), store.get(no))
    path = f"web.error.reason.{refused.reason_code}"
    return refusal(409, "refused", sentence(path) if has(path) else None, **more, detail=refused.detail)


def _shown(store: TicketStore, no: str) -> Response:
    found = _found(store, no)
    if found is None:
        return _unknown(no)
    return _with_version(Json(found.to_json(history=store.history(found.no))), found)


def _found(store: TicketStore, no: str) -> Ticket | None:
    """The ticket of a number as it was typed."""
    if not no.isprintable():
        return None
    return next((found for one in typed.numbers(no) if (found := store.get(one)) is not None), None)


def _unknown(no: str) -> Response:
    return refusal(404, "not_found", sentence("web.error.mistyped_no") if typed.is_mistyped(no) else None)


def _with_version(answer: Response, found: Ticket | None) -> Response:
    if found is not None:
        answer.headers["ETag"] = f'"{found.version}"'
    return answer


def _version(if_match: str | None) -> int | None:
    """The version of an ETag of ours; `*` is any. Raises `BadField`."""
    if if_match is None or if_match.strip() == "*":
        return None
    tag = re.fullmatch(r'\s*"(\d{1,9})"\s*', if_match, re.ASCII)
    if tag is None:
        raise BadField("If-Match: expected the ETag of the ticket")
    return int(tag[1])


ROUTES = [
    Route("/api/openapi.json", document, methods=["GET"]),
    Route("/api/tickets", tickets, methods=["GET"]),
    Route("/api/tickets/{no}", ticket, methods=["GET"]),
    *map(_route, OPERATIONS),
]

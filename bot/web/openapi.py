"""The staff's interface described for programs (OpenAPI 3.1), made from the tables that it is served from."""

from __future__ import annotations

from functools import cache
from typing import Any

from bot.tickets.words import Kind, Priority, Reason, State
from bot.web import ticket_schema as schema
from bot.web.operations import OPERATIONS, Operation
from bot.web.ticket_schema import Schema

_NO = {"name": "no", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the ticket as it was seen; if it has changed since, nothing is done (409).",
    "schema": {"type": "string", "pattern": '^("[0-9]{1,9}"|\\*)$'},
}
_ETAG = {"ETag": {"description": "The ticket's version.", "schema": {"type": "string"}}}
_TEXT_QUERY = ("brand", "product", "serial", "related", "visit", "technician", "assignee", "phone", "after")
_QUERY: dict[str, Schema] = {
    **{name: schema.TEXT for name in _TEXT_QUERY},
    "kind": schema.word(Kind),
    "state": schema.word(State),
    "priority": schema.word(Priority),
    "since": schema.DAY,
    "until": schema.DAY,
    "open": schema.FLAG,
    "limit": schema.whole(1, 200),
}

_REFUSAL = schema.table("error", "text", error=schema.TEXT, text=schema.TEXT, detail=schema.TEXT)
_LACK = schema.table("field", "why", field=schema.TEXT, why=schema.TEXT)
_WHY: dict[str, Schema] = {"reason": schema.word(Reason), "allowed": schema.many(schema.word(State))}


def _refusal(**more: Schema) -> Schema:
    return {**_REFUSAL, "properties": {**_REFUSAL["properties"], **more}}


def _answer(description: str, body: Schema, *, headers: Schema | None = None) -> dict[str, Any]:
    content = {"application/json": {"schema": body}}
    return {"description": description, "content": content, **({"headers": headers} if headers else {})}


_TICKET = _answer("The ticket with its whole history.", {"$ref": "#/components/schemas/Ticket"}, headers=_ETAG)
_NOT_STAFF = {
    "401": _answer("Without the token of staff.", _REFUSAL),
    "403": _answer("No token of staff is set: nobody is staff.", _REFUSAL),
    "503": _answer("The store cannot be reached; nothing was done.", _REFUSAL),
}
_UNKNOWN = {"404": _answer("No such ticket.", _REFUSAL)}
_REFUSED = {
    "400": _answer("The body is no JSON object, or a field of it is wrong.", _refusal(**_WHY)),
    "409": _answer(
        "Not possible for the ticket as it stands; `changes`: what happened since the version of If-Match.",
        _refusal(**_WHY, changes=schema.many(schema.CHANGE)),
    ),
    "413": _answer("The body is too large.", _REFUSAL),
    "422": _answer("The ticket lacks these fields.", _refusal(**_WHY, lacking=schema.many(_LACK))),
}


@cache
def document() -> dict[str, Any]:
    """The description, as it is served at /api/openapi.json."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Baoxiu: tickets", "version": "1"},
        "security": [{"staff": []}],
        "paths": {
            "/api/tickets": {"get": _list()},
            "/api/tickets/{no}": {"parameters": [_NO], "get": _get()},
            **{f"/api/tickets/{{no}}/{one.name}": {"parameters": [_NO], "post": _post(one)} for one in OPERATIONS},
        },
        "components": {
            "schemas": {"Ticket": schema.TICKET},
            "securitySchemes": {"staff": {"type": "http", "scheme": "bearer"}},
        },
    }


def _list() -> dict[str, Any]:
    parameters = [{"name": name, "in": "query", "schema": one} for name, one in _QUERY.items()]
    page = schema.table(
        "tickets",
        "next",
        tickets=schema.many({"$ref": "#/components/schemas/Ticket"}),
        next=schema.nullable(schema.TEXT),
    )
    answers = {"200": _answer("A page, newest first, names, phones and addresses masked.", page)}
    refused = {"400": _answer("A filter is unknown or wrong.", _REFUSAL)}
    summary = "List tickets; `after` is the `next` of the page before."
    return {
        "operationId": "list",
        "summary": summary,
        "parameters": parameters,
        "responses": answers | refused | _NOT_STAFF,
    }


def _get() -> dict[str, Any]:
    return {"operationId": "get", "summary": "One ticket.", "responses": {"200": _TICKET} | _UNKNOWN | _NOT_STAFF}


def _post(operation: Operation) -> dict[str, Any]:
    body = {"required": True, "content": {"application/json": {"schema": operation.schema()}}}
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [_IF_MATCH],
        "requestBody": body,
        "responses": {"200": _TICKET} | _REFUSED | _UNKNOWN | _NOT_STAFF,
    }

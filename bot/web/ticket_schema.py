"""A ticket's JSON in the words of JSON Schema, for the interface's own description (`bot.web.openapi`)."""

from __future__ import annotations

from enum import Enum
from typing import Any

from bot.tickets.by_hand import SETTABLE
from bot.tickets.words import (
    Category,
    Charge,
    Kind,
    Outcome,
    Priority,
    ServiceMode,
    State,
    Term,
    Verdict,
)

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "maxLength": 4000}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
TIME: Schema = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
YUAN: Schema = {"type": "number", "minimum": 0, "exclusiveMaximum": 10**9, "multipleOf": 0.01}
FLAG: Schema = {"type": "boolean"}
ANYTHING: Schema = {}


def word(enum: type[Enum]) -> Schema:
    """One of an enum's values."""
    return {"type": "string", "enum": [member.value for member in enum]}


def whole(low: int, high: int) -> Schema:
    """A whole number between these."""
    return {"type": "integer", "minimum": low, "maximum": high}


def many(schema: Schema) -> Schema:
    """A list of such values."""
    return {"type": "array", "items": schema}


def table(*required: str, **properties: Schema) -> Schema:
    """An object of these fields and no others; a name ending in _ is a word of Python's."""
    named = {name.rstrip("_"): schema for name, schema in properties.items()}
    return {"type": "object", "properties": named, "required": list(required), "additionalProperties": False}


def nullable(schema: Schema) -> Schema:
    """Such a value, or null: "not known"."""
    return {"anyOf": [schema, {"type": "null"}]}


def known(schema: Schema) -> Schema:
    """An object all of whose fields are there, and null where they are not known."""
    properties = {name: nullable(inner) for name, inner in schema["properties"].items()}
    return {**schema, "properties": properties, "required": list(properties)}


APPOINTMENT = table("date", date=DAY, from_=TIME, to=TIME, to_confirm=FLAG)
PART = table("name", name=TEXT, model=TEXT, serial=TEXT)
FEE = table("name", "amount", name=TEXT, amount=YUAN)
WARRANTY = {"oneOf": [table("months", months=whole(0, 1200)), table("days", days=whole(0, 1200))]}
SHEET = table(found=TEXT, parts=many(PART), fees=many(FEE), warranty=WARRANTY, old_parts_returned=FLAG)
ACCEPTANCE = table("by", "works", by=TEXT, works=FLAG, at=MOMENT)
ATTACHMENT = table("name", name={**TEXT, "minLength": 1}, type=TEXT, bytes=whole(0, 2**40), at=MOMENT, by=TEXT)
#: A line of a quote as it is asked for: null as amount where nobody can say it yet.
QUOTE_LINE = table("name", name={**TEXT, "minLength": 1}, amount=nullable(YUAN))

_SPAN = {"oneOf": [TEXT, table("from", "to", from_=DAY, to=DAY)]}
_QUOTE = known(table(items=many(known(table(name=TEXT, amount=YUAN, approved=FLAG))), total=YUAN))
_DECISION = known(
    table(
        outcome=word(Outcome), until=many(DAY), assuming={"type": "object"}, citations=many({"type": "object"}), on=DAY
    )
)
_REVIEW = known(
    table(since=DAY, term=word(Term), until=DAY, clause=TEXT, complete=FLAG, verdict=word(Verdict)),
)
_CHANGE = known(
    table(at=MOMENT, actor=TEXT, event=TEXT, field=TEXT, old=ANYTHING, new=ANYTHING, note={"type": "string"})
)

_FIELDS: dict[str, Schema] = {
    "no": TEXT,
    "kind": word(Kind),
    "state": word(State),
    "brand": TEXT,
    "product": TEXT,
    "part": TEXT,
    "fault": TEXT,
    "description": TEXT,
    "model": TEXT,
    "serial": TEXT,
    "name": TEXT,
    "phone": TEXT,
    "contact": known(table(name=TEXT, phone=TEXT)),
    "address": TEXT,
    "city": TEXT,
    "appointment": known(APPOINTMENT),
    "visit": TEXT,
    "mode": word(ServiceMode),
    "purchased": _SPAN,
    "proof": TEXT,
    "decision": _DECISION,
    "category": word(Category),
    "amount": YUAN,
    "wish": TEXT,
    "evidence": many(TEXT),
    "related": TEXT,
    "review": _REVIEW,
    "quote": _QUOTE,
    "fee_told": known(table(amount=YUAN, why=TEXT, clauses=many(TEXT))),
    "charge": word(Charge),
    "sheet": known({**SHEET, "properties": {**SHEET["properties"], "parts": many(known(PART))}}),
    "acceptance": known(ACCEPTANCE),
    "rating": whole(1, 5),
    "follow_up": MOMENT,
    "due": MOMENT,
    "level": whole(0, 9),
    "priority": word(Priority),
    "urged": whole(0, 10_000),
    "technician": TEXT,
    "assignee": TEXT,
    "attachments": many({"oneOf": [TEXT, ATTACHMENT]}),
    "draft_id": TEXT,
    "channel": TEXT,
    "conversation": TEXT,
    "created": MOMENT,
    "updated": MOMENT,
    "history": many(_CHANGE),
}
_ALWAYS = ("no", "kind", "state", "created", "updated")

#: What is written by hand. A contact and a visit are given as they are to be, not known parts left out.
_AS_GIVEN = {"contact": table(name=TEXT, phone=TEXT), "appointment": APPOINTMENT}
BY_HAND: Schema = {
    "type": "object",
    "properties": {name: nullable(_AS_GIVEN.get(name, _FIELDS[name])) for name in SETTABLE},
    "required": [],
    "minProperties": 1,
    "additionalProperties": False,
}

CHANGE = _CHANGE
TICKET: Schema = {
    "type": "object",
    "properties": {name: schema if name in _ALWAYS else nullable(schema) for name, schema in _FIELDS.items()},
    "required": list(_FIELDS),
    "additionalProperties": False,
}

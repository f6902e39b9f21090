"""What staff can do with a ticket over HTTP: one row a step, from which both the routes and their description are made.

Each is POST /api/tickets/NO/<name> with a JSON object. What an object may hold is checked twice on
purpose: here by name and type, in `bot.tickets` by what a ticket may hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from bot.tickets import amends, by_hand, fields, steps
from bot.tickets.fields import BadField, Reader
from bot.tickets.parts import Appointment
from bot.tickets.sheets import Acceptance, RepairSheet
from bot.tickets.steps import Plan
from bot.tickets.words import Kind, State, Verdict
from bot.web import ticket_schema as schema
from bot.web.ticket_schema import Schema
from policies_kb.loader import load


class Field(NamedTuple):
    """How a field of the body is read, and how it is described."""

    read: Reader
    schema: Schema


class Order(NamedTuple):
    """Who wants it, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One step: what its body holds beside `by`, what of that must be there, and the plan it makes."""

    name: str
    summary: str
    fields: Mapping[str, Field]
    required: tuple[str, ...] = ()
    plan: Callable[[Mapping[str, Any], Order], Plan] = field(repr=False)

    def read(self, body: Mapping[str, Any], at: datetime) -> tuple[Plan, Order]:
        """The plan that a body asks for, and who asks. Raises `BadField`."""
        readers = {name: one.read for name, one in {**self.fields, "by": _BY}.items()}
        values = fields.read(body, readers, required=self.required)
        order = Order(values.pop("by", "desk"), at)
        return self.plan(values, order), order

    def schema(self) -> Schema:
        """The body in JSON Schema."""
        properties = {name: one.schema for name, one in {**self.fields, "by": _BY}.items()}
        return schema.table(*self.required, **properties)


def _filled(value: Any, at: str) -> str:
    words = fields.text(value, at)
    if not words:
        raise BadField(f"{at}: empty")
    return words


def _short(value: Any, at: str) -> str:
    words = _filled(value, at)
    if len(words) > 64:
        raise BadField(f"{at}: longer than 64 characters")
    return words


def _as_it_is(reader: Reader) -> Reader:
    """Checked here, handed on in JSON: the plan reads it again together with the ticket."""

    def read(value: Any, at: str) -> Any:
        reader(value, at)
        return value

    return read


def _verdict(value: Any, at: str) -> Verdict:
    found = fields.choice(Verdict)(value, at)
    if found not in _VERDICTS:
        raise BadField(f"{at}: expected approved or refused")
    return Verdict(found)


def _by_hand(value: Any, at: str) -> Any:
    if not isinstance(value, dict) or not value:
        raise BadField(f"{at}: expected an object of fields and their values")
    for name in value:
        if name not in by_hand.SETTABLE:
            raise BadField(f"{at}.{name}: is not set by hand; these are: {', '.join(by_hand.SETTABLE)}")
    return value


def _lines(value: Any, at: str) -> Any:
    if not isinstance(value, list) or not value:
        raise BadField(f"{at}: expected a list of {{name, amount}}")
    for n, line in enumerate(value):
        fields.read(line, {"name": _filled, "amount": fields.money}, at=f"{at}[{n}]", required=("name",))
    return value


_WORDS = {**schema.TEXT, "minLength": 1}
_NAME = Field(_short, {"type": "string", "minLength": 1, "maxLength": 64})
_BY = _NAME
_NOTE = Field(fields.text, schema.TEXT)
_AMOUNT = Field(fields.money, schema.YUAN)
#: What a person can decide on a return, an exchange or a refund; a complaint is upheld.
_VERDICTS = (Verdict.APPROVED, Verdict.REFUSED)
_VISIT = Field(_as_it_is(Appointment.from_json), schema.APPOINTMENT)

OPERATIONS = (
    Operation(
        name="assign",
        summary="Say who comes (technician) and who at the desk has it (assignee).",
        fields={"technician": _NAME, "assignee": _NAME, "note": _NOTE},
        plan=lambda body, order: steps.assign(**body),
    ),
    Operation(
        name="move",
        summary="Enter a state, with the visit that was agreed on where one was.",
        fields={
            "to": Field(fields.choice(State), schema.word(State)),
            "appointment": _VISIT,
            "note": _NOTE,
        },
        required=("to",),
        plan=lambda body, order: steps.move(**body, today=order.at.date()),
    ),
    Operation(
        name="quote",
        summary="Say what the work will cost, line by line; what is new waits for the customer's yes.",
        fields={"items": Field(_lines, {**schema.many(schema.QUOTE_LINE), "minItems": 1}), "note": _NOTE},
        required=("items",),
        plan=lambda body, order: steps.quote(**body),
    ),
    Operation(
        name="answer",
        summary="Write down the customer's yes or no to the quote; `declined`: lines they do not want.",
        fields={
            "approved": Field(fields.flag, schema.FLAG),
            "declined": Field(fields.many(fields.text), schema.many(schema.TEXT)),
            "note": _NOTE,
        },
        required=("approved",),
        plan=lambda body, order: steps.answer_quote(**body),
    ),
    Operation(
        name="note",
        summary="Write something down.",
        fields={"text": Field(_filled, _WORDS)},
        required=("text",),
        plan=lambda body, order: steps.note(body["text"]),
    ),
    Operation(
        name="attach",
        summary="Add what is known of a file; its content is kept elsewhere.",
        fields={
            "name": Field(_filled, _WORDS),
            "type": Field(fields.text, schema.TEXT),
            "bytes": Field(fields.whole(0, 2**40), schema.whole(0, 2**40)),
        },
        required=("name",),
        plan=lambda body, order: steps.attach(body, by=order.by, at=order.at),
    ),
    Operation(
        name="complete",
        summary="The work is done. A repair needs its sheet and the customer's acceptance, here or from before.",
        fields={
            "sheet": Field(_as_it_is(RepairSheet.from_json), schema.SHEET),
            "acceptance": Field(_as_it_is(Acceptance.from_json), schema.ACCEPTANCE),
            "note": _NOTE,
        },
        plan=lambda body, order: steps.complete(**body),
    ),
    Operation(
        name="rate",
        summary="Write down the customer's judgement, once, when the work is over.",
        fields={"rating": Field(fields.whole(1, 5), schema.whole(1, 5)), "note": _NOTE},
        required=("rating",),
        plan=lambda body, order: steps.rate(**body),
    ),
    Operation(
        name="set",
        summary="Write fields by hand: whom to ring, where to go, what the appliance is; null takes a value away.",
        fields={"changes": Field(_by_hand, schema.BY_HAND), "note": _NOTE},
        required=("changes",),
        plan=lambda body, order: by_hand.write(**body, today=order.at.date()),
    ),
    Operation(
        name="review",
        summary="A person's yes or no to a return, an exchange or a refund; of a refund perhaps the amount.",
        fields={
            "verdict": Field(_verdict, {"type": "string", "enum": [one.value for one in _VERDICTS]}),
            "amount": _AMOUNT,
            "note": _NOTE,
        },
        required=("verdict",),
        plan=lambda body, order: amends.review(**body),
    ),
    Operation(
        name="uphold",
        summary="A complaint is true: it is resolved, and a refund is opened, of the amount in dispute unless told.",
        fields={"amount": _AMOUNT, "note": Field(_filled, _WORDS)},
        required=("note",),
        plan=lambda body, order: amends.uphold(load(), **body),
    ),
    Operation(
        name="refund",
        summary="Open a refund: a prepayment for what could not be done.",
        fields={"amount": _AMOUNT, "note": _NOTE},
        required=("amount",),
        plan=lambda body, order: amends.refund(load(), **body),
    ),
    Operation(
        name="redo",
        summary="Do the service of a complaint again, free where the brand's own clause promises that.",
        fields={
            "kind": Field(fields.choice(Kind), schema.word(Kind)),
            "appointment": _VISIT,
            "note": _NOTE,
        },
        plan=lambda body, order: amends.redo(load(), **body, today=order.at.date()),
    ),
)

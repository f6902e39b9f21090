"""What a ticket is: frozen values, and their JSON in the words that other programs use.

`NewTicket` is what the customer and the desk know; `Ticket` adds what the store gives: number,
state, times. In JSON every field is always there and null stands for "not known". Money is a
number of yuan, a moment carries its offset (+08:00), `from` is the attribute `from_`, and a list
of nothing is null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.tickets import fields
from bot.tickets.fields import BadField, Reader
from bot.tickets.parts import (
    Appointment,
    Attachment,
    Contact,
    DateSpan,
    DecisionSummary,
    FeeTold,
    Quote,
    QuoteItem,
)
from bot.tickets.sheets import Acceptance, RepairSheet, Review
from bot.tickets.words import Category, Charge, Kind, Outcome, Priority, ServiceMode, State

__all__ = [
    "FIELDS",
    "HIGHEST_LEVEL",
    "Acceptance",
    "Appointment",
    "Attachment",
    "BadField",
    "Category",
    "Change",
    "Charge",
    "Contact",
    "DateSpan",
    "DecisionSummary",
    "Draft",
    "FeeTold",
    "Kind",
    "NewTicket",
    "Outcome",
    "Priority",
    "Quote",
    "QuoteItem",
    "RepairSheet",
    "Review",
    "ServiceMode",
    "State",
    "Ticket",
    "raised",
]  # fmt: skip

#: The fields of a ticket's JSON, in the order in which it is written.
FIELDS = (
    "no", "kind", "state", "brand", "product", "part", "fault", "description", "model", "serial",
    "name", "phone", "contact", "address", "city", "appointment", "visit", "mode", "purchased",
    "proof", "decision", "category", "amount", "wish", "evidence", "related", "review", "quote",
    "fee_told", "charge", "sheet", "acceptance", "rating", "follow_up", "due", "level", "priority",
    "urged", "technician", "assignee", "attachments", "draft_id", "channel", "conversation",
    "created", "updated", "history",
)  # fmt: skip

HIGHEST_LEVEL = 9  # of escalation


def raised(level: int | None, *, by: int = 1) -> int:
    """The level after so many escalations more; it stops at the highest."""
    return min((level or 0) + by, HIGHEST_LEVEL)


_NEW: Mapping[str, Reader] = {
    "kind": fields.choice(Kind),
    "brand": fields.text,
    "product": fields.text,
    "part": fields.text,
    "fault": fields.text,
    "description": fields.text,
    "model": fields.text,
    "serial": fields.text,
    "name": fields.text,
    "phone": fields.text,
    "contact": Contact.from_json,
    "address": fields.text,
    "city": fields.text,
    "appointment": Appointment.from_json,
    "visit": fields.text,
    "mode": fields.choice(ServiceMode),
    "purchased": DateSpan.from_json,
    "proof": fields.text,
    "decision": DecisionSummary.from_json,
    "category": fields.choice(Category),
    "amount": fields.money,
    "wish": fields.text,
    "evidence": fields.many(fields.text),
    "related": fields.text,
    "review": Review.from_json,
    "quote": Quote.from_json,
    "fee_told": FeeTold.from_json,
    "charge": fields.choice(Charge),
    "sheet": RepairSheet.from_json,
    "acceptance": Acceptance.from_json,
    "rating": fields.whole(1, 5),
    "follow_up": fields.moment,
    "due": fields.moment,
    "level": fields.whole(0, HIGHEST_LEVEL),
    "priority": fields.choice(Priority),
    "urged": fields.whole(0, 10_000),
    "technician": fields.text,
    "assignee": fields.text,
    "attachments": fields.many(Attachment.from_json),
    "channel": fields.text,
    "conversation": fields.text,
}
_STORED: Mapping[str, Reader] = {
    "no": fields.text,
    "state": fields.choice(State),
    "draft_id": fields.text,
    "created": fields.moment,
    "updated": fields.moment,
}


@dataclass(frozen=True, kw_only=True)
class NewTicket:
    """What a request holds before it is stored.

    brand, product, part, fault: catalog slugs. description: the customer's own words.
    model, serial: of the appliance. city: the customer's, as said or read from the address.
    name, phone: the customer whose request it is; this phone is the registered one.
    contact: the person to ring for the visit, only where that is somebody else.
    visit: shared by the tickets of one visit: they have one appointment.
    purchased: the day of purchase, as exactly as it is known. proof: a value of the fact `proof`.
    category, amount, wish, evidence: of a complaint: what about, yuan in dispute, what the
    customer wants, what they can show. related: the number of the earlier ticket (a rework, a
    complaint).
    fee_told: the charge that was disclosed before a yes. rating: 1 to 5.
    follow_up: when the return visit is due, null when it was made. due: when an answer is due.
    level: how often it was escalated. urged: how often the customer has asked to hurry.
    technician: who comes. assignee: who at the desk has it. attachments: the files that belong to it.
    """

    kind: Kind
    brand: str | None = None
    product: str | None = None
    part: str | None = None
    fault: str | None = None
    description: str | None = None
    model: str | None = None
    serial: str | None = None
    name: str | None = None
    phone: str | None = None
    contact: Contact | None = None
    address: str | None = None
    city: str | None = None
    appointment: Appointment | None = None
    visit: str | None = None
    mode: ServiceMode | None = None
    purchased: DateSpan | None = None
    proof: str | None = None
    decision: DecisionSummary | None = None
    category: Category | None = None
    amount: Decimal | None = None
    wish: str | None = None
    evidence: tuple[str, ...] = ()
    related: str | None = None
    review: Review | None = None
    quote: Quote | None = None
    fee_told: FeeTold | None = None
    charge: Charge | None = None
    sheet: RepairSheet | None = None
    acceptance: Acceptance | None = None
    rating: int | None = None
    follow_up: datetime | None = None
    due: datetime | None = None
    level: int | None = None
    priority: Priority | None = None
    urged: int | None = None
    technician: str | None = None
    assignee: str | None = None
    attachments: tuple[Attachment, ...] = ()
    channel: str | None = None
    conversation: str | None = None

    @classmethod
    def from_json(cls, data: Any) -> NewTicket:
        """Read a request from JSON, a draft's payload say. Raises `BadField`."""
        return NewTicket(**fields.read(data, _NEW, required=("kind",)))


@dataclass(frozen=True, kw_only=True)
class Ticket(NewTicket):
    """A request that is stored. `version` counts its changes and is not part of the JSON."""

    no: str
    state: State
    created: datetime
    updated: datetime
    draft_id: str | None = None
    version: int = 1

    @classmethod
    def from_json(cls, data: Any, *, version: int = 1) -> Ticket:
        """Read a stored ticket; its `history` is left to `Change.from_json`. Raises `BadField`."""
        required = ("no", "kind", "state", "created", "updated")
        values = fields.read(data, {**_NEW, **_STORED}, required=required, skip=("history",))
        return cls(**values, version=version)

    def to_json(self, history: Sequence[Change] | None = None) -> dict[str, Any]:
        """Every field of `FIELDS`; `history` is null unless it is given."""
        values = {name: fields.plain(getattr(self, name)) for name in FIELDS if name != "history"}
        values = {name: None if value == [] else value for name, value in values.items()}
        return {**values, "history": None if history is None else fields.plain(history)}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One row of a ticket's history: who did what, when; old and new are JSON values of the field.

    event: what was done: opened, moved, amended, noted, imported; and of the desk's own steps
    assigned, quoted, consented, declined, attached, completed, accepted, rated, urged, revealed.
    field: null for a note; `state` where it moved.
    """

    at: datetime
    actor: str
    event: str
    field: str | None = None
    old: Any = None
    new: Any = None
    note: str = ""

    @classmethod
    def from_json(cls, data: Any, at: str = "history") -> Change:
        """Read a row that another system hands over. Raises `BadField`."""
        anything: Reader = lambda value, _: value  # noqa: E731
        readers = {
            "at": fields.moment,
            "actor": fields.text,
            "event": fields.text,
            "field": fields.text,
            "old": anything,
            "new": anything,
            "note": fields.text,
        }
        return cls(**fields.read(data, readers, at=at, required=("at", "actor", "event")))


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A request still being talked about: stored before its read-back, gone once it is a ticket."""

    id: str
    conversation: str
    channel: str
    topic: str
    payload: Mapping[str, Any]
    at: datetime

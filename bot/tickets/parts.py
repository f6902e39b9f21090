"""The values a ticket is made of, each with the JSON it is read from."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from bot.tickets import fields
from bot.tickets.fields import BadField
from bot.tickets.words import Outcome


@dataclass(frozen=True, kw_only=True)
class Contact:
    """The person to ring for this visit where it is not the customer (the mother at home)."""

    name: str | None = None
    phone: str | None = None

    @classmethod
    def from_json(cls, data: Any, at: str = "contact") -> Contact:
        """Read `{name, phone}`."""
        return cls(**fields.read(data, {"name": fields.text, "phone": fields.text}, at=at))


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """The visit: its day, the hours agreed on, and whether staff must still confirm them."""

    date: date
    from_: time | None = None
    to: time | None = None
    to_confirm: bool = False

    @classmethod
    def from_json(cls, data: Any, at: str = "appointment") -> Appointment:
        """Read `{date, from, to, to_confirm}`."""
        clock = fields.clock
        readers = {"date": fields.day, "from": clock, "to": clock, "to_confirm": fields.flag}
        values = fields.read(data, readers, at=at, required=("date",))
        if "from" in values:
            values["from_"] = values.pop("from")
        appointment = cls(**values)
        if appointment.from_ and appointment.to and appointment.to < appointment.from_:
            raise BadField(f"{at}.to: before {at}.from")
        return appointment


@dataclass(frozen=True)
class DateSpan:
    """A day known as well as the customer knows it: from the first to the last day it may be."""

    first: date
    last: date

    @classmethod
    def from_json(cls, data: Any, at: str) -> DateSpan:
        """Read `2024-03-01`, `2024-03`, `2024` or `{from, to}`."""
        if isinstance(data, Mapping):
            ends = fields.read(data, {"from": fields.day, "to": fields.day}, at=at, required=("from", "to"))
            span = cls(ends["from"], ends["to"])
        else:
            span = cls._of_text(str(data), at)
        if span.last < span.first:
            raise BadField(f"{at}.to: before {at}.from")
        return span

    @classmethod
    def _of_text(cls, text: str, at: str) -> DateSpan:
        try:
            if len(text) == 4:
                return cls(date(int(text), 1, 1), date(int(text), 12, 31))
            if len(text) == 7:
                first = date.fromisoformat(f"{text}-01")
                return cls(first, first.replace(day=calendar.monthrange(first.year, first.month)[1]))
            return cls(date.fromisoformat(text), date.fromisoformat(text))
        except ValueError:
            raise BadField(f"{at}: expected 2024-03-01, 2024-03, 2024 or {{from, to}}") from None

    def to_json(self) -> str | dict[str, str]:
        """The shortest of the forms that `from_json` reads."""
        day = self.first.isoformat()
        for text in (day, day[:7], day[:4]):
            if DateSpan._of_text(text, "") == self:
                return text
        return {"from": day, "to": self.last.isoformat()}


@dataclass(frozen=True, kw_only=True)
class DecisionSummary:
    """The coverage decision that the customer was told, on which day and from which clauses."""

    outcome: Outcome
    until: tuple[date, ...] = ()
    assuming: Mapping[str, Any] | None = None
    citations: tuple[Mapping[str, Any], ...] = ()
    on: date | None = None

    @classmethod
    def from_json(cls, data: Any, at: str = "decision") -> DecisionSummary:
        """Read `{outcome, until, assuming, citations, on}`."""
        readers = {
            "outcome": fields.choice(Outcome),
            "until": fields.many(fields.day),
            "assuming": fields.table,
            "citations": fields.many(fields.table),
            "on": fields.day,
        }
        return cls(**fields.read(data, readers, at=at, required=("outcome",)))


@dataclass(frozen=True, kw_only=True)
class QuoteItem:
    """One line of a quote: null as amount while nobody can say it, as `approved` until the customer has answered."""

    name: str
    amount: Decimal | None = None
    approved: bool | None = None

    @classmethod
    def from_json(cls, data: Any, at: str) -> QuoteItem:
        """Read `{name, amount, approved}`."""
        readers = {"name": fields.text, "amount": fields.money, "approved": fields.flag}
        return cls(**fields.read(data, readers, at=at, required=("name",)))


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What the work will cost, item by item; no total while the amount of an item is open."""

    items: tuple[QuoteItem, ...]
    total: Decimal | None = None

    @classmethod
    def from_json(cls, data: Any, at: str = "quote") -> Quote:
        """Read `{items, total}`; without a total it is the sum of what was not declined, if all of that is known."""
        readers = {"items": fields.many(QuoteItem.from_json), "total": fields.money}
        values = fields.read(data, readers, at=at, required=("items",))
        items = values["items"]
        if not items:
            raise BadField(f"{at}.items: empty")
        names = [item.name for item in items]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise BadField(f"{at}.items: {twice!r} stands twice; a consent is to a line by its name")
        return cls(items=items, total=values.get("total", _sum(items)))

    @property
    def has_consent(self) -> bool:
        """Every item was answered, at least one with yes, and none with yes whose amount nobody knew."""
        answers = [item.approved for item in self.items]
        return None not in answers and True in answers and not self.open_items

    @property
    def open_items(self) -> tuple[int, ...]:
        """The places of the items that were not declined and have no amount."""
        return tuple(n for n, item in enumerate(self.items) if item.amount is None and item.approved is not False)


def _sum(items: tuple[QuoteItem, ...]) -> Decimal | None:
    amounts = [item.amount for item in items if item.approved is not False]
    return None if None in amounts else sum((a for a in amounts if a is not None), Decimal(0))


@dataclass(frozen=True, kw_only=True)
class FeeTold:
    """A charge the customer was told of before it could fall due, and the clauses behind it."""

    amount: Decimal | None = None
    why: str | None = None
    clauses: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Any, at: str = "fee_told") -> FeeTold:
        """Read `{amount, why, clauses}`."""
        readers = {"amount": fields.money, "why": fields.text, "clauses": fields.many(fields.text)}
        return cls(**fields.read(data, readers, at=at))


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that belongs to the ticket: what is known of it, never its content.

    type: as in a Content-Type header. bytes: its size. at, by: when and by whom it was added.
    """

    name: str
    type: str | None = None
    bytes: int | None = None
    at: datetime | None = None
    by: str | None = None

    @classmethod
    def from_json(cls, data: Any, at: str) -> Attachment:
        """Read `{name, type, bytes, at, by}`, or the name alone."""
        if isinstance(data, str):
            return cls(name=fields.text(data, at))
        readers = {
            "name": fields.text,
            "type": fields.text,
            "bytes": fields.whole(0, 2**40),
            "at": fields.moment,
            "by": fields.text,
        }
        return cls(**fields.read(data, readers, at=at, required=("name",)))

    def to_json(self) -> str | dict[str, Any]:
        """The shorter of the forms that `from_json` reads."""
        known = {name: fields.plain(value) for name, value in vars(self).items() if value is not None}
        return self.name if set(known) == {"name"} else known

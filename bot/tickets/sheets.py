"""What staff write down at the end: the sheet of a repair, its acceptance, what a person has decided.

A list that is empty says "none" (no part was used, nothing is charged); null says "not written
yet". What is missing is told apart from what is nothing, because completing asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.tickets import fields
from bot.tickets.fields import BadField
from bot.tickets.words import Term, Verdict
from policies_kb.calendar import Length


@dataclass(frozen=True, kw_only=True)
class PartUsed:
    """A part that was built in."""

    name: str
    model: str | None = None
    serial: str | None = None

    @classmethod
    def from_json(cls, data: Any, at: str) -> PartUsed:
        """Read `{name, model, serial}`."""
        readers = dict.fromkeys(("name", "model", "serial"), fields.text)
        return cls(**fields.read(data, readers, at=at, required=("name",)))


@dataclass(frozen=True, kw_only=True)
class FeeLine:
    """One line of the bill."""

    name: str
    amount: Decimal

    @classmethod
    def from_json(cls, data: Any, at: str) -> FeeLine:
        """Read `{name, amount}`."""
        readers = {"name": fields.text, "amount": fields.money}
        return cls(**fields.read(data, readers, at=at, required=("name", "amount")))


def length(data: Any, at: str) -> Length:
    """Read `{months}` or `{days}`: how long the repair is warranted."""
    values = fields.read(data, dict.fromkeys(("months", "days"), fields.whole(0, 1200)), at=at)
    if len(values) != 1:
        raise BadField(f"{at}: expected {{months}} or {{days}}")
    return Length(**values)


@dataclass(frozen=True, kw_only=True)
class RepairSheet:
    """What was found, what was built in, what is charged for, and how long the repair is warranted."""

    found: str | None = None
    parts: tuple[PartUsed, ...] | None = None
    fees: tuple[FeeLine, ...] | None = None
    warranty: Length | None = None
    old_parts_returned: bool | None = None

    @classmethod
    def from_json(cls, data: Any, at: str = "sheet") -> RepairSheet:
        """Read `{found, parts, fees, warranty, old_parts_returned}`."""
        readers = {
            "found": fields.text,
            "parts": fields.many(PartUsed.from_json),
            "fees": fields.many(FeeLine.from_json),
            "warranty": length,
            "old_parts_returned": fields.flag,
        }
        return cls(**fields.read(data, readers, at=at))

    def to_json(self) -> dict[str, Any]:
        """The form that `from_json` reads; of the warranty only the unit that was given."""
        plain = {name: fields.plain(value) for name, value in vars(self).items()}
        if self.warranty is not None:
            plain["warranty"] = {name: n for name, n in vars(self.warranty).items() if n is not None}
        return plain


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """What the customer said when the work was shown to them: who it was, and whether it works."""

    by: str
    works: bool
    at: datetime | None = None

    @classmethod
    def from_json(cls, data: Any, at: str = "acceptance") -> Acceptance:
        """Read `{by, works, at}`."""
        readers = {"by": fields.text, "works": fields.flag, "at": fields.moment}
        return cls(**fields.read(data, readers, at=at, required=("by", "works")))


@dataclass(frozen=True, kw_only=True)
class Review:
    """What is looked at before something is granted: a return, an exchange, a refund, a complaint, a service again.

    since: the day the days are counted from. until: the last day of the clause's term. clause: what
    it rests on. complete: unused, packed and with all that belongs to it. verdict: what a person decided.
    """

    since: date | None = None
    term: Term | None = None
    until: date | None = None
    clause: str | None = None
    complete: bool | None = None
    verdict: Verdict | None = None

    @classmethod
    def from_json(cls, data: Any, at: str = "review") -> Review:
        """Read `{since, term, until, clause, complete, verdict}`."""
        readers = {
            "since": fields.day,
            "term": fields.choice(Term),
            "until": fields.day,
            "clause": fields.text,
            "complete": fields.flag,
            "verdict": fields.choice(Verdict),
        }
        return cls(**fields.read(data, readers, at=at))

"""What a clause does: the typed effects of DESIGN.md §3, and the amounts and times they carry."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from policies_kb.calendar import Length


@dataclass(frozen=True)
class Span:
    """A length from `shortest` to `longest`; None = the source gives no such figure."""

    shortest: Length | None
    longest: Length | None

    @property
    def exact(self) -> bool:
        return self.shortest is not None and self.shortest == self.longest


class Scope(str, Enum):
    WHOLE_UNIT = "whole_unit"
    PARTS = "parts"
    REPAIR = "repair"
    INSTALLATION = "installation"
    EXTENSION = "extension"


@dataclass(frozen=True)
class Term:
    """A period of free warranty. `open`: other core parts than `parts` may also be meant."""

    scope: Scope
    span: Span
    parts: tuple[str, ...] = ()
    open: bool = False
    decided_by: str | None = None
    said: str | None = None  # how its length is said, where the range's lower end is ours and not the source's
    kind: str = "term"


@dataclass(frozen=True)
class Exclusion:
    """No free warranty while the clause's `when` holds; only perhaps where not `certain`."""

    certain: bool = True
    decided_by: str | None = None
    kind: str = "exclusion"


@dataclass(frozen=True)
class Requires:
    """The source demands one of `values`; a case with another value is doubtful, not refused."""

    fact: str
    values: frozenset[str]
    kind: str = "requires"


@dataclass(frozen=True)
class StartsFrom:
    """The period counts from this day of the case, `plus_months` later."""

    date: str
    plus_months: int = 0
    kind: str = "starts_from"


@dataclass(frozen=True)
class Amount:
    """Yuan from `low` to `high`; both zero = free; both None = charged, no figure in the source."""

    low: Decimal | None
    high: Decimal | None

    @property
    def free(self) -> bool:
        return self.high == 0

    @property
    def quoted(self) -> bool:
        return self.high is None


@dataclass(frozen=True)
class Fee:
    """What may be charged at `event`, and to whom."""

    event: str
    amount: Amount
    area: str = "any"
    payer: str = "customer"
    kind: str = "fee"


@dataclass(frozen=True)
class Within:
    """A time that is promised: from `low` to `high` of `unit` (minutes, hours, days, working_days, months; the desk's
    own rules also count desk_hours)."""

    unit: str
    low: int
    high: int


@dataclass(frozen=True)
class Benefit:
    gives: str
    within: Within | None = None
    kind: str = "benefit"


@dataclass(frozen=True)
class Promise:
    """A duty and the time for it, counted from the ticket's state `after` where the source says so."""

    duty: str
    within: Within | None = None
    after: str | None = None
    kind: str = "promise"


@dataclass(frozen=True)
class Info:
    kind: str = "info"


Effect = Term | Exclusion | Requires | StartsFrom | Fee | Benefit | Promise | Info

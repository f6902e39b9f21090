"""Whether a repair that does not hold is mended again for nothing: by its own sheet, else by the brand's clauses.

Pure. The sheet says how long this repair is warranted and goes first. Without it the clauses on repairs do, and where
they contradict each other only the shortest reading is sure: within it the rework is free, beyond the longest it is a
new repair, between them the sheet has to be looked at. A brand without such a clause leaves it open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.tickets.model import Charge, Ticket
from policies_kb.calendar import Length
from policies_kb.model import Clause, Knowledge, Scope, Term


@dataclass(frozen=True)
class Rework:
    """Who pays, by which clauses; `until`: the last day that is surely free, None where nobody says one."""

    charge: Charge
    until: date | None = None
    clauses: tuple[Clause, ...] = ()


def rework(kb: Knowledge, repaired: Ticket, completed: date, *, on: date) -> Rework:
    """What holds for the same fault of an appliance whose repair was completed on a day."""
    if repaired.sheet is not None and repaired.sheet.warranty is not None:
        until = repaired.sheet.warranty.end(completed)
        return Rework(Charge.FREE if on <= until else Charge.PAID, until)
    clauses = _clauses(kb, repaired)
    ends = [_ends(clause, completed) for clause in clauses]
    sure = min((low for low, _ in ends if low), default=None)
    if not ends or sure is None or any(high is None for _, high in ends):
        return Rework(Charge.TO_CHECK, clauses=clauses)
    longest = max(high for _, high in ends if high)
    charge = Charge.FREE if on <= sure else Charge.TO_CHECK if on <= longest else Charge.PAID
    return Rework(charge, sure, clauses)


def _clauses(kb: Knowledge, repaired: Ticket) -> tuple[Clause, ...]:
    wanted = {"all", *kb.catalog.lineage(repaired.product)} if repaired.product else None
    return tuple(
        clause
        for clause in kb.of_brand(repaired.brand or "")
        if isinstance(clause.effect, Term) and clause.effect.scope is Scope.REPAIR and clause.answerable
        if wanted is None or wanted & set(clause.products)
    )


def _ends(clause: Clause, start: date) -> tuple[date | None, date | None]:
    assert isinstance(clause.effect, Term)
    span = clause.effect.span
    return _end(span.shortest, start), _end(span.longest, start)


def _end(length: Length | None, start: date) -> date | None:
    return None if length is None else length.end(start)

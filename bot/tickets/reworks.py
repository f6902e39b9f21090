"""Whether a repair that does not hold is mended again for nothing: by its own sheet and by the brand's clauses.

Pure. Free is what the sheet of this repair promises, and what every reading of the brand's clauses on repairs does, of
contradicting ones the shortest. Beyond all of them it is a new repair. Between them somebody has to look; and so it is
where the clauses give no length, and for a brand without any whose sheet is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.tickets.model import Charge, Ticket
from policies_kb.calendar import Length
from policies_kb.effects import Scope, Term
from policies_kb.model import Clause, Knowledge


@dataclass(frozen=True)
class Rework:
    """Who pays, by which clauses; `until`: the last day that is surely free, None where nobody says one."""

    charge: Charge
    until: date | None = None
    clauses: tuple[Clause, ...] = ()


def rework(kb: Knowledge, repaired: Ticket, completed: date, *, on: date) -> Rework:
    """What holds for the same fault of an appliance whose repair was completed on a day."""
    clauses = _clauses(kb, repaired)
    written = repaired.sheet.warranty if repaired.sheet else None
    sheet = written.end(completed) if written else None
    ends = [_ends(clause, completed) for clause in clauses]
    sure = [day for day in (sheet, min((low for low, _ in ends if low), default=None)) if day]
    longest = [day for day in (sheet, *(high for _, high in ends)) if day]
    if sure and on <= max(sure):
        return Rework(Charge.FREE, max(sure), clauses)
    is_open = not longest or any(high is None for _, high in ends) or on <= max(longest)
    return Rework(Charge.TO_CHECK if is_open else Charge.PAID, max(sure, default=None), clauses)


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

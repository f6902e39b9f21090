"""How long the terms of one reading of the sources run in a situation, and what they come to on its day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import NamedTuple

from policies_kb.calendar import FAR_PAST, DayRange, Length, add_months
from policies_kb.effects import Scope, Span, StartsFrom, Term
from policies_kb.model import Clause


class Outcome(str, Enum):
    COVERED = "covered"
    NOT_COVERED = "not_covered"
    CONDITIONAL = "conditional"
    NEED_FACTS = "need_facts"
    NO_RULE = "no_rule"


COVERED, NOT_COVERED, NO_RULE = Outcome.COVERED, Outcome.NOT_COVERED, Outcome.NO_RULE
Outcomes = frozenset[Outcome]
Start = tuple[date, date]  # between which days a period begins


class Run(NamedTuple):
    """How long one term runs here: the last covered day is from `first` to `last` (None = no figure, no end known)."""

    clause: Clause | None  # None: the customer's own warranty card
    scope: Scope
    first: date | None
    last: date | None
    surely: bool = True  # whether the term certainly speaks of this part

    def may_cover(self, on: date) -> bool:
        return self.last is None or on <= self.last

    def reaches(self, on: date) -> bool:
        """Whether it covers the day, if it speaks of this part at all."""
        return self.first is not None and on <= self.first

    def must_cover(self, on: date) -> bool:
        return self.surely and self.reaches(on)


class Reach(NamedTuple):
    """What the terms of a reading come to in a situation: how long each runs, and what they alone leave possible."""

    runs: tuple[Run, ...]
    outcomes: Outcomes


@dataclass(frozen=True, eq=False)
class Situation:
    """The days of a situation and the part. `part` None = a part that no source names and none may mean.

    Many sets of clauses have the same terms: what these come to here is worked out once.
    """

    on: date
    purchased: date
    part: str | None = None
    made: DayRange | None = None
    repaired: date | None = None
    card_months: int | None = None
    _reached: dict[Periods, Reach] = field(init=False, default_factory=dict)

    def reach(self, periods: Periods) -> Reach:
        """What these periods come to here."""
        if (reach := self._reached.get(periods)) is None:
            runs = periods.runs(self)
            reach = self._reached[periods] = Reach(runs, _outcomes(runs, self.on))
        return reach


@dataclass(frozen=True, eq=False)
class Periods:
    """The terms of one reading by what they cover, and the rule on the day that they count from."""

    start: StartsFrom | None
    whole: tuple[tuple[Clause, Term], ...]
    parts: tuple[tuple[Clause, Term], ...]
    repairs: tuple[tuple[Clause, Term], ...]
    extensions: tuple[tuple[Clause, Term], ...]

    @classmethod
    def of(cls, clauses: tuple[Clause, ...]) -> Periods:
        """The periods that these clauses make."""
        terms = [(clause, clause.effect) for clause in clauses if isinstance(clause.effect, Term)]
        scopes = (Scope.WHOLE_UNIT, Scope.PARTS, Scope.REPAIR, Scope.EXTENSION)
        return cls(_starting_rule(clauses), *(tuple(term for term in terms if term[1].scope is s) for s in scopes))

    def runs(self, here: Situation) -> tuple[Run, ...]:
        """How long each term runs in a situation."""
        start = _start_of_period(self.start, here)
        whole = self._whole_unit_runs(start, here.card_months)
        parts = [Run(c, Scope.PARTS, *_ends(start, term.span), here.part in term.parts) for c, term in self.parts]
        extensions = [_extended(run, clause, term.span) for clause, term in self.extensions for run in whole]
        return (*whole, *parts, *self._repair_runs(here.repaired), *extensions)

    def _repair_runs(self, repaired: date | None) -> list[Run]:
        if repaired is None:
            return []
        return [Run(clause, Scope.REPAIR, *_ends((repaired, repaired), term.span)) for clause, term in self.repairs]

    def _whole_unit_runs(self, start: Start, card_months: int | None) -> list[Run]:
        """The figure on the customer's own card outranks every clause on the whole unit (DESIGN §4)."""
        if card_months is not None:
            length = Length(months=card_months)
            return [Run(None, Scope.WHOLE_UNIT, *_ends(start, Span(length, length)))]
        return [Run(clause, Scope.WHOLE_UNIT, *_ends(start, term.span)) for clause, term in self.whole]


def _starting_rule(clauses: tuple[Clause, ...]) -> StartsFrom | None:
    """Of several rules on where the period starts the one with the most conditions says it."""
    rules = [c for c in clauses if isinstance(c.effect, StartsFrom)]
    rule = max(rules, key=lambda c: len(c.when), default=None)
    return rule.effect if rule and isinstance(rule.effect, StartsFrom) else None


def _start_of_period(rule: StartsFrom | None, here: Situation) -> Start:
    if rule is None:
        return here.purchased, here.purchased
    first, last = _made_between(here) if rule.date == "made" else (here.purchased, here.purchased)
    return first if first == FAR_PAST else add_months(first, rule.plus_months), add_months(last, rule.plus_months)


def _made_between(here: Situation) -> Start:
    """The days it may have been made on: none after the purchase, unless both days were told so."""
    first = here.made.first if here.made else min(FAR_PAST, here.purchased)
    last = here.made.last if here.made else here.purchased
    return first, max(first, min(last, here.purchased))


def _ends(start: Start, span: Span) -> tuple[date | None, date | None]:
    if span.shortest is None or span.longest is None:
        return None, None
    first, last = start
    return None if first == FAR_PAST else span.shortest.end(first), span.longest.end(last)


def _extended(run: Run, clause: Clause, span: Span) -> Run:
    first = span.shortest.end(run.first) if span.shortest and run.first else run.first
    last = span.longest.end(run.last) if span.longest and run.last else None
    return Run(clause, Scope.EXTENSION, first, last)


def _outcomes(runs: tuple[Run, ...], on: date) -> Outcomes:
    if not runs:
        return frozenset({NO_RULE})
    if any(run.must_cover(on) for run in runs):
        return frozenset({COVERED})
    possible = set()
    if any(run.may_cover(on) for run in runs):
        possible.add(COVERED)
    if any(run.surely or not run.reaches(on) for run in runs):
        possible.add(NOT_COVERED)
    if not any(run.surely for run in runs):  # of this part perhaps no term speaks
        possible.add(NO_RULE)
    return frozenset(possible)

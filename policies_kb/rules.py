"""The clauses of one brand that decide on one product, and what they yield for one fully told situation.

A *situation* fixes every fact a customer could tell. What only a document or an inspection can tell (the figure on the
warranty card, the part, who caused the fault, the day of manufacture) and the readings of contradicting clauses stay
open, so that the result is the *set* of outcomes that are still possible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property, lru_cache
from itertools import product as combinations
from typing import Any, NamedTuple

from policies_kb.calendar import FAR_PAST, DayRange, Length, add_months
from policies_kb.model import (
    Clause,
    Condition,
    Exclusion,
    Knowledge,
    Requires,
    Scope,
    Span,
    StartsFrom,
    Term,
)


class Outcome(str, Enum):
    COVERED = "covered"
    NOT_COVERED = "not_covered"
    CONDITIONAL = "conditional"
    NEED_FACTS = "need_facts"
    NO_RULE = "no_rule"


COVERED, NOT_COVERED, NO_RULE = Outcome.COVERED, Outcome.NOT_COVERED, Outcome.NO_RULE
DECIDING = (Exclusion, Requires, StartsFrom, Term)


class Situation(NamedTuple):
    """The days of a situation and the part. `part` None = a part that no source names and none may mean."""

    on: date
    purchased: date
    part: str | None = None
    made: DayRange | None = None
    repaired: date | None = None
    card_months: int | None = None


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


class View(NamedTuple):
    """What one reading of the sources yields: the outcomes still possible, and the clauses that made it so."""

    outcomes: frozenset[Outcome]
    excluding: tuple[Clause, ...] = ()
    doubting: tuple[Clause, ...] = ()
    runs: tuple[Run, ...] = ()
    by_terms: frozenset[Outcome] = frozenset()  # what the terms alone leave possible, before any doubt
    taken: tuple[Clause, ...] = ()  # the clause taken of each conflict group that is in play


# What the terms of a reading come to in the situations of one case.
Known = dict[tuple["Periods", Situation], tuple[tuple[Run, ...], frozenset[Outcome]]]


@dataclass(frozen=True, eq=False)
class Rules:
    """The deciding clauses of one brand for one product. Sets of clauses are bit masks over `clauses`.

    What does not depend on a case's days is worked out once for each set of clauses and kept.
    """

    clauses: tuple[Clause, ...]
    core_parts: frozenset[str]

    @cached_property
    def all(self) -> int:
        """The mask of every clause."""
        return (1 << len(self.clauses)) - 1

    def admitting(self, name: str, value: str | None) -> int:
        """The mask of the clauses that a fact with this value leaves in play."""
        return self._kept(("fact", name, value), lambda clause: _admits(clause, name, value))

    def refuses(self, mask: int) -> bool:
        """Whether the mask ends the free warranty whatever the part, the days and the reading."""
        return bool(mask & self._kept(("refusing",), _always_refuses))

    def active(self, mask: int, situation: Situation) -> int:
        """Those of the mask's clauses that the part and the days of a situation leave in play."""
        key = ("in play", situation.part, situation.repaired is not None)
        mask &= self._kept(key, lambda clause: self._concerns(clause, situation))
        return mask & self._bought_on(situation.purchased) if self._limited else mask

    def views(self, active: int, situation: Situation, known: Known) -> tuple[View, ...]:
        """One view for each reading of the active clauses; `known`: the runs already worked out for a case."""
        return tuple([reading.view(situation, known) for reading in self._readings(active)])

    def heeds_the_part(self, active: int) -> bool:
        """Whether one of the active clauses is on parts; else each part is covered alike."""
        return bool(active & self._kept(("parts",), _is_of_parts))

    def _concerns(self, clause: Clause, situation: Situation) -> bool:
        if isinstance(term := clause.effect, Term):
            if term.scope is Scope.PARTS:
                return situation.part in term.parts or (term.open and situation.part in self.core_parts)
            if term.scope is Scope.REPAIR:
                return situation.repaired is not None
            return term.scope is not Scope.INSTALLATION  # it counts from a day that no case holds
        return True

    def _bought_on(self, day: date) -> int:
        return self.all & ~sum(1 << i for i in self._limited if not bought_within(self.clauses[i], day))

    @cached_property
    def _limited(self) -> tuple[int, ...]:
        """The clauses that are only for purchases of certain days."""
        return tuple(i for i, clause in enumerate(self.clauses) if clause.bought != (None, None))

    def _kept(self, key: tuple[Any, ...], keeps: Callable[[Clause], bool]) -> int:
        """The mask of the clauses that pass a test; the test stands under its key."""
        if (mask := self._masks.get(key)) is None:
            mask = self._masks[key] = sum(1 << i for i, clause in enumerate(self.clauses) if keeps(clause))
        return mask

    @cached_property
    def _masks(self) -> dict[tuple[Any, ...], int]:
        return {}

    def _readings(self, active: int) -> tuple[SourceReading, ...]:
        if (known := self._by_mask.get(active)) is None:
            clauses = [clause for i, clause in enumerate(self.clauses) if active >> i & 1]
            settled = tuple(clause for clause in clauses if clause.conflict is None)
            known = tuple(self._reading((*settled, *taken), taken) for taken in self._choices(clauses))
            self._by_mask[active] = known
        return known

    def _reading(self, clauses: tuple[Clause, ...], taken: tuple[Clause, ...]) -> SourceReading:
        timing = tuple(c for c in clauses if isinstance(c.effect, Term | StartsFrom))
        periods = self._periods.setdefault(tuple(c.id for c in timing), Periods.of(timing))
        return SourceReading(clauses, taken, periods)

    @cached_property
    def _periods(self) -> dict[tuple[str, ...], Periods]:
        """Readings that differ only in what they refuse or doubt share one."""
        return {}

    @cached_property
    def _by_mask(self) -> dict[int, tuple[SourceReading, ...]]:
        return {}

    def _choices(self, active: list[Clause]) -> Iterator[tuple[Clause, ...]]:
        """One clause of each conflict group, or none where a member of the group is not in play here."""
        groups: dict[str, list[Clause]] = {}
        for clause in active:
            if clause.conflict is not None:
                groups.setdefault(clause.conflict, []).append(clause)
        options = [
            [(clause,) for clause in members] + ([()] if len(members) < self._sizes[name] else [])
            for name, members in groups.items()
        ]
        for choice in combinations(*options):
            yield tuple(clause for taken in choice for clause in taken)

    @cached_property
    def _sizes(self) -> Mapping[str | None, int]:
        """How many clauses each conflict group has."""
        return Counter(clause.conflict for clause in self.clauses)


class SourceReading:
    """One way to read the sources: of each contradiction one side, taken as true. Holds no days of any case."""

    def __init__(self, clauses: tuple[Clause, ...], taken: tuple[Clause, ...], periods: Periods) -> None:
        self._taken, self._periods = taken, periods
        self._doubting = tuple(c for c in clauses if isinstance(c.effect, Exclusion | Requires))
        excluding = tuple(c for c in clauses if isinstance(c.effect, Exclusion) and c.effect.certain)
        self._refusal = View(frozenset({NOT_COVERED}), excluding=excluding, taken=taken) if excluding else None

    def view(self, situation: Situation, known: Known) -> View:
        """What this reading yields on the days of a situation."""
        if self._refusal:
            return self._refusal
        key = (self._periods, situation)
        if (here := known.get(key)) is None:
            runs = tuple(self._periods.runs(situation))
            here = known[key] = runs, _outcomes(runs, situation.on)
        runs, by_terms = here
        outcomes = by_terms | {NOT_COVERED} if self._doubting and COVERED in by_terms else by_terms
        return View(outcomes, doubting=self._doubting, runs=runs, by_terms=by_terms, taken=self._taken)


@dataclass(frozen=True, eq=False)
class Periods:
    """The terms of one reading, and the rule on the day that they count from."""

    start: StartsFrom | None
    terms: tuple[tuple[Clause, Term], ...]

    @classmethod
    def of(cls, clauses: tuple[Clause, ...]) -> Periods:
        """The periods that these clauses make."""
        return cls(_starting_rule(clauses), tuple((c, c.effect) for c in clauses if isinstance(c.effect, Term)))

    def runs(self, situation: Situation) -> Iterator[Run]:
        """How long each term runs on the days of a situation."""
        start = _start_of_period(self.start, situation)
        whole = list(_whole_unit_runs(self._of(Scope.WHOLE_UNIT), start, situation.card_months))
        yield from whole
        for clause, term in self._of(Scope.PARTS):
            yield Run(clause, term.scope, *_ends(start, term.span), surely=situation.part in term.parts)
        if situation.repaired is not None:
            for clause, term in self._of(Scope.REPAIR):
                yield Run(clause, term.scope, *_ends(DayRange.of(situation.repaired), term.span))
        for clause, term in self._of(Scope.EXTENSION):
            yield from (_extended(run, clause, term.span) for run in whole)

    def _of(self, scope: Scope) -> list[tuple[Clause, Term]]:
        return [(clause, term) for clause, term in self.terms if term.scope is scope]


def _whole_unit_runs(terms: list[tuple[Clause, Term]], start: DayRange, card_months: int | None) -> Iterator[Run]:
    """The figure on the customer's own card outranks every clause on the whole unit (DESIGN §4)."""
    if card_months is not None:
        length = Length(months=card_months)
        yield Run(None, Scope.WHOLE_UNIT, *_ends(start, Span(length, length)))
        return
    for clause, term in terms:
        yield Run(clause, term.scope, *_ends(start, term.span))


def _ends(start: DayRange, span: Span) -> tuple[date | None, date | None]:
    if span.shortest is None or span.longest is None:
        return None, None
    first = None if start.first == FAR_PAST else span.shortest.end(start.first)
    return first, span.longest.end(start.last)


def _extended(run: Run, clause: Clause, span: Span) -> Run:
    first = span.shortest.end(run.first) if span.shortest and run.first else run.first
    last = span.longest.end(run.last) if span.longest and run.last else None
    return Run(clause, Scope.EXTENSION, first, last)


def _outcomes(runs: tuple[Run, ...], on: date) -> frozenset[Outcome]:
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


def _starting_rule(clauses: tuple[Clause, ...]) -> StartsFrom | None:
    """Of several rules on where the period starts the one with the most conditions says it."""
    rules = [c for c in clauses if isinstance(c.effect, StartsFrom)]
    rule = max(rules, key=lambda c: len(c.when), default=None)
    return rule.effect if rule and isinstance(rule.effect, StartsFrom) else None


def _start_of_period(rule: StartsFrom | None, situation: Situation) -> DayRange:
    days = DayRange.of(situation.purchased)
    if rule is None:
        return days
    if rule.date == "made":
        days = _made_between(situation)
    first = days.first if days.first == FAR_PAST else add_months(days.first, rule.plus_months)
    return DayRange(first, add_months(days.last, rule.plus_months))


def _made_between(situation: Situation) -> DayRange:
    """The days it may have been made on: none after the purchase, unless both days were told so."""
    first = situation.made.first if situation.made else min(FAR_PAST, situation.purchased)
    last = situation.made.last if situation.made else situation.purchased
    return DayRange(first, max(first, min(last, situation.purchased)))


def _is_of_parts(clause: Clause) -> bool:
    return isinstance(clause.effect, Term) and clause.effect.scope is Scope.PARTS


def _always_refuses(clause: Clause) -> bool:
    certain = isinstance(clause.effect, Exclusion) and clause.effect.certain
    return certain and clause.conflict is None and clause.bought == (None, None)


def _admits(clause: Clause, name: str, value: str | None) -> bool:
    if isinstance(clause.effect, Requires) and clause.effect.fact == name and value in clause.effect.values:
        return False
    return name not in clause.when or value in clause.when[name]


def holds(condition: Condition, facts: Mapping[str, str]) -> bool:
    return all(facts.get(name) in values for name, values in condition.items())


def bought_within(clause: Clause, day: date) -> bool:
    first, last = clause.bought
    return (first is None or first <= day) and (last is None or day <= last)


@lru_cache(maxsize=1024)
def rules_for(kb: Knowledge, brand: str, product: str) -> Rules:
    """The deciding clauses that may be answered with, of `brand`, for `product` or a product it is a kind of."""
    wanted = {"all", *kb.catalog.lineage(product)}
    known = [c for c in kb.of_brand(brand) if c.answerable and wanted & set(c.products)]
    groups = {c.conflict for c in known if isinstance(c.effect, DECIDING)} - {None}
    # A clause that only informs is a reading too, where another of its group decides.
    clauses = tuple(c for c in known if isinstance(c.effect, DECIDING) or c.conflict in groups)
    return Rules(clauses, frozenset(slug for slug, part in kb.catalog.parts.items() if part.core))

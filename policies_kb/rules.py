"""The clauses of one brand that decide on one product, and what they yield for one fully told situation.

A *situation* fixes every fact a customer could tell. What only a document or an inspection can tell (the figure on the
warranty card, the part, who caused the fault, the day of manufacture) and the readings of contradicting clauses stay
open, so that the result is the *set* of outcomes that are still possible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property, lru_cache
from itertools import product as combinations

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


@dataclass(frozen=True)
class Situation:
    """The days of a situation and the part. `part` None = a part that no source names and none may mean."""

    on: date
    purchased: date
    part: str | None = None
    made: DayRange | None = None
    repaired: date | None = None
    card_months: int | None = None


@dataclass(frozen=True)
class Run:
    """How long one term runs here: the last covered day is from `first` to `last` (None = no figure, no end known)."""

    clause: Clause | None  # None: the customer's own warranty card
    scope: Scope
    first: date | None
    last: date | None
    surely: bool = True  # whether the term certainly speaks of this part

    def may_cover(self, on: date) -> bool:
        return self.last is None or on <= self.last

    def must_cover(self, on: date) -> bool:
        return self.surely and self.first is not None and on <= self.first


@dataclass(frozen=True)
class View:
    """What one reading of the sources yields: the outcomes still possible, and the clauses that made it so."""

    outcomes: frozenset[Outcome]
    excluding: tuple[Clause, ...] = ()
    doubting: tuple[Clause, ...] = ()
    runs: tuple[Run, ...] = ()
    by_terms: frozenset[Outcome] = frozenset()  # what the terms alone leave possible, before any doubt
    taken: tuple[Clause, ...] = ()  # the clause taken of each conflict group that is in play


@dataclass(frozen=True, eq=False)
class Rules:
    """The deciding clauses of one brand for one product. Sets of clauses are bit masks over `clauses`."""

    clauses: tuple[Clause, ...]
    core_parts: frozenset[str]

    @cached_property
    def all(self) -> int:
        """The mask of every clause."""
        return (1 << len(self.clauses)) - 1

    def admitting(self, name: str, value: str | None) -> int:
        """The mask of the clauses that a fact with this value leaves in play."""
        if (known := self._masks.get((name, value))) is None:
            known = sum(1 << i for i, clause in enumerate(self.clauses) if _admits(clause, name, value))
            self._masks[name, value] = known
        return known

    @cached_property
    def _masks(self) -> dict[tuple[str, str | None], int]:
        return {}

    def views(self, mask: int, situation: Situation) -> tuple[View, ...]:
        """One view for each reading of the sources that is in play in this situation."""
        active = [c for i, c in enumerate(self.clauses) if mask >> i & 1 and self._in_play(c, situation)]
        settled = tuple(clause for clause in active if clause.conflict is None)
        return tuple(self._view((*settled, *taken), taken, situation) for taken in self._readings(active))

    def _in_play(self, clause: Clause, situation: Situation) -> bool:
        term = clause.effect
        if isinstance(term, Term):
            if term.scope is Scope.INSTALLATION:
                return False  # counts from a day that no case holds
            if term.scope is Scope.REPAIR and situation.repaired is None:
                return False
            if term.scope is Scope.PARTS and not self._meant(term, situation.part):
                return False
        return bought_within(clause, situation.purchased)

    def _meant(self, term: Term, part: str | None) -> bool:
        return part in term.parts or (term.open and part in self.core_parts)

    def _readings(self, active: list[Clause]) -> Iterator[tuple[Clause, ...]]:
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

    def _view(self, clauses: tuple[Clause, ...], taken: tuple[Clause, ...], situation: Situation) -> View:
        excluding = tuple(c for c in clauses if isinstance(c.effect, Exclusion) and c.effect.certain)
        if excluding:
            return View(frozenset({NOT_COVERED}), excluding=excluding, taken=taken)
        doubting = tuple(c for c in clauses if isinstance(c.effect, Exclusion | Requires))
        runs = tuple(self._runs(clauses, situation))
        by_terms = _outcomes(runs, situation.on)
        outcomes = by_terms | {NOT_COVERED} if doubting and COVERED in by_terms else by_terms
        return View(outcomes, doubting=doubting, runs=runs, by_terms=by_terms, taken=taken)

    def _runs(self, clauses: tuple[Clause, ...], situation: Situation) -> Iterator[Run]:
        start = start_of_period(clauses, situation)
        terms = [(c, c.effect) for c in clauses if isinstance(c.effect, Term)]
        whole = list(_whole_unit_runs(terms, start, situation.card_months))
        yield from whole
        for clause, term in terms:
            if term.scope is Scope.PARTS:
                yield Run(
                    clause,
                    term.scope,
                    *_ends(start, term.span),
                    surely=situation.part in term.parts,
                )
            elif term.scope is Scope.REPAIR and situation.repaired is not None:
                yield Run(clause, term.scope, *_ends(DayRange.of(situation.repaired), term.span))
            elif term.scope is Scope.EXTENSION:
                yield from (_extended(run, clause, term.span) for run in whole)


def _whole_unit_runs(terms: list[tuple[Clause, Term]], start: DayRange, card_months: int | None) -> Iterator[Run]:
    """The figure on the customer's own card outranks every clause on the whole unit (DESIGN §4)."""
    if card_months is not None:
        length = Length(months=card_months)
        yield Run(None, Scope.WHOLE_UNIT, *_ends(start, Span(length, length)))
        return
    for clause, term in terms:
        if term.scope is Scope.WHOLE_UNIT:
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
    if any(run.may_cover(on) for run in runs):
        return frozenset({COVERED, NOT_COVERED})
    return frozenset({NOT_COVERED})


def start_of_period(clauses: Iterable[Clause], situation: Situation) -> DayRange:
    """The day the period counts from; of several rules in play the one with the most conditions says it."""
    rules = [c for c in clauses if isinstance(c.effect, StartsFrom)]
    rule = max(rules, key=lambda c: len(c.when), default=None)
    days = DayRange.of(situation.purchased)
    if rule is None or not isinstance(rule.effect, StartsFrom):
        return days
    if rule.effect.date == "made":  # unknown: any day up to the purchase
        days = situation.made or DayRange(FAR_PAST, situation.purchased)
    plus = rule.effect.plus_months
    first = days.first if days.first == FAR_PAST else add_months(days.first, plus)
    return DayRange(first, add_months(days.last, plus))


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

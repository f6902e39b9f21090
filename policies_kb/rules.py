"""The clauses of one brand that decide on one product, and what they yield for one fully told situation.

A *situation* fixes every fact a customer could tell. What only a document or an inspection can tell (the figure on the
warranty card, the part, who caused the fault, the day of manufacture) and the readings of contradicting clauses stay
open, so that the result is the *set* of outcomes that are still possible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import product as combinations
from typing import NamedTuple

from policies_kb.effects import Exclusion, Requires, Scope, StartsFrom, Term
from policies_kb.model import Clause, Condition, Knowledge
from policies_kb.periods import COVERED, NOT_COVERED, Outcome, Outcomes, Periods, Run, Situation

__all__ = ["Outcome", "Rules", "View", "bought_within", "holds", "rules_for"]

REFUSED: Outcomes = frozenset({NOT_COVERED})
REFUSING = -1  # the mask of every clause there could be; it stands for all that refuse
DECIDING = (Exclusion, Requires, StartsFrom, Term)


class View(NamedTuple):
    """What one reading of the sources yields: the outcomes still possible, and the clauses that made it so."""

    outcomes: Outcomes
    excluding: tuple[Clause, ...] = ()
    doubting: tuple[Clause, ...] = ()
    runs: tuple[Run, ...] = ()
    by_terms: Outcomes = frozenset()  # what the terms alone leave possible, before any doubt
    taken: tuple[Clause, ...] = ()  # the clause taken of each conflict group that is in play


@dataclass(frozen=True, eq=False)
class Rules:
    """The deciding clauses of one brand for one product. Sets of clauses are bit masks over `clauses`.

    What does not depend on a case's days is worked out once for each set of clauses and kept.
    """

    clauses: tuple[Clause, ...]
    core_parts: frozenset[str]
    _admitted: dict[tuple[str, str], int] = field(init=False, default_factory=dict)  # by fact and value
    _concerned: dict[tuple[str | None, bool], int] = field(init=False, default_factory=dict)  # by part, and if repaired
    _read: dict[int, Readings] = field(init=False, default_factory=dict)  # by the clauses in play
    _periods: dict[tuple[str, ...], Periods] = field(init=False, default_factory=dict)  # by the clauses on them

    def refuses(self, mask: int) -> bool:
        """Whether the mask ends the free warranty whatever the part, the days and the reading."""
        return bool(mask & self._refusing)

    @cached_property
    def refusing_words(self) -> frozenset[tuple[str, str]]:
        """The facts that end it by themselves, each with its value."""
        lone = [clause.when for clause in self.clauses if _always_refuses(clause) and len(clause.when) == 1]
        return frozenset((name, value) for when in lone for name, values in when.items() for value in values)

    def weight(self, mask: int) -> int:
        """One mask for all that come to the same: no matter how many clauses refuse, or else cast doubt."""
        if self.refuses(mask):
            return REFUSING
        return mask | self._doubting if mask & self._doubting else mask

    def admitting(self, facts: Mapping[str, str]) -> int:
        """The mask of the clauses that these facts leave in play."""
        mask = self._all
        for fact in facts.items():
            mask &= self._admitted_by(fact)
        return mask

    def heeded(self, mask: int, repaired: date | None) -> tuple[int, date | None]:
        """What matters of both: a repair only where a term counts from it, and such a term only after a repair."""
        if repaired is None:
            return mask & ~self._of_repairs, None
        return mask, repaired if mask & self._of_repairs else None

    def outcomes(self, mask: int, here: Situation) -> Outcomes:
        """What the readings of the mask's clauses leave possible between them in a situation."""
        return self._readings(self._active(mask, here)).outcomes(here)

    def views(self, mask: int, here: Situation) -> tuple[View, ...]:
        """The same, told one by one: a view for each reading."""
        return self._readings(self._active(mask, here)).views(here)

    def _admitted_by(self, fact: tuple[str, str]) -> int:
        if (mask := self._admitted.get(fact)) is None:
            mask = self._admitted[fact] = self._mask(lambda clause: _admits(clause, *fact))
        return mask

    def _active(self, mask: int, here: Situation) -> int:
        """Those of the mask's clauses that the part and the days of a situation leave in play."""
        key = here.part, here.repaired is not None
        if (concerned := self._concerned.get(key)) is None:
            concerned = self._concerned[key] = self._mask(lambda clause: self._concerns(clause, here))
        mask &= concerned
        for clause, bit in self._limited:
            if not bought_within(clause, here.purchased):
                mask &= ~bit
        return mask

    def _concerns(self, clause: Clause, here: Situation) -> bool:
        if isinstance(term := clause.effect, Term):
            if term.scope is Scope.PARTS:
                return here.part in term.parts or (term.open and here.part in self.core_parts)
            if term.scope is Scope.REPAIR:
                return here.repaired is not None
            return term.scope is not Scope.INSTALLATION  # it counts from a day that no case holds
        return True

    def _mask(self, keeps: Callable[[Clause], bool]) -> int:
        """The mask of the clauses that pass a test."""
        return sum(1 << i for i, clause in enumerate(self.clauses) if keeps(clause))

    @cached_property
    def _all(self) -> int:
        return self._mask(lambda _: True)

    @cached_property
    def _refusing(self) -> int:
        return self._mask(_always_refuses)

    @cached_property
    def _doubting(self) -> int:
        return self._mask(_always_doubts)

    @cached_property
    def _of_repairs(self) -> int:
        return self._mask(lambda clause: isinstance(clause.effect, Term) and clause.effect.scope is Scope.REPAIR)

    @cached_property
    def _limited(self) -> tuple[tuple[Clause, int], ...]:
        """The clauses that are only for purchases of certain days, each with its mask."""
        return tuple((c, 1 << i) for i, c in enumerate(self.clauses) if c.bought != (None, None))

    def _readings(self, active: int) -> Readings:
        if (readings := self._read.get(active)) is None:
            clauses = [clause for i, clause in enumerate(self.clauses) if active >> i & 1]
            settled = tuple(clause for clause in clauses if clause.conflict is None)
            readings = Readings([self._reading((*settled, *taken), taken) for taken in self._choices(clauses)])
            self._read[active] = readings
        return readings

    def _reading(self, clauses: tuple[Clause, ...], taken: tuple[Clause, ...]) -> SourceReading:
        timing = tuple(c for c in clauses if isinstance(c.effect, Term | StartsFrom))
        ids = tuple(clause.id for clause in timing)
        if (periods := self._periods.get(ids)) is None:
            periods = self._periods[ids] = Periods.of(timing)
        return SourceReading(
            periods,
            excluding=tuple(c for c in clauses if isinstance(c.effect, Exclusion) and c.effect.certain),
            doubting=tuple(c for c in clauses if isinstance(c.effect, Exclusion | Requires)),
            taken=taken,
        )

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


@dataclass(frozen=True, eq=False)
class SourceReading:
    """One way to read the sources: of each contradiction one side, taken as true. Holds no days of any case."""

    periods: Periods
    excluding: tuple[Clause, ...]
    doubting: tuple[Clause, ...]
    taken: tuple[Clause, ...]

    def view(self, here: Situation) -> View:
        """What this reading yields in a situation."""
        if self.excluding:
            return View(REFUSED, excluding=self.excluding, taken=self.taken)
        runs, by_terms = here.reach(self.periods)
        outcomes = _doubted(by_terms) if self.doubting else by_terms
        return View(outcomes, doubting=self.doubting, runs=runs, by_terms=by_terms, taken=self.taken)


class Readings:
    """Every way to read some clauses. Most differ only in whom they quote, so that fewer need be weighed than told."""

    def __init__(self, readings: Iterable[SourceReading]) -> None:
        self._all = tuple(readings)
        self._refused = REFUSED if any(reading.excluding for reading in self._all) else frozenset()
        open_ = [reading for reading in self._all if not reading.excluding]
        self._sure = tuple(dict.fromkeys(reading.periods for reading in open_ if not reading.doubting))
        self._doubted = tuple(dict.fromkeys(reading.periods for reading in open_ if reading.doubting))

    def outcomes(self, here: Situation) -> Outcomes:
        """What they leave possible between them in a situation."""
        sure = [here.reach(periods).outcomes for periods in self._sure]
        doubted = [_doubted(here.reach(periods).outcomes) for periods in self._doubted]
        return self._refused.union(*sure, *doubted)

    def views(self, here: Situation) -> tuple[View, ...]:
        """What each yields in a situation."""
        return tuple([reading.view(here) for reading in self._all])


def _doubted(by_terms: Outcomes) -> Outcomes:
    return by_terms | REFUSED if COVERED in by_terms else by_terms


def _always_refuses(clause: Clause) -> bool:
    return isinstance(clause.effect, Exclusion) and clause.effect.certain and _always(clause)


def _always_doubts(clause: Clause) -> bool:
    doubts = isinstance(clause.effect, Requires) or (isinstance(clause.effect, Exclusion) and not clause.effect.certain)
    return doubts and _always(clause)


def _always(clause: Clause) -> bool:
    """Whether a clause counts in every reading and on all days, once its facts are so."""
    return clause.conflict is None and clause.bought == (None, None)


def _admits(clause: Clause, name: str, value: str) -> bool:
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
    known = [c for c in kb.of_brand(brand) if c.answerable and not wanted.isdisjoint(c.products)]
    groups = {c.conflict for c in known if isinstance(c.effect, DECIDING)} - {None}
    # A clause that only informs is a reading too, where another of its group decides.
    clauses = tuple(c for c in known if isinstance(c.effect, DECIDING) or c.conflict in groups)
    return Rules(clauses, frozenset(slug for slug, part in kb.catalog.parts.items() if part.core))

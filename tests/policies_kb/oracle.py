"""The plain enumeration of DESIGN §4, to judge `decide` by: slow, obvious, and written from the text alone.

Nothing is grouped into classes, compiled or cut short. Every value of every fact, every part of the
catalog, every reading of the sources, every month of a range, every possible refusal and every day
near a border is tried; what is possible is whatever some try yields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import product as combinations
from typing import Any

from policies_kb.calendar import DayRange, Length, add_months
from policies_kb.case import Case
from policies_kb.effects import Requires, Scope, StartsFrom, Term
from policies_kb.model import Clause, Knowledge, ValueKind
from tests.policies_kb.world import COVERED, NO_RULE, NOT_COVERED, Days, World, decides, is_in_play, outcomes

LONG_AGO = date(1970, 1, 1)
SHORT_RANGE = 40  # days; within it every single day is tried
NEAR = range(-2, 5)  # days around a border; ends of months shift it by at most three
Possible = frozenset[str]


def enumerate_outcome(case: Case, kb: Knowledge) -> tuple[str, frozenset[str]]:
    """The outcome of a case whose brand is told, and the facts that a customer should be asked."""
    table = _Table(case, kb).verdicts()
    found = set(table.values())
    if len(found) == 1:
        return found.pop(), frozenset()
    if not found & {COVERED, NOT_COVERED, NO_RULE}:
        return "conditional", frozenset()
    return "need_facts", _deciding_facts(table)


def verdict_of(possible: Possible) -> str:
    """What one assignment of the customer's facts comes to. Silence is never a refusal: where no
    source gives a period, a refusal that is only possible leaves it at silence."""
    if possible in ({COVERED}, {NOT_COVERED}):
        return next(iter(possible))
    return NO_RULE if NO_RULE in possible and COVERED not in possible else "conditional"


Assignment = tuple[tuple[str, Any], ...]


def _deciding_facts(table: Mapping[Assignment, str]) -> frozenset[str]:
    """The facts of which another value, all else being equal, gives another verdict."""
    deciding = set()
    seen: dict[tuple[int, Assignment], str] = {}
    for assignment, verdict in table.items():
        for i, (name, _) in enumerate(assignment):
            others = (i, assignment[:i] + assignment[i + 1 :])
            if seen.setdefault(others, verdict) != verdict:
                deciding.add(name)
    return frozenset(deciding)


class _Table:
    """Every assignment of the facts that a customer can tell → its verdict."""

    def __init__(self, case: Case, kb: Knowledge) -> None:
        self.case, self.kb = case, kb
        own = [c for c in kb.clauses.values() if c.brand == case.brand and c.answerable]
        self.groups = {c.conflict for c in own if c.conflict and decides(c)}
        self.clauses = [c for c in own if decides(c) or c.conflict in self.groups]
        self.words = [f for f in kb.facts.values() if f.kind is ValueKind.WORD]
        self.named = self._named_facts()
        self._borders_of_terms = self._borders()
        starts = [c.effect for c in self.clauses if isinstance(c.effect, StartsFrom)]
        self._counts_from_made = any(start.date == "made" for start in starts)
        self._known: dict[object, Possible] = {}
        self._made: dict[date, Days] = {}

    def verdicts(self) -> dict[Assignment, str]:
        open_: dict[str, Iterable[Any]] = {
            "product": [self.case.product] if self.case.product else self.kb.catalog.products,
            "purchased": self._purchase_days(),
            **{fact.name: self._values(fact.name) for fact in self.words},
        }
        table: dict[Assignment, str] = {}
        for values in combinations(*open_.values()):
            told = dict(zip(open_, values, strict=True))
            if self._can_be(told):
                for repaired in self._repair_days(told["purchased"]):
                    assignment = (*told.items(), ("repaired", repaired))
                    table[assignment] = verdict_of(self._possible({**told, "repaired": repaired}))
        return table

    # -- what the customer could tell ----------------------------------------------------------

    def _values(self, name: str) -> Iterable[str]:
        fact, told = self.kb.facts[name], self.case.facts.get(name)
        if told is not None:
            return [told]
        if self.case.presume and fact.presumed is not None and self._may_be_presumed(name):
            return [fact.presumed]
        return fact.values if name in self.named else list(fact.values)[:1]

    def _may_be_presumed(self, name: str) -> bool:
        """Not where a told fact settles that it is otherwise."""
        return all(
            self.kb.facts[name].presumed in link.must_be
            for fact in self.words
            for link in fact.implies
            if link.fact == name and self.case.facts.get(fact.name) in link.values
        )

    def _can_be(self, told: Mapping[str, Any]) -> bool:
        """Whether the facts agree; two that were both told are taken as told."""
        return all(
            told[link.fact] in link.must_be or (fact.name in self.case.facts and link.fact in self.case.facts)
            for fact in self.words
            for link in fact.implies
            if told[fact.name] in link.values
        )

    def _named_facts(self) -> set[str]:
        """Facts that some clause or link speaks of; any other may as well keep one value."""
        named = {name for clause in self.clauses for name in clause.when}
        named |= {c.effect.fact for c in self.clauses if isinstance(c.effect, Requires)}
        for fact in self.words:
            for link in fact.implies:
                named |= {fact.name, link.fact}
        return named

    def _purchase_days(self) -> Days:
        """Nothing is bought before it is made, unless both days were told so."""
        case = self.case
        bought = case.purchased or DayRange(LONG_AGO, case.on)
        if case.made and bought.first < case.made.first <= bought.last:
            bought = DayRange(case.made.first, bought.last)
        return days_of(bought, self._borders_of_terms)

    def _repair_days(self, purchased: date) -> tuple[date | None, ...]:
        """An untold repair may have been on any day since the purchase, or never."""
        if isinstance(self.case.repaired, DayRange):
            return days_of(self.case.repaired, self._repair_borders())
        if self.case.repaired == "never" or self.case.presume:
            return (None,)
        terms = [c.effect for c in self.clauses if isinstance(c.effect, Term)]
        if not any(term.scope is Scope.REPAIR for term in terms):
            return (None,)  # no clause counts from a repair
        since = DayRange(purchased, self.case.on)
        return (None, *days_of(since, self._repair_borders()))

    def _borders(self) -> Days:
        """Days from which some period, with all that can come before and after it, just reaches."""
        none = Length(months=0)
        card = [Length(months=self.case.card_months)] if self.case.card_months else []
        delays = {none} | {
            Length(months=c.effect.plus_months) for c in self.clauses if isinstance(c.effect, StartsFrom)
        }
        terms = {none, *card} | self._figures(Scope.WHOLE_UNIT) | self._figures(Scope.PARTS)
        extensions = {none} | self._figures(Scope.EXTENSION)
        reached = {_before(self.case.on, lengths) for lengths in combinations(delays, terms, extensions)}
        edges = {day for clause in self.clauses for day in clause.bought if day}
        return tuple(sorted(reached | edges))

    def _repair_borders(self) -> Days:
        return tuple(_before(self.case.on, (length,)) for length in self._figures(Scope.REPAIR))

    def _figures(self, scope: Scope) -> set[Length]:
        terms = [c.effect for c in self.clauses if isinstance(c.effect, Term)]
        spans = [term.span for term in terms if term.scope is scope]
        return {length for span in spans for length in (span.shortest, span.longest) if length}

    # -- what is possible then -----------------------------------------------------------------

    def _possible(self, told: Mapping[str, Any]) -> Possible:
        words = {fact.name: told[fact.name] for fact in self.words}
        possible: set[str] = set()
        parts = [self.case.part] if self.case.part else self.kb.catalog.parts
        for hidden, part in combinations(self._suspected(words), parts):
            world = World(
                on=self.case.on,
                product=told["product"],
                part=part,
                purchased=told["purchased"],
                made=self._made_days(told["purchased"]),
                repaired=told["repaired"],
                card_months=self.case.card_months,
                words={**words, **hidden},
            )
            possible |= self._possible_in(world)
        return frozenset(possible)

    def _suspected(self, words: Mapping[str, str]) -> Iterator[dict[str, str]]:
        """What only an inspection can tell, once something told hints at it."""
        known = dict(words)
        if self.case.part:
            known["part"] = self.case.part
        options: list[list[tuple[str, str]]] = []
        for fact in self.words:
            hinted = [
                value
                for suspicion in fact.suspects
                if all(known.get(name) in values for name, values in suspicion.when.items())
                for value in suspicion.values
            ]
            if hinted and fact.name not in self.case.facts and self.case.presume:
                options.append([(fact.name, v) for v in {words[fact.name], *hinted}])
        yield from (dict(choice) for choice in combinations(*options))

    def _made_days(self, purchased: date) -> Days:
        """Nothing is made after it is bought, unless both days were told so."""
        if not self._counts_from_made:
            return ()
        if purchased not in self._made:
            made = self.case.made or DayRange(LONG_AGO, purchased)
            days = tuple(d for d in days_of(made, self._borders_of_terms) if d <= purchased)
            self._made[purchased] = days or (made.first,)
        return self._made[purchased]

    def _possible_in(self, world: World) -> Possible:
        """Over all readings: one clause of each conflict group, a member out of play being inert."""
        core = {slug for slug, part in self.kb.catalog.parts.items() if part.core}
        kinds = {"all", *self.kb.catalog.lineage(world.product)}
        speaking = [c for c in self.clauses if kinds & set(c.products)]
        in_play = [c for c in speaking if is_in_play(c, world, core)]
        told = (world.product, world.part, world.purchased, world.repaired)
        key = (*told, *(c.id for c in in_play))  # such worlds differ in nothing a clause looks at
        if key not in self._known:
            self._known[key] = self._over_readings(speaking, in_play, world)
        return self._known[key]

    def _over_readings(self, speaking: list[Clause], in_play: list[Clause], world: World) -> Possible:
        members = [[c for c in speaking if c.conflict == group] for group in self.groups]
        possible: set[str] = set()
        for taken in combinations(*(group for group in members if group)):
            read = [c for c in in_play if c.conflict is None or any(c is t for t in taken)]
            possible |= outcomes([c for c in read if decides(c)], world)
        return frozenset(possible)


def _before(day: date, lengths: tuple[Length, ...]) -> date:
    for length in lengths:
        day = add_months(day, -(length.months or 0)) - timedelta(days=length.days or 0)
    return day


def days_of(span: DayRange, borders: Days) -> Days:
    """Every day of a short range; of a long one its ends and every day near a border."""
    length = (span.last - span.first).days
    if length <= SHORT_RANGE:
        return tuple(span.first + timedelta(days=n) for n in range(length + 1))
    near = {border + timedelta(days=n) for border in borders for n in NEAR}
    return tuple(sorted({span.first, span.last} | {d for d in near if span.first < d < span.last}))

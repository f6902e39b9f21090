"""The situations that a case leaves open, and what is still possible in each.

A fact that was not told takes its presumption, or else one value of each class that the clauses tell apart. What only
an inspection can tell (the part, who caused the fault) stays open within one situation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product as combinations
from typing import Any

from policies_kb.calendar import FAR_PAST, DayRange
from policies_kb.case import Case
from policies_kb.classes import classes_for
from policies_kb.model import Knowledge, ValueKind
from policies_kb.rules import Outcome, Situation, View, holds, rules_for

Outcomes = frozenset[Outcome]
SETTLED = {Outcome.COVERED, Outcome.NOT_COVERED, Outcome.NO_RULE}


@dataclass(frozen=True)
class Found:
    """What one situation yields in every reading, and the values that an inspection could still change."""

    situation: Situation
    hidden: tuple[tuple[str, str], ...]
    views: tuple[View, ...]

    @property
    def outcomes(self) -> Outcomes:
        return frozenset().union(*(view.outcomes for view in self.views))


class Situations:
    """The situations a case leaves open, and the outcomes of each."""

    def __init__(self, case: Case, kb: Knowledge) -> None:
        self.case, self.kb = case, kb
        self.classes = classes_for(kb, case.brand or "", case.product)
        self.words = {f.name: self._values(f.name) for f in kb.facts.values() if f.kind is ValueKind.WORD}
        self.spans: dict[str, tuple[Any, ...]] = {
            "product": (case.product,) if case.product else self.classes.products,
            "purchased": self.classes.days(self._bought_between(), case.on, case.card_months),
            "repaired": self._repair_days(),
            **self.words,
        }
        self._seen: dict[object, Found] = {}
        self.table = {
            choice: self._outcomes(choice) for choice in combinations(*self.spans.values()) if self._consistent(choice)
        }
        self.outcome = _overall(self.table.values())
        self.missing = self._missing() if self.outcome is Outcome.NEED_FACTS else ()

    def _bought_between(self) -> DayRange:
        if self.case.purchased:
            return self.case.purchased
        first = self.case.made.first if self.case.made else FAR_PAST
        return DayRange(min(first, self.case.on), self.case.on)

    def _repair_days(self) -> tuple[date | None, ...]:
        if self.case.repaired:
            return self.classes.repair_days(self.case.repaired, self.case.on)
        if self.case.presume:
            return (None,)
        since = DayRange(self._bought_between().first, self.case.on)
        return (None, *self.classes.repair_days(since, self.case.on))

    def _values(self, name: str) -> tuple[str, ...]:
        """The told value, else the presumed one, else one of each class that the clauses tell apart."""
        fact, told = self.kb.facts[name], self.case.facts.get(name)
        if told is not None:
            return (told,)
        if self.case.presume and fact.presumed is not None and self._allowed(name, fact.presumed):
            return (fact.presumed,)
        return tuple(value for value in self.classes.values[name] if self._allowed(name, value))

    def _allowed(self, name: str, value: str) -> bool:
        """Whether the told facts leave this value possible: who caused it settles who opened it, and the other way."""
        links = self.kb.facts[name].implies
        ruled_out = any(value in k.values and self.case.facts.get(k.fact, k.must_be[0]) not in k.must_be for k in links)
        return not ruled_out and all(
            value in link.must_be
            for other in self.kb.facts.values()
            for link in other.implies
            if link.fact == name and self.case.facts.get(other.name) in link.values
        )

    def _consistent(self, choice: tuple[Any, ...]) -> bool:
        named = dict(zip(self.spans, choice, strict=True))
        return all(
            named.get(link.fact) in link.must_be or link.fact in self.case.facts
            for fact in self.kb.facts.values()
            for link in fact.implies
            if named.get(fact.name) in link.values
        )

    def found(self) -> tuple[Found, ...]:
        """Every situation that differs from the others, once."""
        return tuple(self._seen.values())

    def _outcomes(self, choice: tuple[Any, ...]) -> Outcomes:
        return frozenset().union(*(found.outcomes for found in self._spread(choice)))

    def _spread(self, choice: tuple[Any, ...]) -> Iterator[Found]:
        """One choice of the customer's facts, spread over what only an inspection can tell: the part, who caused it."""
        product, purchased, repaired, *values = choice
        words = dict(zip(self.words, values, strict=True))
        if self.case.part is not None:
            words["part"] = self.case.part
        rules = rules_for(self.kb, self.case.brand or "", product)
        for hidden in self._suspected(words):
            mask = rules.all
            for name, value in {**words, **dict(hidden)}.items():
                mask &= rules.admitting(name, value)
            for part in self.classes.parts(self.case.part):
                key = (product, purchased, repaired, mask, hidden, part)
                if key not in self._seen:
                    here = Situation(
                        self.case.on,
                        purchased,
                        part,
                        self.case.made,
                        repaired,
                        self.case.card_months,
                    )
                    self._seen[key] = Found(here, hidden, rules.views(mask, here))
                yield self._seen[key]

    def _suspected(self, words: Mapping[str, str]) -> list[tuple[tuple[str, str], ...]]:
        """The values that untold facts may have instead of the presumed one, once something hints at them."""
        if not self.case.presume:
            return [()]
        options = []
        for name, fact in self.kb.facts.items():
            values = [v for s in fact.suspects if holds(s.when, words) for v in s.values]
            if values and name not in self.case.facts:
                options.append([(name, value) for value in dict.fromkeys([words[name], *values])])
        return list(combinations(*options))

    def _missing(self) -> tuple[str, ...]:
        """The customer's facts of which another value could change what is possible, in the order of asking."""
        changing = set()
        for index, name in enumerate(self.spans):
            if len(self.spans[name]) < 2:
                continue
            seen: dict[tuple[Any, ...], Outcomes] = {}
            for choice, outcomes in self.table.items():
                if seen.setdefault(choice[:index] + choice[index + 1 :], outcomes) != outcomes:
                    changing.add(name)
                    break
        return tuple(sorted(changing, key=lambda name: self.kb.facts[name].ask))


def _overall(table: Iterable[Outcomes]) -> Outcome:
    found = [_of_situation(outcomes) for outcomes in table]
    if len(set(found)) == 1:
        return found[0]
    return Outcome.NEED_FACTS if SETTLED & set(found) else Outcome.CONDITIONAL


def _of_situation(outcomes: Outcomes) -> Outcome:
    if Outcome.NO_RULE in outcomes:  # silent sources: no exclusion that is only possible makes it a refusal
        return Outcome.CONDITIONAL if Outcome.COVERED in outcomes else Outcome.NO_RULE
    return next(iter(outcomes)) if len(outcomes) == 1 else Outcome.CONDITIONAL

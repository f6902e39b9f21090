"""The situations that a case leaves open, and what is still possible in each.

A fact that was not told takes its presumption, or else one value of each class that the clauses tell apart. What only
an inspection can tell (the part, who caused the fault) stays open within one situation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import product as combinations
from typing import Any, NamedTuple

from policies_kb.calendar import FAR_PAST, NEVER, DayRange
from policies_kb.case import Case
from policies_kb.links import links_of
from policies_kb.model import Knowledge
from policies_kb.periods import COVERED, NO_RULE, NOT_COVERED, Outcome, Outcomes, Situation
from policies_kb.rules import REFUSED, Rules, View
from policies_kb.subject import Subject
from policies_kb.told import Choice, Hidden, InPlay, told

RepairDays = tuple[date | None, ...]
SETTLED = {COVERED, NOT_COVERED, NO_RULE}


class Found(NamedTuple):
    """What one situation yields in every reading, and the values that an inspection could still change."""

    situation: Situation
    hidden: Hidden
    views: tuple[View, ...]


class Situations:
    """The situations a case leaves open, and the outcomes of each."""

    def __init__(self, case: Case, kb: Knowledge) -> None:
        self.case, self.kb = case, kb
        subject = Subject.of(case, kb)
        self.told = told(subject, frozenset(case.facts.items()))
        self._refusable, self._classes = subject.refusable, subject.classes
        self._bought_on = self._classes.days(self._bought_between(), case.on, case.card_months)
        self._repaired_on = self._repair_days()
        self._parts = self._classes.parts(case.part)
        # What was weighed once is kept while the case is decided: most presumptions turn the same clauses.
        self._weighed: dict[tuple[InPlay, RepairDays], frozenset[Outcomes]] = {}
        self._known: dict[tuple[Rules, int, date | None, date], Outcomes] = {}
        self._on_days: dict[tuple[date, date | None], tuple[Situation, ...]] = {}
        self._possible = self._weigh(self.told.in_play, self._repaired_on)
        self.outcome = _overall(self._possible)
        self.missing = self._missing() if self.outcome is Outcome.NEED_FACTS else ()

    def turning(self) -> dict[str, str]:
        """The presumptions without which the customer could be told something else, in the order of asking."""
        if not self.case.presume:
            return {}
        return {
            fact.name: fact.presumed or ""
            for fact in links_of(self.kb).presumed
            if fact.name not in self.case.facts and self._turns(fact.name)
        }

    def found(self) -> Iterator[Found]:
        """Every situation that differs from the others, once."""
        seen = set()
        for choice, purchased, repaired in self._situations():
            for hidden, mask in self.told.finds(choice):
                key = (choice.rules, *choice.rules.heeded(mask, repaired), purchased, hidden)
                if key not in seen:
                    seen.add(key)
                    for here in self._on_these_days(purchased, repaired):
                        yield Found(here, hidden, choice.rules.views(mask, here))

    def _turns(self, name: str) -> bool:
        """Whether another value of a presumed fact would change what is told; of a repair, were it done only now."""
        if name == "repaired":
            return self.case.repaired is None and self._differs(self._weigh(self.told.if_repaired, (self.case.on,)))
        if name in self._refusable and self.outcome is not NOT_COVERED:
            return True
        return any(self._differs(self._weigh(other, self._repaired_on)) for other in self.told.otherwise(name))

    def _differs(self, possible: frozenset[Outcomes]) -> bool:
        """Whether the customer would be told otherwise: the outcome or, while facts are missing, what they turn."""
        if possible == self._possible:
            return False
        return bool(self.missing) or _overall(possible) is not self.outcome

    def _bought_between(self) -> DayRange:
        """The days it may have been bought on: none before it was made, unless both days were told so."""
        told = self.case.purchased or DayRange(min(FAR_PAST, self.case.on), self.case.on)
        made = self.case.made.first if self.case.made else told.first
        return DayRange(made, told.last) if told.first < made <= told.last else told

    def _repair_days(self) -> RepairDays:
        told = self.case.repaired
        if isinstance(told, DayRange):
            return self._classes.repair_days(told, self.case.on)
        if told == NEVER or self.case.presume:
            return (None,)
        since = DayRange(self._bought_between().first, self.case.on)
        return (None, *self._classes.repair_days(since, self.case.on))

    def _weigh(self, in_play: InPlay, repaired_on: RepairDays) -> frozenset[Outcomes]:
        """What is possible in one situation or another."""
        if (possible := self._weighed.get((in_play, repaired_on))) is None:
            situations = combinations(in_play, self._bought_on, repaired_on)
            possible = frozenset([self._outcomes(*play, bought, repaired) for play, bought, repaired in situations])
            self._weighed[in_play, repaired_on] = possible
        return possible

    def _missing(self) -> tuple[str, ...]:
        """The customer's facts of which another value could change the verdict, in the order of asking."""
        table = {}
        for choice, purchased, repaired in self._situations():
            masks = [mask for _, mask in self.told.finds(choice)]
            possible = self._outcomes(choice.rules, masks, purchased, repaired)
            situation = (choice.rules, purchased, repaired, *choice.values)
            table[situation] = _of_situation(possible)
        turning = (
            name for i, name in enumerate(("product", "purchased", "repaired", *self.told.open)) if _turns(table, i)
        )
        return tuple(sorted(turning, key=lambda name: self.kb.facts[name].ask))

    def _situations(self) -> Iterator[tuple[Choice, date, date | None]]:
        return combinations(self.told.choices, self._bought_on, self._repaired_on)

    def _outcomes(self, rules: Rules, masks: Iterable[int], purchased: date, repaired: date | None) -> Outcomes:
        """What is possible over all that an inspection might find: the part, who caused it."""
        possible: Outcomes = frozenset()
        for mask in masks:
            key = (rules, *rules.heeded(mask, repaired), purchased)
            if (here := self._known.get(key)) is None:
                here = self._known[key] = self._over_parts(*key)
            possible = possible | here
        return possible

    def _over_parts(self, rules: Rules, mask: int, repaired: date | None, purchased: date) -> Outcomes:
        if rules.refuses(mask):
            return REFUSED
        here = self._on_these_days(purchased, repaired)
        return frozenset().union(*[rules.outcomes(mask, one) for one in here])

    def _on_these_days(self, purchased: date, repaired: date | None) -> tuple[Situation, ...]:
        """The situations of these days: one for each part that an inspection might find at fault."""
        if (here := self._on_days.get((purchased, repaired))) is None:
            case = self.case
            here = self._on_days[purchased, repaired] = tuple(
                Situation(case.on, purchased, part, case.made, repaired, case.card_months) for part in self._parts
            )
        return here


def _turns(table: Mapping[tuple[Any, ...], Outcome], index: int) -> bool:
    """Whether another value at this place of the situations changes the verdict."""
    seen: dict[tuple[Any, ...], Outcome] = {}
    return any(seen.setdefault(c[:index] + c[index + 1 :], verdict) is not verdict for c, verdict in table.items())


def _overall(possible: Iterable[Outcomes]) -> Outcome:
    """What all situations agree on; else whether some situation would settle it."""
    found = {_of_situation(outcomes) for outcomes in possible}
    if len(found) == 1:
        return next(iter(found))
    return Outcome.NEED_FACTS if SETTLED & found else Outcome.CONDITIONAL


def _of_situation(outcomes: Outcomes) -> Outcome:
    if NO_RULE in outcomes:  # silent sources: no exclusion that is only possible makes it a refusal
        return Outcome.CONDITIONAL if COVERED in outcomes else NO_RULE
    return next(iter(outcomes)) if len(outcomes) == 1 else Outcome.CONDITIONAL

"""The situations that a case leaves open, and what is still possible in each.

A fact that was not told takes its presumption, or else one value of each class that the clauses tell apart. What only
an inspection can tell (the part, who caused the fault) stays open within one situation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies_kb.calendar import FAR_PAST, NEVER, DayRange
from policies_kb.case import Case
from policies_kb.model import Knowledge
from policies_kb.rules import Known, Outcome, Situation, View
from policies_kb.told import Choice, Choices, Hidden, Subject, told

Outcomes = frozenset[Outcome]
SETTLED = {Outcome.COVERED, Outcome.NOT_COVERED, Outcome.NO_RULE}
REFUSED: Outcomes = frozenset({Outcome.NOT_COVERED})


@dataclass(frozen=True)
class Found:
    """What one situation yields in every reading, and the values that an inspection could still change."""

    situation: Situation
    hidden: Hidden
    views: tuple[View, ...]


class Situations:
    """The situations a case leaves open, and the outcomes of each."""

    def __init__(self, case: Case, kb: Knowledge) -> None:
        self.case, self.kb = case, kb
        self.told = told(kb, Subject.of(case, kb), frozenset(case.facts.items()))
        self._classes = self.told.classes
        self._bought_on = self._classes.days(self._bought_between(), case.on, case.card_months)
        self._repaired_on = self._repair_days()
        self._parts = self._classes.parts(case.part)
        self._views: dict[tuple[Any, ...], tuple[View, ...]] = {}
        self._runs: Known = {}
        self._situations: dict[tuple[date, date | None], tuple[Situation, ...]] = {}
        self._known: dict[tuple[Any, ...], Outcomes] = {}
        self._possible = self._weigh(self.told.choices, self._repaired_on)
        self.outcome = _overall(self._possible)
        self.missing = self._missing() if self.outcome is Outcome.NEED_FACTS else ()

    def turning(self) -> dict[str, str]:
        """The presumptions without which the customer could be told something else, in the order of asking."""
        if not self.case.presume:
            return {}
        return {
            name: self.kb.facts[name].presumed or ""
            for name, others in self.told.otherwise.items()
            if (self._turns_if_repaired() if name == "repaired" else self._turns(others))
        }

    def found(self) -> Iterator[Found]:
        """Every situation that differs from the others, once."""
        seen = set()
        for choice, purchased, repaired in self._choices(self.told.choices, self._repaired_on):
            for hidden, mask in choice.spread:
                key = (choice.product, purchased, repaired, mask, hidden)
                if key not in seen:
                    seen.add(key)
                    for here in self._on_these_days(purchased, repaired):
                        yield Found(here, hidden, self._viewed(choice.product, here, mask))

    def _turns(self, others: Iterable[Choices]) -> bool:
        return any(self._differs(self._weigh(other, self._repaired_on)) for other in others)

    def _turns_if_repaired(self) -> bool:
        """Whether the likeliest repair to change anything would: the same fault, repaired only now."""
        if self.case.repaired is not None:
            return False
        same = self.told.choices if "same_fault" in self.case.facts else self.told.had("same_fault", "yes")
        return self._differs(self._weigh(same, (self.case.on,)))

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

    def _repair_days(self) -> tuple[date | None, ...]:
        told = self.case.repaired
        if isinstance(told, DayRange):
            return self._classes.repair_days(told, self.case.on)
        if told == NEVER or self.case.presume:
            return (None,)
        since = DayRange(self._bought_between().first, self.case.on)
        return (None, *self._classes.repair_days(since, self.case.on))

    def _weigh(self, choices: Choices, repaired_on: tuple[date | None, ...]) -> frozenset[Outcomes]:
        """What is possible in one situation or another."""
        return frozenset([self._outcomes(*chosen) for chosen in self._choices(choices, repaired_on)])

    def _missing(self) -> tuple[str, ...]:
        """The customer's facts of which another value could change the verdict, in the order of asking."""
        table = {
            (choice.product, purchased, repaired, *choice.values): _of_situation(
                self._outcomes(choice, purchased, repaired)
            )
            for choice, purchased, repaired in self._choices(self.told.choices, self._repaired_on)
        }
        turning = (
            name for i, name in enumerate(("product", "purchased", "repaired", *self.told.spans)) if _turns(table, i)
        )
        return tuple(sorted(turning, key=lambda name: self.kb.facts[name].ask))

    def _choices(
        self, choices: Choices, repaired_on: tuple[date | None, ...]
    ) -> Iterator[tuple[Choice, date, date | None]]:
        for choice in choices:
            for purchased in self._bought_on:
                for repaired in repaired_on:
                    yield choice, purchased, repaired

    def _outcomes(self, choice: Choice, purchased: date, repaired: date | None) -> Outcomes:
        """What is possible over all that an inspection might find: the part, who caused it."""
        possible: Outcomes = frozenset()
        for _, mask in choice.spread:
            key = (choice.product, purchased, repaired, mask)
            if (here := self._known.get(key)) is None:
                here = self._known[key] = self._over_parts(*key)
            possible = possible | here
        return possible

    def _over_parts(self, product: str, purchased: date, repaired: date | None, mask: int) -> Outcomes:
        if self.told.rules(product).refuses(mask):
            return REFUSED
        here = self._on_these_days(purchased, repaired)
        return frozenset().union(*[view.outcomes for one in here for view in self._viewed(product, one, mask)])

    def _on_these_days(self, purchased: date, repaired: date | None) -> tuple[Situation, ...]:
        """The situations of these days: one for each part that an inspection might find at fault."""
        if (here := self._situations.get((purchased, repaired))) is None:
            case = self.case
            here = self._situations[purchased, repaired] = tuple(
                Situation(case.on, purchased, part, case.made, repaired, case.card_months) for part in self._parts
            )
        return here

    def _viewed(self, product: str, situation: Situation, mask: int) -> tuple[View, ...]:
        rules = self.told.rules(product)
        active = rules.active(mask, situation)
        part = situation.part if rules.heeds_the_part(active) else None
        key = (product, situation.purchased, situation.repaired, part, active)
        if (views := self._views.get(key)) is None:
            views = self._views[key] = rules.views(active, situation, self._runs)
        return views


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
    if Outcome.NO_RULE in outcomes:  # silent sources: no exclusion that is only possible makes it a refusal
        return Outcome.CONDITIONAL if Outcome.COVERED in outcomes else Outcome.NO_RULE
    return next(iter(outcomes)) if len(outcomes) == 1 else Outcome.CONDITIONAL

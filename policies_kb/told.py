"""What a case's words leave open: one *choice* for each combination of values that the customer's facts may have, and
the clauses that each leaves in play.

Holds no days, so that it is worked out once for all cases in which the same was told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product as combinations

from policies_kb.case import Case
from policies_kb.classes import Classes, classes_for, product_like
from policies_kb.model import Fact, Implication, Knowledge, Suspicion, ValueKind
from policies_kb.rules import Rules, holds, rules_for

Hidden = tuple[tuple[str, str], ...]  # facts that only an inspection can tell, as it might find them


@dataclass(frozen=True, eq=False)
class Choice:
    """A value of every word fact; `spread`: what an inspection might find then, and the clauses then in play."""

    product: str
    values: tuple[str, ...]
    spread: tuple[tuple[Hidden, int], ...]


Choices = tuple[Choice, ...]


@dataclass(frozen=True)
class Subject:
    """What the words are said of, and whether untold facts take their presumption.

    A product stands for all that the brand's clauses treat alike, and a part is named only where it hints at something:
    so that many cases share one.
    """

    brand: str
    product: str | None
    part: str | None
    presume: bool

    @classmethod
    def of(cls, case: Case, kb: Knowledge) -> Subject:
        """The subject of a case."""
        brand = case.brand or ""
        product = product_like(kb, brand, case.product) if case.product else None
        hints = any(case.part in s.when.get("part", ()) for fact in kb.facts.values() for s in fact.suspects)
        return cls(brand, product, case.part if hints else None, case.presume)


class Told:
    """The facts that were told as words, and all that may be so then."""

    def __init__(self, kb: Knowledge, subject: Subject, facts: frozenset[tuple[str, str]]) -> None:
        self.kb, self.subject, self.facts = kb, subject, dict(facts)
        self.classes: Classes = classes_for(kb, subject.brand, subject.product)
        self._links = _links(kb)
        self.spans = {f.name: self._values(f) for f in kb.facts.values() if f.kind is ValueKind.WORD}
        products = (subject.product,) if subject.product else self.classes.products
        self.choices = tuple(choice for product in products for choice in self._choices(product))

    def rules(self, product: str) -> Rules:
        """The clauses that decide on a product."""
        return rules_for(self.kb, self.subject.brand, product)

    @cached_property
    def otherwise(self) -> dict[str, tuple[Choices, ...]]:
        """For each presumption that was made, in the order of asking: what would be open, were it not so.

        Values of one class lead to the same outcomes: one stands for all, of the told facts too.
        """
        if (alike := self._alike()) is not self:
            return alike.otherwise
        made = [f for f in self.kb.facts.values() if f.presumed is not None and f.name not in self.facts]
        return {fact.name: tuple(self._differing(fact)) for fact in sorted(made, key=lambda fact: fact.ask)}

    def had(self, name: str, value: str) -> Choices:
        """What would be open, had this been told too."""
        if name in _entangled(self.kb):
            return told(self.kb, self.subject, frozenset({**self.facts, name: value}.items())).choices
        place = list(self.spans).index(name)
        return tuple(self._changed(choice, place, name, value) for choice in self.choices)

    def _alike(self) -> Told:
        like = self.classes.like
        return told(self.kb, self.subject, frozenset((name, like[name][value]) for name, value in self.facts.items()))

    def _differing(self, fact: Fact) -> Iterator[Choices]:
        seen = {self._in_play(self.choices)}
        for value in self.classes.values(fact.name):
            other = self.had(fact.name, value)
            if (in_play := self._in_play(other)) not in seen:
                seen.add(in_play)
                yield other

    def _changed(self, choice: Choice, place: int, name: str, value: str) -> Choice:
        """The choice with another value of a fact that nothing else hangs on: only its own clauses come and go."""
        rules = self.rules(choice.product)
        others = [(n, v) for n, v in zip(self.spans, choice.values, strict=True) if n != name]
        spread = []
        for hidden, _ in choice.spread:
            mask = rules.admitting(name, value)
            for other, known in {**dict(others), **dict(hidden)}.items():
                mask &= rules.admitting(other, known)
            spread.append((hidden, mask))
        return Choice(choice.product, (*choice.values[:place], value, *choice.values[place + 1 :]), tuple(spread))

    def _in_play(self, choices: Choices) -> frozenset[tuple[str, frozenset[int]]]:
        """All that the days of a case can meet there; all masks that refuse anyway count as one."""
        return frozenset(
            (choice.product, frozenset(-1 if rules.refuses(mask) else mask for _, mask in choice.spread))
            for choice in choices
            for rules in [self.rules(choice.product)]
        )

    def _values(self, fact: Fact) -> tuple[str, ...]:
        """The told value, else the presumed one, else one of each class that the clauses tell apart."""
        if (value := self.facts.get(fact.name)) is not None:
            return (value,)
        if self.subject.presume and fact.presumed is not None and self._allowed(fact, fact.presumed):
            return (fact.presumed,)
        return tuple(value for value in self.classes.values(fact.name) if self._allowed(fact, value))

    def _allowed(self, fact: Fact, value: str) -> bool:
        """Whether the told facts leave this value possible: who caused it settles who opened it, and the other way."""
        for name, link in self._links:
            if name == fact.name and value in link.values:
                if self.facts.get(link.fact, link.must_be[0]) not in link.must_be:
                    return False
            elif link.fact == fact.name and self.facts.get(name) in link.values and value not in link.must_be:
                return False
        return True

    def _choices(self, product: str) -> Iterator[Choice]:
        rules = self.rules(product)
        for values in combinations(*self.spans.values()):
            words = dict(zip(self.spans, values, strict=True))
            if self._is_consistent(words):
                yield Choice(product, values, tuple(self._spread(words, rules)))

    def _is_consistent(self, words: Mapping[str, str]) -> bool:
        return all(
            words[link.fact] in link.must_be or link.fact in self.facts
            for name, link in self._links
            if words[name] in link.values
        )

    def _spread(self, words: dict[str, str], rules: Rules) -> Iterator[tuple[Hidden, int]]:
        known = words if self.subject.part is None else {**words, "part": self.subject.part}
        suspected = self._suspected(known)
        sure = rules.all
        for name, value in words.items():
            if name not in suspected:
                sure &= rules.admitting(name, value)
        for values in combinations(*suspected.values()):
            mask = sure
            for name, value in zip(suspected, values, strict=True):
                mask &= rules.admitting(name, value)
            yield tuple(zip(suspected, values, strict=True)), mask

    def _suspected(self, words: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """The values that untold facts may have besides the presumed one, once something hints at them."""
        found: dict[str, tuple[str, ...]] = {}
        for name, suspicion in _suspicions(self.kb) if self.subject.presume else ():
            if name not in self.facts and holds(suspicion.when, words):
                found[name] = (*found.get(name, (words[name],)), *suspicion.values)
        return {name: tuple(dict.fromkeys(values)) for name, values in found.items()}


@lru_cache(maxsize=8)
def _suspicions(kb: Knowledge) -> tuple[tuple[str, Suspicion], ...]:
    return tuple((fact.name, suspicion) for fact in kb.facts.values() for suspicion in fact.suspects)


@lru_cache(maxsize=8)
def _links(kb: Knowledge) -> tuple[tuple[str, Implication], ...]:
    return tuple((fact.name, link) for fact in kb.facts.values() for link in fact.implies)


@lru_cache(maxsize=8)
def _entangled(kb: Knowledge) -> frozenset[str]:
    """The facts that others hang on, or that hang on others."""
    linked = {name for owner, link in _links(kb) for name in (owner, link.fact)}
    suspected = {name for owner, suspicion in _suspicions(kb) for name in (owner, *suspicion.when)}
    return frozenset(linked | suspected)


_kept = lru_cache(maxsize=16384)(Told)


def told(kb: Knowledge, subject: Subject, facts: frozenset[tuple[str, str]]) -> Told:
    """What these facts leave open. Remembered, except where nothing is presumed: that leaves thousands of choices."""
    return _kept(kb, subject, facts) if subject.presume else Told(kb, subject, facts)

"""What the words of a case are said of, and all that its clauses make of words before any is told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from policies_kb.case import Case
from policies_kb.classes import Classes, classes_for, product_like
from policies_kb.links import Links, links_of
from policies_kb.model import Knowledge
from policies_kb.rules import Rules, rules_for


@dataclass(frozen=True, eq=False)
class Subject:
    """A brand and a product, or any of its products, and whether untold facts take their presumption.

    A product stands for all that the brand's clauses treat alike, and a part is named only where it hints at something:
    so that many cases share one.
    """

    kb: Knowledge
    brand: str
    product: str | None
    part: str | None
    presume: bool

    @classmethod
    def of(cls, case: Case, kb: Knowledge) -> Subject:
        """The subject of a case."""
        brand = case.brand or ""
        product = product_like(kb, brand, case.product) if case.product else None
        return _kept(kb, brand, product, case.part if case.part in links_of(kb).hinting_parts else None, case.presume)

    @cached_property
    def links(self) -> Links:
        return links_of(self.kb)

    @cached_property
    def classes(self) -> Classes:
        """The classes of values that the clauses tell apart."""
        return classes_for(self.kb, self.brand, self.product)

    @cached_property
    def rules(self) -> tuple[Rules, ...]:
        """The clauses that decide on each product that it may be."""
        products = (self.product,) if self.product else self.classes.products
        return tuple(rules_for(self.kb, self.brand, product) for product in products)

    @cached_property
    def refusable(self) -> frozenset[str]:
        """The facts of which some value ends the free warranty by itself, whatever else is so."""
        return frozenset(name for name, _ in self._refusing)

    @cached_property
    def others(self) -> dict[str, tuple[str, ...]]:
        """One value of each class that does not."""
        return {fact.name: tuple(self._others(fact.name)) for fact in self.links.words}

    def _others(self, name: str) -> list[str]:
        return [value for value in self.classes.values(name) if (name, value) not in self._refusing]

    @cached_property
    def _refusing(self) -> frozenset[tuple[str, str]]:
        return frozenset.intersection(*(rules.refusing_words for rules in self.rules))

    @cached_property
    def spans(self) -> dict[str, tuple[str, ...]]:
        """The values that each word fact may have while nothing is told: the presumed one, else one of each class."""
        return {
            fact.name: (fact.presumed,) if self.presume and fact.presumed else self.classes.values(fact.name)
            for fact in self.links.words
        }


_kept = lru_cache(maxsize=4096)(Subject)

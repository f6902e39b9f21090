"""The classes of values that one brand's clauses tell apart: one value of each class stands for all of it.

Compiled once for each brand and product, so that `coverage` weighs two or three values of a fact rather than all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from policies_kb.calendar import DayRange, Length
from policies_kb.model import Clause, Exclusion, Fact, Knowledge, Requires, Scope, StartsFrom, Term, ValueKind
from policies_kb.rules import rules_for


@dataclass(frozen=True)
class Classes:
    """Representatives: of products, of each fact's values, of parts; and the lengths at whose ends a verdict can turn."""

    products: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    part_values: tuple[str | None, ...]
    lengths: tuple[Length, ...]
    extensions: tuple[int, ...]
    edges: tuple[date, ...]

    def parts(self, told: str | None) -> tuple[str | None, ...]:
        """The told part, else one of each class; None stands for every part no term speaks of."""
        return (told,) if told is not None else self.part_values

    def days(self, span: DayRange, on: date, card_months: int | None = None) -> tuple[date, ...]:
        """Days of `span` such that every day of it has the same verdict as one of them."""
        if span.known:
            return (span.first,)
        days = {span.first, span.last}
        card = (Length(months=card_months + more) for more in self.extensions if card_months is not None)
        for border in (*(length.earliest_start(on) for length in (*self.lengths, *card)), *self.edges):
            days |= {border + timedelta(days=d) for d in range(-4, 5)}  # month ends shift sums by up to three days
        return tuple(sorted(day for day in days if span.first <= day <= span.last))


@lru_cache(maxsize=512)
def classes_for(kb: Knowledge, brand: str, product: str | None) -> Classes:
    """The classes for a brand, over all products while none is told."""
    products = (product,) if product else _product_classes(kb, brand)
    rules = {slug: rules_for(kb, brand, slug) for slug in products}
    clauses = tuple({c.id: c for r in rules.values() for c in r.clauses}.values())
    words = [fact for fact in kb.facts.values() if fact.kind is ValueKind.WORD]
    return Classes(
        products=products,
        values={fact.name: _value_classes(fact, clauses, kb) for fact in words},
        part_values=_part_classes(clauses, kb),
        lengths=_lengths(clauses),
        extensions=_extensions(clauses),
        edges=tuple(day for clause in clauses for day in clause.bought if day is not None),
    )


def _product_classes(kb: Knowledge, brand: str) -> tuple[str, ...]:
    seen: dict[tuple[str, ...], str] = {}
    for slug in kb.catalog.products:
        seen.setdefault(tuple(c.id for c in rules_for(kb, brand, slug).clauses), slug)
    return tuple(seen.values())


def _value_classes(fact: Fact, clauses: tuple[Clause, ...], kb: Knowledge) -> tuple[str, ...]:
    """One value for each set of conditions that values satisfy; the presumed value stands for its own class."""
    tests = [values for values in _conditions(fact.name, clauses, kb)]
    refusals = _plain_refusals(fact.name, clauses)
    ordered = sorted(fact.values, key=lambda value: value != fact.presumed)
    seen: dict[object, str] = {}
    for value in ordered:
        linked = tuple(value in values for values in _links(fact.name, kb))
        signature = "refused" if value in refusals else tuple(value in values for values in tests)
        seen.setdefault((signature, linked), value)
    return tuple(seen.values())


def _conditions(name: str, clauses: Iterable[Clause], kb: Knowledge) -> Iterable[frozenset[str]]:
    for clause in clauses:
        if name in clause.when:
            yield clause.when[name]
        if isinstance(clause.effect, Requires) and clause.effect.fact == name:
            yield clause.effect.values


def _plain_refusals(name: str, clauses: Iterable[Clause]) -> frozenset[str]:
    """Values that alone, in every reading, end the free warranty: they need not be told apart."""
    return frozenset(
        value
        for clause in clauses
        if isinstance(clause.effect, Exclusion) and clause.effect.certain and clause.conflict is None
        if set(clause.when) == {name} and clause.bought == (None, None) and "all" in clause.products
        for value in clause.when[name]
    )


def _links(name: str, kb: Knowledge) -> Iterable[frozenset[str]]:
    """The sets of this fact's values that the links between facts speak of."""
    for fact in kb.facts.values():
        for suspicion in fact.suspects:
            if name in suspicion.when:
                yield suspicion.when[name]
            if fact.name == name:
                yield frozenset(suspicion.values)
        for link in fact.implies:
            if fact.name == name:
                yield frozenset(link.values)
            if link.fact == name:
                yield frozenset(link.must_be)


def _part_classes(clauses: Iterable[Clause], kb: Knowledge) -> tuple[str | None, ...]:
    terms = [c.effect for c in clauses if isinstance(c.effect, Term) and c.effect.scope is Scope.PARTS]
    seen: dict[object, str | None] = {(): None}
    for slug, part in kb.catalog.parts.items():
        speaks = tuple((i, slug in t.parts) for i, t in enumerate(terms) if slug in t.parts or (t.open and part.core))
        seen.setdefault(speaks, slug)
    return tuple(seen.values())


def _lengths(clauses: Iterable[Clause]) -> tuple[Length, ...]:
    """Every length a period can have: a term's own figures, delayed starts and extensions added."""
    clauses = tuple(clauses)
    own = {length for clause in clauses for length in _figures(clause)}
    delays = {c.effect.plus_months for c in clauses if isinstance(c.effect, StartsFrom)} | {0}
    months = {length.months for length in own if length.months is not None}
    more = {delay + extension for delay in delays for extension in _extensions(clauses)}
    return tuple(own | {Length(months=m + extra) for m in months for extra in more})


def _extensions(clauses: Iterable[Clause]) -> tuple[int, ...]:
    """The months that an extension may add, and none."""
    extending = (c for c in clauses if isinstance(c.effect, Term) and c.effect.scope is Scope.EXTENSION)
    found = {length.months for c in extending for length in _figures(c) if length.months is not None}
    return tuple(sorted({0} | found))


def _figures(clause: Clause) -> Iterable[Length]:
    span = clause.effect.span if isinstance(clause.effect, Term) else None
    return [length for length in (span.shortest, span.longest) if length] if span else []

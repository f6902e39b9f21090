"""The classes of values that one brand's clauses tell apart: one value of each class stands for all of it.

Compiled once for each brand and product, so that `coverage` weighs two or three values of a fact rather than all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from policies_kb.calendar import DayRange, Length, earliest_start
from policies_kb.effects import Exclusion, Requires, Scope, StartsFrom, Term
from policies_kb.model import Clause, Fact, Knowledge, ValueKind
from policies_kb.rules import rules_for


@dataclass(frozen=True)
class Classes:
    """Representatives of products, of each fact's values, of parts; and the lengths at whose ends a verdict turns."""

    products: tuple[str, ...]
    like: Mapping[str, Mapping[str, str]]  # fact → value → the value that stands for all its kind
    part_values: tuple[str | None, ...]
    lengths: tuple[tuple[Length, ...], ...]
    delays: tuple[tuple[Length, ...], ...]
    extensions: tuple[tuple[Length, ...], ...]
    repairs: tuple[Length, ...]
    edges: tuple[date, ...]

    def values(self, name: str) -> tuple[str, ...]:
        """One value of each class of a fact's values; none for a fact that is not a word."""
        return tuple(dict.fromkeys(self.like.get(name, {}).values()))

    def parts(self, told: str | None) -> tuple[str | None, ...]:
        """The told part, else one of each class; None stands for every part no term speaks of."""
        return (told,) if told is not None else self.part_values

    def days(self, span: DayRange, on: date, card_months: int | None = None) -> tuple[date, ...]:
        """Days of `span` such that every day of it has the same verdict as one of them."""
        if span.known:
            return (span.first,)
        card: list[tuple[Length, ...]] = []
        if card_months is not None:
            own = Length(months=card_months)
            card = [(*delay, own, *more) for delay in self.delays for more in self.extensions]
        borders = [earliest_start(lengths, on) for lengths in (*self.lengths, *card)]
        return _representatives(span, (*borders, *self.edges))

    def repair_days(self, span: DayRange, on: date) -> tuple[date, ...]:
        """The same for the day of an official repair."""
        return (span.first,) if span.known else _representatives(span, [earliest_start((r,), on) for r in self.repairs])


@lru_cache(maxsize=512)
def classes_for(kb: Knowledge, brand: str, product: str | None) -> Classes:
    """The classes for a brand, over all products while none is told."""
    products = (product,) if product else _product_classes(kb, brand)
    rules = {slug: rules_for(kb, brand, slug) for slug in products}
    clauses = tuple({c.id: c for r in rules.values() for c in r.clauses}.values())
    words = [fact for fact in kb.facts.values() if fact.kind is ValueKind.WORD]
    return Classes(
        products=products,
        like={fact.name: _value_classes(fact, clauses, kb) for fact in words},
        part_values=_part_classes(clauses, kb),
        lengths=_lengths(clauses),
        delays=_delays(clauses),
        extensions=_extensions(clauses),
        repairs=tuple({length for c in clauses if _scope(c) is Scope.REPAIR for length in _figures(c)}),
        edges=tuple(
            day for first, last in (c.bought for c in clauses) for day in (first, last and last + _ONE_DAY) if day
        ),
    )


@lru_cache(maxsize=1024)
def product_like(kb: Knowledge, brand: str, product: str) -> str:
    """The product that stands for all that the brand's clauses treat like this one."""
    clauses = rules_for(kb, brand, product).clauses
    return next((p for p in kb.catalog.products if rules_for(kb, brand, p).clauses == clauses), product)


def _product_classes(kb: Knowledge, brand: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(product_like(kb, brand, slug) for slug in kb.catalog.products))


def _value_classes(fact: Fact, clauses: tuple[Clause, ...], kb: Knowledge) -> dict[str, str]:
    """Each value's representative: one for each way the clauses take it; the presumed value stands for its own class.

    Values that alone end the free warranty in every reading need not be told apart, nor those that alone cast doubt.
    """
    lone = [c for c in clauses if _stands_alone(c, fact.name)]
    refusing = frozenset().union(*(_active_values(c, fact) for c in lone if _refuses(c)))
    doubting = frozenset().union(*(_active_values(c, fact) for c in lone if not _refuses(c)))
    tests = [_active_values(c, fact) for c in clauses if c not in lone and _speaks_of(c, fact.name)]
    links = list(_links(fact.name, kb))
    seen: dict[object, str] = {}
    like = {}
    for value in sorted(fact.values, key=lambda value: value != fact.presumed):
        taken = "refused" if value in refusing else (value in doubting, *(value in values for values in tests))
        like[value] = seen.setdefault((taken, *(value in values for values in links)), value)
    return like


def _speaks_of(clause: Clause, name: str) -> bool:
    return name in clause.when or (isinstance(clause.effect, Requires) and clause.effect.fact == name)


def _active_values(clause: Clause, fact: Fact) -> frozenset[str]:
    """The values of the fact with which the clause is in play."""
    active = clause.when.get(fact.name, frozenset(fact.values))
    if isinstance(clause.effect, Requires) and clause.effect.fact == fact.name:
        return active - clause.effect.values
    return active


def _stands_alone(clause: Clause, name: str) -> bool:
    """Whether the clause refuses or doubts on this one fact, whatever the product, the day and the reading."""
    facts = {*clause.when, *([clause.effect.fact] if isinstance(clause.effect, Requires) else [])}
    weighs = isinstance(clause.effect, Exclusion | Requires)
    return (
        weighs
        and facts == {name}
        and clause.conflict is None
        and "all" in clause.products
        and clause.bought == (None, None)
    )


def _refuses(clause: Clause) -> bool:
    return isinstance(clause.effect, Exclusion) and clause.effect.certain


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


def _lengths(clauses: tuple[Clause, ...]) -> tuple[tuple[Length, ...], ...]:
    """Every way a period runs: a delayed start, the term's own figure, an extension, one after the other."""
    terms = {length for c in clauses if _scope(c) in (Scope.WHOLE_UNIT, Scope.PARTS) for length in _figures(c)}
    return tuple((*d, term, *more) for term in terms for d in _delays(clauses) for more in _extensions(clauses))


def _delays(clauses: Iterable[Clause]) -> tuple[tuple[Length, ...], ...]:
    """How much later than its day a period may begin: not at all, or by some months."""
    months = {c.effect.plus_months for c in clauses if isinstance(c.effect, StartsFrom)} - {0}
    return ((), *((Length(months=n),) for n in sorted(months)))


def _extensions(clauses: Iterable[Clause]) -> tuple[tuple[Length, ...], ...]:
    """What an extension may add: nothing, or one of its figures."""
    found = {length for c in clauses if _scope(c) is Scope.EXTENSION for length in _figures(c)}
    return ((), *((length,) for length in found))


def _scope(clause: Clause) -> Scope | None:
    return clause.effect.scope if isinstance(clause.effect, Term) else None


def _figures(clause: Clause) -> Iterable[Length]:
    span = clause.effect.span if isinstance(clause.effect, Term) else None
    return [length for length in (span.shortest, span.longest) if length] if span else []


_ONE_DAY = timedelta(days=1)


def _representatives(span: DayRange, borders: Iterable[date]) -> tuple[date, ...]:
    """One day of each stretch that the borders (each the first day of a stretch) cut the span into."""
    return tuple(sorted({span.first, *(day for day in borders if span.first < day <= span.last)}))

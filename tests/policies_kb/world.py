"""What one reading of the clauses allows in one world: the oracle's other half, as slow and as obvious.

Every month of a range, every possible refusal and every day of production is tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import product as combinations

from policies_kb.calendar import add_months
from policies_kb.effects import Exclusion, Info, Requires, Scope, Span, StartsFrom, Term
from policies_kb.model import Clause

COVERED, NOT_COVERED, NO_RULE = "covered", "not_covered", "no_rule"
LONG_OVER, NEVER_ENDS = date(1900, 1, 1), date(9000, 1, 1)
Days = tuple[date, ...]


@dataclass(frozen=True)
class World:
    """One way the appliance may be: nothing is open but what the sources themselves leave open."""

    on: date
    product: str
    part: str
    purchased: date
    made: Days  # production is not asked of the customer: every day it may have been
    repaired: date | None
    card_months: int | None
    words: Mapping[str, str]


def decides(clause: Clause) -> bool:
    return isinstance(clause.effect, Term | Exclusion | Requires | StartsFrom)


def is_in_play(clause: Clause, world: World, core: set[str]) -> bool:
    """Whether the clause has anything to say of this world. A demand that is met says nothing."""
    effect, (first, last) = clause.effect, clause.bought
    facts = {**world.words, "part": world.part, "product": world.product}
    if not all(facts.get(name) in values for name, values in clause.when.items()):
        return False
    if (first and world.purchased < first) or (last and last < world.purchased):
        return False
    if isinstance(effect, Requires):
        return facts.get(effect.fact) not in effect.values
    if isinstance(effect, Term):
        if effect.scope is Scope.PARTS:
            return world.part in effect.parts or (effect.open and world.part in core)
        if effect.scope is Scope.REPAIR:
            return world.repaired is not None
        return effect.scope is not Scope.INSTALLATION  # no fact says when it was installed
    return isinstance(effect, Exclusion | StartsFrom | Info)


def outcomes(read: list[Clause], world: World) -> set[str]:
    """What one reading allows in one world."""
    exclusions = [c.effect for c in read if isinstance(c.effect, Exclusion)]
    if any(exclusion.certain for exclusion in exclusions):
        return {NOT_COVERED}
    possible = set()
    for start in _starts(read, world):
        for covers in _periods(read, world, start):
            possible.add(NO_RULE if covers is None else COVERED if covers else NOT_COVERED)
    if exclusions or any(isinstance(c.effect, Requires) for c in read):
        possible.add(NOT_COVERED)  # the possible refusal holds: yes; without it: no
    return possible


def _starts(read: list[Clause], world: World) -> list[date]:
    """The days the period may count from; of several rules the one with most conditions counts."""
    rules = [(len(c.when), c.effect) for c in read if isinstance(c.effect, StartsFrom)]
    if not rules:
        return [world.purchased]
    most = max(conditions for conditions, _ in rules)
    rule = next(rule for conditions, rule in rules if conditions == most)
    days = world.made if rule.date == "made" else (world.purchased,)
    return [add_months(day, rule.plus_months) for day in days]


def _periods(read: list[Clause], world: World, start: date) -> Iterator[bool | None]:
    """For all lengths that the terms may have: whether one reaches the day; None = no term at all."""
    terms = [c.effect for c in read if isinstance(c.effect, Term)]
    extensions = tuple(t.span for t in terms if t.scope is Scope.EXTENSION)
    whole = [t.span for t in terms if t.scope is Scope.WHOLE_UNIT]
    reached: list[frozenset[bool | None]] = []
    if world.card_months is not None:
        reached.append(_reaches_from_card(start, world.card_months, extensions, world.on))
    else:
        reached += [_reaches(start, span, extensions, world.on) for span in whole]
    for term in terms:
        if term.scope is Scope.PARTS:
            meant = _reaches(start, term.span, (), world.on)
            reached.append(meant if world.part in term.parts else meant | {None})
        if term.scope is Scope.REPAIR and world.repaired is not None:
            reached.append(_reaches(world.repaired, term.span, (), world.on))
    for choice in combinations(*reached):
        said = [covers for covers in choice if covers is not None]
        yield any(said) if said else None


@lru_cache(maxsize=100_000)
def _reaches(start: date, span: Span, extensions: tuple[Span, ...], on: date) -> frozenset[bool | None]:
    """Whether the term, or an extension of it, covers the day: tried for every length."""
    return frozenset(_with_extensions(_ends(start, span), extensions, on))


def _reaches_from_card(start: date, months: int, extensions: tuple[Span, ...], on: date) -> frozenset[bool | None]:
    return frozenset(_with_extensions([add_months(start, months)], extensions, on))


def _with_extensions(ends: Iterable[date], extensions: tuple[Span, ...], on: date) -> Iterator[bool]:
    for end in ends:
        for later in combinations(*(_ends(end, span) for span in extensions)):
            yield any(on <= last for last in (end, *later))


def _ends(start: date, span: Span) -> list[date]:
    """Every last day the span allows; without a figure it may be long over or never be."""
    if start in (LONG_OVER, NEVER_ENDS):
        return [start]
    if span.shortest is None or span.longest is None:
        return [LONG_OVER, NEVER_ENDS]
    if span.shortest.months is not None and span.longest.months is not None:
        months = range(span.shortest.months, span.longest.months + 1)
        return [add_months(start, n) for n in months]
    days = range(span.shortest.days or 0, (span.longest.days or 0) + 1)
    return [start + timedelta(days=n) for n in days]

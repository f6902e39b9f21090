"""What the policies say, as frozen values. The YAML under `data/` is read into these by `loader`.

Nothing here decides anything: `coverage` and `fees` do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import Enum
from functools import cached_property

from policies_kb.catalog import Catalog, Hazard, Word
from policies_kb.effects import Effect, Within
from policies_kb.plain import plain_key


class KnowledgeError(Exception):
    """The knowledge files are wrong; `problems` names every place (file, key path, what is allowed)."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Flag(str, Enum):
    """How far a clause can be trusted. `residue` and `unverified_contact` are never answered with."""

    OK = "ok"
    DAMAGED = "damaged"
    RESIDUE = "residue"
    CONTRADICTS = "contradicts"
    UNVERIFIED_CONTACT = "unverified_contact"


NEVER_ANSWERED = frozenset({Flag.RESIDUE, Flag.UNVERIFIED_CONTACT})

TOPICS = [
    "warranty",
    "exclusions",
    "proof",
    "fees",
    "booking",
    "onsite",
    "conduct",
    "repair_warranty",
    "complaints",
    "follow_up",
    "returns",
    "extended_warranty",
    "membership",
    "outlets",
    "contacts",
    "installation",
    "channels",
    "troubleshooting",
    "rights",
    "safety",
]


class KnownBy(str, Enum):
    CUSTOMER = "customer"
    DOCUMENT = "document"
    INSPECTION = "inspection"


class ValueKind(str, Enum):
    """What a fact's value is: one of its words, a catalog slug, a day, or a number of months."""

    WORD = "word"
    CATALOG = "catalog"
    DAY = "day"
    MONTHS = "months"


Condition = Mapping[str, frozenset[str]]  # fact → values of which one must hold


@dataclass(frozen=True)
class Suspicion:
    """Once `when` holds, `values` of the fact become possible and only an inspection can tell."""

    when: Condition
    values: tuple[str, ...]


@dataclass(frozen=True)
class Implication:
    """One of `values` can only stand where `fact` is one of `must_be`."""

    values: tuple[str, ...]
    fact: str
    must_be: tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    """One fact of a case (see case.yml)."""

    name: str
    zh: str
    known_by: KnownBy
    kind: ValueKind
    ask: int = 1000
    presumed: str | None = None
    values: Mapping[str, Word] = field(default_factory=dict)
    suspects: tuple[Suspicion, ...] = ()
    implies: tuple[Implication, ...] = ()
    outweighs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # which value stands where both are told

    @cached_property
    def slugs(self) -> Mapping[str, str]:
        """The value that each name stands for; names in the form in which words are compared."""
        return {plain_key(name): slug for slug, word in self.values.items() for name in (slug, *word.names)}


@dataclass(frozen=True)
class Source:
    doc: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Clause:
    """One rule of one brand, or a part of one: those of the same `rule` are told together. `says` is ours; every
    figure in it stands in `sources` (or in `reading`)."""

    id: str
    brand: str
    topic: str
    products: tuple[str, ...]
    says: str
    effect: Effect
    sources: tuple[Source, ...]
    when: Condition = field(default_factory=dict)
    bought: tuple[date | None, date | None] = (None, None)
    flags: tuple[Flag, ...] = (Flag.OK,)
    reading: Mapping[str, str] = field(default_factory=dict)
    conflict: str | None = None
    rule: str | None = None
    asks: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    article: str | None = None

    @cached_property
    def answerable(self) -> bool:
        return not NEVER_ANSWERED & set(self.flags)

    def is_of_one_rule_with(self, other: Clause) -> bool:
        """Whether both make one rule, which is not told without either."""
        return self.rule is not None and self.rule == other.rule

    def contradicts(self, other: Clause) -> bool:
        """Whether both are sides of one contradiction."""
        sides = self.conflict is not None and self.brand == other.brand and self.conflict == other.conflict
        return sides and self is not other


@dataclass(frozen=True)
class Document:
    """A source document: who published it and how far it goes. `lines` = line → (digest, figures); `note`: what every
    answer from it says of it."""

    id: str
    file: str
    title: str
    publisher: str
    reliability: str
    read_on: date
    lines: Mapping[int, tuple[str, frozenset[str]]] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Silence:
    """Something that customers ask about and no source answers: of any brand, or of `brands` where some are named."""

    id: str
    zh: str
    asks: tuple[str, ...]
    brands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """A time that the desk sets itself; never said in a brand's name."""

    zh: str
    within: Within


@dataclass(frozen=True)
class Desk:
    """The desk's own rules (service.yml): when people answer (0 = Monday), and its targets by name."""

    hours: Mapping[int, tuple[tuple[time, time], ...]] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Knowledge:
    """All that the product knows, validated; compared by identity. `digest` changes whenever any data file does."""

    catalog: Catalog
    facts: Mapping[str, Fact]
    clauses: Mapping[str, Clause]
    law: Mapping[str, Clause]
    documents: Mapping[str, Document]
    hazards: Mapping[str, Hazard]
    digest: str
    visiting_hours: tuple[tuple[time, time], ...] = ()  # the desk's own: outside them a visit is to be confirmed
    desk: Desk = field(default_factory=Desk)
    silent: tuple[Silence, ...] = ()

    def of_brand(self, brand: str) -> tuple[Clause, ...]:
        return self._by_brand.get(brand, ())

    def whole_rule(self, clause: Clause) -> tuple[Clause, ...]:
        """All that makes one rule with a clause, in the order of its file; the clause alone where it is the rule."""
        return self._rules.get(clause.rule, (clause,))

    @cached_property
    def _rules(self) -> Mapping[str | None, tuple[Clause, ...]]:
        parts = [c for c in (*self.clauses.values(), *self.law.values()) if c.rule is not None and c.answerable]
        rules = dict.fromkeys(clause.rule for clause in parts)
        return {rule: tuple(clause for clause in parts if clause.rule == rule) for rule in rules}

    @cached_property
    def _by_brand(self) -> Mapping[str, tuple[Clause, ...]]:
        brands = dict.fromkeys(clause.brand for clause in self.clauses.values())
        return {brand: tuple(c for c in self.clauses.values() if c.brand == brand) for brand in brands}

"""The only vocabulary: brands, products, parts, faults, dangers, and what else customers name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Word:
    """One thing that customers name: its slug, its Chinese name, and how else it is written."""

    slug: str
    zh: str
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.zh, *self.aliases)


@dataclass(frozen=True)
class Product(Word):
    parent: str | None = None


@dataclass(frozen=True)
class Part(Word):
    core: bool = False


@dataclass(frozen=True)
class Grievance(Word):
    """What a complaint is about; a `general` one gives way to what is named beside it."""

    general: bool = False


@dataclass(frozen=True)
class SharedName:
    """A brand name that two brands share: with one of `products` it means `becomes` (REVIEW C91)."""

    brand: str
    products: tuple[str, ...]
    becomes: str


@dataclass(frozen=True)
class Catalog:
    """The only vocabulary. Every mapping is slug → word, in the order of the file."""

    brands: Mapping[str, Word]
    products: Mapping[str, Product]
    parts: Mapping[str, Part]
    faults: Mapping[str, Word]
    complaints: Mapping[str, Grievance] = field(default_factory=dict)
    fee_events: Mapping[str, Word] = field(default_factory=dict)
    requests: Mapping[str, Word] = field(default_factory=dict)
    fields: Mapping[str, Word] = field(default_factory=dict)
    other_brands: tuple[str, ...] = ()
    by_chance: tuple[str, ...] = ()
    shared_names: tuple[SharedName, ...] = ()

    def lineage(self, product: str) -> tuple[str, ...]:
        """`product` and the products it is a kind of, nearest first; of what the catalog does not know, itself."""
        line = [product]
        while (known := self.products.get(line[-1])) is not None and known.parent is not None:
            line.append(known.parent)
        return tuple(line)

    def is_kind_of(self, product: str, other: str) -> bool:
        """Whether every such product is one of the other, too: 燃气热水器 is 热水器."""
        return product in self.products and other in self.lineage(product)

    def brand_of(self, brand: str, product: str | None) -> str:
        """The brand meant by a shared name once the product is known (小米冰箱 is 米家's)."""
        for shared in self.shared_names:
            if shared.brand == brand and product and set(self.lineage(product)) & set(shared.products):
                return shared.becomes
        return brand


@dataclass(frozen=True)
class Hazard(Word):
    """A danger that comes before everything else; the advice is the desk's own, not a source's."""

    steps: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    apart: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())  # a thing and a sign in one breath: 集成灶现在又漏气了

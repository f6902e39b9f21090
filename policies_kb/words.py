"""The words customers use, read from catalog.yml, case.yml and safety.yml: `Catalog`, facts of a case, dangers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from policies_kb.calendar import NEVER
from policies_kb.catalog import Catalog, Grievance, Hazard, Part, Product, SharedName, Word
from policies_kb.model import Condition, Fact, Implication, KnownBy, Suspicion, ValueKind
from policies_kb.plain import plain_key as key
from policies_kb.reading import Node, optional

_LISTS = ["faults", "fee_events", "requests", "fields"]
_FACT_KEYS = ["ask", "presumed", "suspects", "implies", "outweighs"]
Owners = dict[str, str]  # a name, as names are compared → the word of one list that it belongs to


def read_catalog(node: Node) -> Catalog:
    """catalog.yml, the only vocabulary."""
    keys = node.mapping(
        required=["brands", "products", "parts", "faults"],
        optional=["other_brands", "by_chance", "brand_by_product", "complaints", *_LISTS[1:]],
    )
    brands, products = _words(keys, "brands"), _products(keys)
    lists = {name: _words(keys, name) for name in _LISTS}
    shared = optional(keys, "brand_by_product", lambda n: _shared_names(n, brands, products), ())
    others = optional(keys, "other_brands", Node.texts, ())
    chance = optional(keys, "by_chance", Node.texts, ())
    return Catalog(
        brands,
        products,
        _parts(keys),
        complaints=_complaints(keys),
        **lists,
        other_brands=others,
        by_chance=chance,
        shared_names=shared,
    )


def read_facts(node: Node, catalog: Catalog) -> dict[str, Fact]:
    """case.yml: each fact of a case, in the order of the file."""
    entries = node.mapping(required=["facts"]).get("facts")
    nodes = entries.entries() if entries else {}
    facts = {name: _fact(name, n, catalog) for name, n in nodes.items()}
    return {name: _linked(fact, nodes[name].entries(), facts) for name, fact in facts.items()}


def read_hazards(node: Node) -> dict[str, Hazard]:
    """safety.yml: the dangers, with the desk's own advice."""
    hazards = {}
    for slug, item in _entries(node.mapping(required=["hazards"], optional=["notes"]), "hazards"):
        word, keys = _word(
            slug, item, {}, extra=("steps", "not", "things", "signs")
        )  # one phrase may warn of two dangers
        steps, unless, *apart = (optional(keys, key, Node.texts, ()) for key in ("steps", "not", "things", "signs"))
        hazards[slug] = Hazard(slug, word.zh, word.aliases, steps, unless, (apart[0], apart[1]))
    return hazards


def _entries(keys: Mapping[str, Node], key: str) -> Iterable[tuple[str, Node]]:
    return keys[key].entries().items() if key in keys else ()


def _words(keys: Mapping[str, Node], of: str) -> dict[str, Word]:
    owners: Owners = {}
    return {slug: _word(slug, node, owners)[0] for slug, node in _entries(keys, of)}


def _word(slug: str, node: Node, owners: Owners, *, extra: tuple[str, ...] = ()) -> tuple[Word, dict[str, Node]]:
    """A word of a list, and its keys. A name that two of them have would be read as whichever comes first."""
    keys = node.mapping(required=["zh"], optional=["aliases", *extra])
    word = Word(slug, optional(keys, "zh", Node.text, ""), optional(keys, "aliases", Node.texts, ()))
    claims = ((name, owners.setdefault(key(name), slug)) for name in (*word.names, slug) if key(name))
    if taken := next(((name, owner) for name, owner in claims if owner != slug), None):
        node.wrong(f"{taken[0]!r} is a name of {taken[1]} already")
    return word, keys


def _products(keys: Mapping[str, Node]) -> dict[str, Product]:
    owners: Owners = {}
    products: dict[str, Product] = {}
    for slug, node in _entries(keys, "products"):
        for product, at in _with_kinds(slug, node, None, owners):
            if product.slug in products:
                at.wrong(f"{product.slug!r} stands twice")
            products[product.slug] = product
    return products


def _with_kinds(slug: str, node: Node, parent: str | None, owners: Owners) -> Iterable[tuple[Product, Node]]:
    word, keys = _word(slug, node, owners, extra=("kinds",))
    yield Product(slug, word.zh, word.aliases, parent), node
    for kind, child in _entries(keys, "kinds"):
        yield from _with_kinds(kind, child, slug, owners)


def _parts(keys: Mapping[str, Node]) -> dict[str, Part]:
    owners: Owners = {}
    parts = {}
    for slug, node in _entries(keys, "parts"):
        word, more = _word(slug, node, owners, extra=("core",))
        parts[slug] = Part(slug, word.zh, word.aliases, optional(more, "core", Node.flag, False))
    return parts


def _complaints(keys: Mapping[str, Node]) -> dict[str, Grievance]:
    owners: Owners = {}
    complaints = {}
    for slug, node in _entries(keys, "complaints"):
        word, more = _word(slug, node, owners, extra=("general",))
        general = optional(more, "general", Node.flag, False)
        complaints[slug] = Grievance(slug, word.zh, word.aliases, general)
    return complaints


def _shared_names(node: Node, brands: Mapping[str, Word], products: Mapping[str, Product]) -> tuple[SharedName, ...]:
    found = []
    for item in node.items():
        keys = item.mapping(required=["brand", "products", "becomes"])
        if len(keys) == 3:
            of, to = keys["brand"].one_of(brands), keys["becomes"].one_of(brands)
            found.append(SharedName(of, keys["products"].some_of(products), to))
    return tuple(found)


def _fact(name: str, node: Node, catalog: Catalog) -> Fact:
    keys = node.mapping(required=["zh", "known_by", "values"], optional=_FACT_KEYS)
    kind = _kind(keys["values"]) if "values" in keys else ValueKind.WORD
    values: Mapping[str, Word] = getattr(catalog, f"{name}s", {}) if kind is ValueKind.CATALOG else {}
    if kind is ValueKind.WORD:
        values = _words(keys, "values")
    presumable = [NEVER] if kind is ValueKind.DAY else values
    known_by = optional(keys, "known_by", lambda n: n.one_of([k.value for k in KnownBy]), "") or "customer"
    return Fact(
        name=name,
        zh=optional(keys, "zh", Node.text, ""),
        known_by=KnownBy(known_by),
        kind=kind,
        ask=optional(keys, "ask", Node.whole, 1000),
        presumed=optional(keys, "presumed", lambda n: n.one_of(presumable), None),
        values=dict(values),
    )


def _kind(values: Node) -> ValueKind:
    """Values are words of their own, written out, or all of a kind that is named."""
    if not isinstance(values.value, str):
        return ValueKind.WORD
    return ValueKind(values.one_of([k.value for k in ValueKind if k is not ValueKind.WORD]) or "day")


def _linked(fact: Fact, keys: Mapping[str, Node], facts: Mapping[str, Fact]) -> Fact:
    """The fact with what it has to do with other facts and its own values, for which all must be read first."""
    suspects = tuple(
        Suspicion(_condition(k["when"], facts), k["values"].some_of(fact.values))
        for item in (keys["suspects"].items() if "suspects" in keys else ())
        if len(k := item.mapping(required=["when", "values"])) == 2
    )
    implies = tuple(
        Implication(k["values"].some_of(fact.values), other, k["must_be"].some_of(facts[other].values))
        for item in (keys["implies"].items() if "implies" in keys else ())
        if len(k := item.mapping(required=["values", "fact", "must_be"])) == 3
        and (other := k["fact"].one_of(facts)) in facts
    )
    heavier = keys["outweighs"].mapping(optional=list(fact.values)) if "outweighs" in keys else {}
    outweighs = {value: lighter.some_of(fact.values) for value, lighter in heavier.items()}
    return replace(fact, suspects=suspects, implies=implies, outweighs=outweighs)


def _condition(node: Node, facts: Mapping[str, Fact]) -> Condition:
    found = {}
    for name, values in node.entries().items():
        if name not in facts:
            values.wrong(f"no such fact; allowed: {', '.join(facts)}")
        else:
            found[name] = frozenset(values.some_of(facts[name].values))
    return found

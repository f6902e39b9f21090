"""Strict YAML → `Knowledge`. Unknown keys, unknown words, duplicate ids, missing sources and figures that no source
line holds are refused, all of them in one go."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import time
from functools import lru_cache
from pathlib import Path

from policies_kb.catalog import Catalog, Hazard, Part, Product, SharedName, Word
from policies_kb.clauses import read_clauses
from policies_kb.figures import figures
from policies_kb.model import (
    TOPICS,
    Clause,
    Condition,
    Document,
    Fact,
    Flag,
    Implication,
    Knowledge,
    KnowledgeError,
    KnownBy,
    Suspicion,
    ValueKind,
)
from policies_kb.reading import Node, load_yaml, optional

DATA = Path(__file__).parent / "data"


@lru_cache(maxsize=4)
def load(data: Path = DATA) -> Knowledge:
    """Read and check everything below `data`. Raises KnowledgeError with all problems."""
    problems: list[str] = []
    root = _Files(data, problems)
    catalog = _catalog(root.open("catalog.yml"))
    facts = _facts(root.open("case.yml"), catalog)
    documents = _documents(root.open("sources.yml"))
    clauses = dict(_brand_clauses(root, catalog, facts))
    law = {c.id: c for c in read_clauses(root.open("law.yml", absent=[]), "law", "law", catalog, facts)}
    _check_sources([*clauses.values(), *law.values()], documents, problems)
    hazards = _hazards(root.open("safety.yml", absent={"hazards": {}}))
    hours = _visiting_hours(root.open("service.yml", absent={}))
    if problems:
        raise KnowledgeError(problems)
    return Knowledge(catalog, facts, clauses, law, documents, hazards, digest_of(data), hours)


def digest_of(data: Path = DATA) -> str:
    """A hash over every data file: what indexes and caches are keyed by."""
    hasher = hashlib.sha256()
    for path in sorted(data.rglob("*.yml")):
        hasher.update(path.relative_to(data).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return hasher.hexdigest()[:16]


class _Files:
    """The data folder; files are named in problems as they stand below it."""

    def __init__(self, data: Path, problems: list[str]) -> None:
        self.data, self.problems = data, problems

    def open(self, name: str, *, absent: object = None) -> Node:
        path = self.data / name
        if absent is not None and not path.exists():
            return Node(absent, name, self.problems)
        return Node(load_yaml(path, name, self.problems), name, self.problems)

    def brand_files(self) -> Iterable[tuple[str, str, Node]]:
        """(brand, topic, content) of each file below brands/."""
        for path in sorted(self.data.glob("brands/*/*.yml")):
            node = self.open(path.relative_to(self.data).as_posix())
            yield path.parent.name, path.stem, node


def _word(slug: str, node: Node, *, extra: tuple[str, ...] = ()) -> tuple[Word, dict[str, Node]]:
    keys = node.mapping(required=["zh"], optional=["aliases", *extra])
    zh = optional(keys, "zh", Node.text, "")
    return Word(slug, zh, optional(keys, "aliases", Node.texts, ())), keys


def _catalog(node: Node) -> Catalog:
    keys = node.mapping(
        required=["brands", "products", "parts", "faults"],
        optional=["other_brands", "brand_by_product", *_WORD_LISTS[1:]],
    )
    brands = {slug: _word(slug, n)[0] for slug, n in _entries(keys, "brands")}
    products = {p.slug: p for slug, n in _entries(keys, "products") for p in _products(slug, n, None)}
    parts = {}
    for slug, n in _entries(keys, "parts"):
        word, more = _word(slug, n, extra=("core",))
        parts[slug] = Part(slug, word.zh, word.aliases, optional(more, "core", Node.flag, False))
    lists = {name: {slug: _word(slug, n)[0] for slug, n in _entries(keys, name)} for name in _WORD_LISTS}
    shared = optional(keys, "brand_by_product", lambda n: _shared_names(n, brands, products), ())
    others = optional(keys, "other_brands", Node.texts, ())
    return Catalog(brands, products, parts, **lists, other_brands=others, shared_names=shared)


_WORD_LISTS = ["faults", "complaints", "fee_events", "requests", "fields"]


def _entries(keys: dict[str, Node], key: str) -> Iterable[tuple[str, Node]]:
    return keys[key].entries().items() if key in keys else ()


def _products(slug: str, node: Node, parent: str | None) -> Iterable[Product]:
    word, keys = _word(slug, node, extra=("kinds",))
    yield Product(slug, word.zh, word.aliases, parent)
    for kind, child in _entries(keys, "kinds"):
        yield from _products(kind, child, slug)


def _shared_names(node: Node, brands: dict[str, Word], products: dict[str, Product]) -> tuple[SharedName, ...]:
    found = []
    for item in node.items():
        keys = item.mapping(required=["brand", "products", "becomes"])
        if len(keys) == 3:
            of, to = keys["brand"].one_of(brands), keys["becomes"].one_of(brands)
            found.append(SharedName(of, keys["products"].some_of(products), to))
    return tuple(found)


def _facts(node: Node, catalog: Catalog) -> dict[str, Fact]:
    entries = node.mapping(required=["facts"]).get("facts")
    facts = {name: _fact(name, n, catalog) for name, n in (entries.entries().items() if entries else ())}
    if entries:
        _resolve_fact_links(entries, facts)
    return facts


_FACT_KEYS = ["ask", "presumed", "suspects", "implies"]


def _fact(name: str, node: Node, catalog: Catalog) -> Fact:
    keys = node.mapping(required=["zh", "known_by", "values"], optional=_FACT_KEYS)
    kind, values = ValueKind.WORD, {}
    if "values" in keys and isinstance(keys["values"].value, str):
        kind = ValueKind(keys["values"].one_of([k.value for k in ValueKind if k is not ValueKind.WORD]) or "day")
        if kind is ValueKind.CATALOG:
            values = dict(getattr(catalog, f"{name}s", {}))
    elif "values" in keys:
        values = {slug: _word(slug, n)[0] for slug, n in keys["values"].entries().items()}
    known_by = optional(keys, "known_by", lambda n: n.one_of([k.value for k in KnownBy]), "") or "customer"
    return Fact(
        name=name,
        zh=optional(keys, "zh", Node.text, ""),
        known_by=KnownBy(known_by),
        kind=kind,
        ask=optional(keys, "ask", Node.whole, 1000),
        presumed=optional(keys, "presumed", Node.text, None),
        values=values,
    )


def _resolve_fact_links(entries: Node, facts: dict[str, Fact]) -> None:
    """Fill in `suspects` and `implies`, which name other facts and so need all of them read first."""
    for name, node in entries.entries().items():
        keys = node.entries()
        own = facts[name].values
        suspects = tuple(
            Suspicion(_condition(k["when"], facts), k["values"].some_of(own))
            for item in (keys["suspects"].items() if "suspects" in keys else ())
            if len(k := item.mapping(required=["when", "values"])) == 2
        )
        implies = tuple(
            Implication(k["values"].some_of(own), fact, k["must_be"].some_of(facts[fact].values))
            for item in (keys["implies"].items() if "implies" in keys else ())
            if len(k := item.mapping(required=["values", "fact", "must_be"])) == 3
            and (fact := k["fact"].one_of(facts)) in facts
        )
        if suspects or implies:
            old = facts[name]
            facts[name] = Fact(
                old.name,
                old.zh,
                old.known_by,
                old.kind,
                old.ask,
                old.presumed,
                old.values,
                suspects,
                implies,
            )


def _condition(node: Node, facts: dict[str, Fact]) -> Condition:
    found = {}
    for name, values in node.entries().items():
        if name not in facts:
            values.wrong(f"no such fact; allowed: {', '.join(facts)}")
        else:
            found[name] = frozenset(values.some_of(facts[name].values))
    return found


def _documents(node: Node) -> dict[str, Document]:
    documents = {}
    for slug, item in node.entries().items():
        keys = item.mapping(required=["file", "title", "publisher", "reliability", "read_on", "lines"])
        if len(keys) < 6:
            continue
        lines = {}
        for number, line in keys["lines"].entries().items():
            digest, *numbers = line.text().split()
            lines[int(number)] = (digest, frozenset(numbers))
        read_on = keys["read_on"].day()
        if read_on:
            file, title, publisher, trust = (keys[k].text() for k in ("file", "title", "publisher", "reliability"))
            documents[slug] = Document(slug, file, title, publisher, trust, read_on, lines)
    return documents


def _brand_clauses(root: _Files, catalog: Catalog, facts: dict[str, Fact]) -> Iterable[tuple[str, Clause]]:
    seen: set[str] = set()
    for brand, topic, node in root.brand_files():
        if brand not in catalog.brands:
            node.wrong(f"the folder's name {brand!r} is no brand of catalog.yml")
        if topic not in TOPICS:
            node.wrong(f"the file's name {topic!r} is no topic; allowed: {', '.join(TOPICS)}")
        for clause in read_clauses(node, brand, topic, catalog, facts):
            if clause.id in seen:
                node.wrong(f"id {clause.id.rpartition('.')[2]!r} stands twice")
            seen.add(clause.id)
            yield clause.id, clause


def _check_sources(clauses: list[Clause], documents: dict[str, Document], problems: list[str]) -> None:
    """Every source line exists, and every figure that a clause states stands in its lines or in its reading."""
    for clause in clauses:
        stated = figures(clause.says)
        known = set(figures(clause.reading.get("as", "")))
        for source in clause.sources:
            document = documents.get(source.doc)
            if document is None:
                problems.append(f"{clause.id}: no document {source.doc!r} in sources.yml")
                continue
            for line in source.lines:
                if line not in document.lines:
                    problems.append(f"{clause.id}: {source.doc} has no line {line}")
                else:
                    known |= document.lines[line][1]
        if loose := sorted(stated - known):
            problems.append(f"{clause.id}: says {', '.join(loose)}, which its source lines do not")
        if Flag.DAMAGED in clause.flags and not clause.reading:
            problems.append(f"{clause.id}: flag damaged needs `reading: {{raw: …, as: …}}`")


def _hazards(node: Node) -> dict[str, Hazard]:
    hazards = {}
    for slug, item in _entries(node.mapping(required=["hazards"], optional=["notes"]), "hazards"):
        word, keys = _word(slug, item, extra=("steps", "not"))
        steps, unless = (optional(keys, key, Node.texts, ()) for key in ("steps", "not"))
        hazards[slug] = Hazard(slug, word.zh, word.aliases, steps, unless)
    return hazards


def _visiting_hours(node: Node) -> tuple[tuple[time, time], ...]:
    """The hours in which a visit can be asked for, from the desk's own rules (service.yml)."""
    appointments = node.entries().get("appointments")
    ordinary = appointments.entries().get("ordinary") if appointments else None
    spans = [span.texts() for span in ordinary.items()] if ordinary else []
    try:
        return tuple((time.fromisoformat(first), time.fromisoformat(last)) for first, last in spans)
    except ValueError:
        node.wrong("appointments.ordinary must be pairs of times like ['08:00', '21:00']")
        return ()

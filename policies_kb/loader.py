"""Strict YAML → `Knowledge`. Unknown keys, unknown words, duplicate ids, missing sources and figures that no source
line holds are refused, all of them in one go."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import time
from functools import lru_cache
from pathlib import Path

from policies_kb.calendar import Length
from policies_kb.catalog import Catalog
from policies_kb.clauses import read_clauses
from policies_kb.effects import Effect, Fee, StartsFrom, Term, Within
from policies_kb.figures import figures
from policies_kb.model import (
    TOPICS,
    Clause,
    Document,
    Fact,
    Flag,
    Knowledge,
    KnowledgeError,
    Silence,
)
from policies_kb.reading import Node, load_yaml, optional, suggestion
from policies_kb.service import read_desk
from policies_kb.words import read_catalog, read_facts, read_hazards
from policies_kb.writing import read_writing

DATA = Path(__file__).parent / "data"
#: Names another folder, relative to the project. `bot.settings` lists it with the other variables; it is read here
#: because policies_kb imports nothing of ours and its own commands need it too.
VARIABLE = "BAOXIU_KNOWLEDGE"
#: Clauses of one rule, which are told in one answer.
MOST_OF_A_RULE = 5


def data_folder() -> Path:
    """Where the knowledge lies: the folder that BAOXIU_KNOWLEDGE names, or else the one beside this module."""
    named = os.environ.get(VARIABLE, "").strip()
    return Path(__file__).parents[1] / named if named else DATA


def load(data: Path | None = None) -> Knowledge:
    """Everything below `data` (without it: `data_folder()`), read and checked once. Raises KnowledgeError with all
    problems."""
    return _load(data or data_folder())


@lru_cache(maxsize=4)
def _load(data: Path) -> Knowledge:
    problems: list[str] = []
    root = _Files(data, problems)
    catalog = read_catalog(root.open("catalog.yml"))
    facts = read_facts(root.open("case.yml"), catalog)
    documents = _documents(root.open("sources.yml"))
    clauses = dict(_brand_clauses(root, catalog, facts))
    law = dict(_once(root.open("law.yml", absent=[]), "law", "law", catalog, facts, seen=set()))
    _check_sources([*clauses.values(), *law.values()], documents, problems)
    _check_conflicts([*clauses.values()], problems)
    _check_rules([*clauses.values(), *law.values()], problems)
    hazards = read_hazards(root.open("safety.yml", absent={"hazards": {}}))
    service = root.open("service.yml", absent={})
    silent = tuple(_silences(root.open("silent.yml", absent=[]), catalog))
    hours, desk = _visiting_hours(service), read_desk(service)
    read_writing(root.open("words.yml", absent={}))  # for policies_kb.lexicon
    root.refuse_strays()
    if problems:
        raise KnowledgeError(problems)
    return Knowledge(catalog, facts, clauses, law, documents, hazards, digest_of(data), hours, desk, silent)


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
        self._read = {"ledger.yml"}  # by `ledger`, when it checks

    def open(self, name: str, *, absent: object = None) -> Node:
        """`absent` stands in for a file that is not there, is empty or cannot be read. Without it the others hang on
        this one: if it cannot be read nothing else is, for what follows from that would bury the one mistake."""
        self._read.add(name)
        path = self.data / name
        if absent is not None and not path.exists():
            return Node(absent, name, self.problems)
        known = len(self.problems)
        content = load_yaml(path, name, self.problems)
        if absent is None and len(self.problems) > known:
            raise KnowledgeError(self.problems)
        return Node(absent if content is None else content, name, self.problems)

    def brand_files(self) -> Iterable[tuple[str, str, Node]]:
        """(brand, topic, content) of each file below brands/; one with nothing but comments has no clauses."""
        for path in sorted(self.data.glob("brands/*/*.yml")):
            node = self.open(path.relative_to(self.data).as_posix(), absent=[])
            yield path.parent.name, path.stem, node

    def refuse_strays(self) -> None:
        """A file that nothing has read would be missed by whoever wrote it. Hidden ones (.DS_Store) nobody wrote."""
        top = ", ".join(sorted(name for name in self._read if "/" not in name))
        for path in sorted(self.data.rglob("*")):
            name = path.relative_to(self.data).as_posix()
            if path.is_file() and not path.name.startswith(".") and name not in self._read:
                known = "brands/BRAND/TOPIC.yml" if name.startswith("brands/") else f"{top}, brands/BRAND/TOPIC.yml"
                self.problems.append(f"{name}: is not read; the files are {known}")


def _silences(node: Node, catalog: Catalog) -> Iterable[Silence]:
    seen: set[str] = set()
    for item in node.items():
        keys = item.mapping(required=["id", "zh", "asks"], optional=["brands"])
        if not {"id", "zh", "asks"} <= keys.keys():
            continue
        brands = optional(keys, "brands", lambda n: n.some_of(catalog.brands), ())
        silence = Silence(keys["id"].text(), keys["zh"].text(), keys["asks"].texts(), brands)
        if silence.id in seen:
            keys["id"].wrong(f"{silence.id!r} stands twice")
        seen.add(silence.id)
        yield silence


def _documents(node: Node) -> dict[str, Document]:
    documents = {}
    for slug, item in node.entries().items():
        required = ["file", "title", "publisher", "reliability", "read_on", "lines"]
        keys = item.mapping(required=required, optional=["note"])
        if not keys.keys() >= set(required):
            continue
        lines = dict(_recorded(number, line) for number, line in keys["lines"].entries().items())
        read_on = keys["read_on"].day()
        if read_on:
            file, title, publisher, trust = (keys[k].text() for k in ("file", "title", "publisher", "reliability"))
            note = keys["note"].text() if "note" in keys else ""
            documents[slug] = Document(slug, file, title, publisher, trust, read_on, lines, note)
    return documents


def _recorded(number: str, line: Node) -> tuple[int, tuple[str, frozenset[str]]]:
    """A line as `python -m policies_kb record` writes it: number: 'digest figure figure …'."""
    digest, *numbers = line.text().split() or [""]
    if not number.isdecimal():
        line.wrong("must stand under the line's number, as `python -m policies_kb record` writes it")
        return 0, (digest, frozenset())
    return int(number), (digest, frozenset(numbers))


def _brand_clauses(root: _Files, catalog: Catalog, facts: dict[str, Fact]) -> Iterable[tuple[str, Clause]]:
    seen: set[str] = set()
    for brand, topic, node in root.brand_files():
        if brand not in catalog.brands:
            node.wrong(f"the folder's name {brand!r} is no brand of catalog.yml")
        if topic not in TOPICS:
            node.wrong(f"the file's name {topic!r} is no topic; {suggestion(topic, TOPICS)}")
        yield from _once(node, brand, topic, catalog, facts, seen=seen)


def _once(
    node: Node, brand: str, topic: str, catalog: Catalog, facts: dict[str, Fact], *, seen: set[str]
) -> Iterable[tuple[str, Clause]]:
    """The clauses of one file by their ids, of which none stands twice."""
    for clause in read_clauses(node, brand, topic, catalog, facts):
        if clause.id in seen:
            node.wrong(f"id {clause.id.rpartition('.')[2]!r} stands twice")
        seen.add(clause.id)
        yield clause.id, clause


def _check_sources(clauses: list[Clause], documents: dict[str, Document], problems: list[str]) -> None:
    """Every source line exists, and every figure that a clause states stands in its lines or in its reading."""
    for clause in clauses:
        at, known = _place(clause), [figures(clause.reading.get("as", ""))]
        for source in clause.sources:
            document = documents.get(source.doc)
            if document is None:
                problems.append(f"{at}: no document {source.doc!r} in sources.yml; {suggestion(source.doc, documents)}")
                continue
            for line in source.lines:
                if line in document.lines:
                    known.append(document.lines[line][1])
                else:
                    last = max(document.lines, default=0)
                    problems.append(f"{at}: {source.doc} has no line {line} on record (its last is {last})")
        stated, held = figures(clause.says), frozenset().union(*known)
        resolved = len(known) == 1 + sum(len(source.lines) for source in clause.sources)
        if (loose := sorted(stated - held)) and resolved:
            here = f"they hold {', '.join(sorted(held, key=float))}" if held else "they hold no figure"
            problems.append(f"{at}: says {', '.join(loose)}, which its source lines do not; {here}")
        decides = [alike for alike in _figures_that_decide(clause.effect) if not alike & held]
        if decides and resolved:
            missing = ", ".join(min(alike, key=len) for alike in decides)
            problems.append(f"{at}: effect has {missing}, which neither its source lines nor its reading hold")
        if Flag.DAMAGED in clause.flags and not clause.reading:
            problems.append(f"{at}: flag damaged needs `reading: {{raw: …, as: …}}`")


def _figures_that_decide(effect: Effect) -> Iterable[frozenset[str]]:
    """Each figure that a verdict, a charge or a deadline would be made of, in the ways a source may write it."""
    if isinstance(effect, Term):
        ends = {effect.span.longest} if effect.said else {effect.span.shortest, effect.span.longest}
        yield from (_written(end) for end in ends if end is not None)
    if isinstance(effect, Fee):
        yield from (frozenset({f"{yuan.normalize():f}"}) for yuan in {effect.amount.low, effect.amount.high} if yuan)
    if isinstance(effect, StartsFrom) and effect.plus_months:
        yield frozenset({str(effect.plus_months)})
    within = getattr(effect, "within", None)
    if isinstance(within, Within):
        yield from (frozenset({str(end)}) for end in {within.low, within.high})


def _written(length: Length) -> frozenset[str]:
    """三年 is 36 months."""
    if length.days is not None:
        return frozenset({str(length.days)})
    months = length.months or 0
    return frozenset({str(months), *([str(months // 12)] if months % 12 == 0 else [])})


def _check_conflicts(clauses: Sequence[Clause], problems: list[str]) -> None:
    """A conflict of one clause is most likely misspelt, and both readings would then hold at once."""
    groups = Counter((clause.brand, clause.conflict) for clause in clauses if clause.conflict)
    for clause in clauses:
        if clause.conflict and groups[clause.brand, clause.conflict] == 1:
            others = [str(group) for brand, group in groups if brand == clause.brand and group != clause.conflict]
            near = f"; {suggestion(clause.conflict, others)}" if others else ""
            problems.append(f"{_place(clause)}: conflict {clause.conflict!r} stands at no second clause{near}")


def _check_rules(clauses: Sequence[Clause], problems: list[str]) -> None:
    """A rule of one clause is most likely misspelt; one of many is more than a customer reads in one answer."""
    sizes = Counter(clause.rule for clause in clauses if clause.rule)
    for clause in clauses:
        if clause.rule is None:
            continue
        file, _, name = clause.rule.rpartition(".")
        if sizes[clause.rule] == 1:
            others = [rule.rpartition(".")[2] for rule in sizes if rule != clause.rule and rule.startswith(f"{file}.")]
            near = f"; {suggestion(name, others)}" if others else ""
            problems.append(f"{_place(clause)}: rule {name!r} stands at no second clause of the file{near}")
        elif sizes[clause.rule] > MOST_OF_A_RULE:
            problems.append(f"{_place(clause)}: rule {name!r} is one of more than {MOST_OF_A_RULE} clauses")


def _place(clause: Clause) -> str:
    file = "law.yml" if clause.brand == clause.topic else f"brands/{clause.brand}/{clause.topic}.yml"
    return f"{file}.{clause.id.rpartition('.')[2]}"


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

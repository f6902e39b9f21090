"""What is known of whom, as the page docs/knowledge.md: brand × topic, contradictions, and what is missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from policies_kb.model import TOPICS, Clause, Knowledge

_HEAD = """# What is known

Made by `python -m policies_kb overview` from the data files; do not edit.

A number counts the clauses that may be answered with; `+n` are on record only (left over from another brand, or a
contact nobody can confirm); `≠n` are points on which the sources contradict each other. An empty cell is a gap: nothing
may be answered on that topic.
"""

_ROW = "| {} |".format
_PREFIX = re.compile(r"[A-Za-z]+")


def page(kb: Knowledge, ledger: Mapping[str, tuple[str, ...] | str]) -> str:
    """The whole page in Markdown; `ledger` is what `ledger.read` gives."""
    brands = list(kb.catalog.brands)
    parts = [_HEAD, _by_topic(kb, brands), _contradictions(kb, brands), _gaps(kb, brands, ledger)]
    return "\n".join(parts)


def _by_topic(kb: Knowledge, brands: list[str]) -> str:
    head = ["topic", *(f"{kb.catalog.brands[brand].zh} {brand}" for brand in brands)]
    rows = [[topic, *(_cell(kb.of_brand(brand), {topic}) for brand in brands)] for topic in TOPICS]
    return _table(head, [*rows, ["all", *(_cell(kb.of_brand(brand), set(TOPICS)) for brand in brands)]])


def _contradictions(kb: Knowledge, brands: list[str]) -> str:
    """Each point that the sources put in more than one way, with the clauses that do."""
    rows = [
        [brand, group, " ".join(f"{c.topic}.{_own_id(c)}" for c in rivals)]
        for brand in brands
        for group, rivals in _disputes(kb.of_brand(brand)).items()
    ]
    return "## Contradictions\n\n" + _table(["brand", "point", "clauses"], rows)


def _gaps(kb: Knowledge, brands: list[str], ledger: Mapping[str, tuple[str, ...] | str]) -> str:
    """Topics nothing is answered on, and facts that no clause carries, with the reason."""
    owners = _owners(kb)
    unused = Counter(
        (owners.get(_prefix(fact), "-"), reason) for fact, reason in ledger.items() if isinstance(reason, str)
    )
    rows = []
    for brand in brands:
        answered = {clause.topic for clause in kb.of_brand(brand) if clause.answerable}
        reasons = ", ".join(f"{n} {reason}" for (whose, reason), n in sorted(unused.items()) if whose == brand)
        rows.append([brand, ", ".join(t for t in TOPICS if t not in answered), reasons])
    return "## Gaps\n\n" + _table(["brand", "topics without an answer", "facts on record only"], rows)


def _cell(of_brand: Sequence[Clause], topics: set[str]) -> str:
    answerable = [clause.answerable for clause in of_brand if clause.topic in topics]
    disputed = [rivals for rivals in _disputes(of_brand).values() if topics & {clause.topic for clause in rivals}]
    counts = {"": sum(answerable), "+": answerable.count(False), "≠": len(disputed)}
    return " ".join(f"{sign}{count}" for sign, count in counts.items() if count)


def _disputes(clauses: Sequence[Clause]) -> dict[str, list[Clause]]:
    """Conflict group → its answerable clauses, where they are more than one."""
    groups: dict[str, list[Clause]] = {}
    for clause in clauses:
        if clause.conflict and clause.answerable:
            groups.setdefault(clause.conflict, []).append(clause)
    return {name: rivals for name, rivals in groups.items() if len(rivals) > 1}


def _owners(kb: Knowledge) -> dict[str, str]:
    """The letters that a brand's facts begin with → the brand: those of the facts that its clauses carry."""
    return {_prefix(fact): clause.brand for clause in kb.clauses.values() for fact in clause.facts}


def _prefix(fact: str) -> str:
    found = _PREFIX.match(fact)
    return found[0] if found else ""


def _own_id(clause: Clause) -> str:
    return clause.id.rpartition(".")[2]


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [_ROW(" | ".join(row)) for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines) + "\n"

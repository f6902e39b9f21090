"""Every fact of the index is accounted for: carried by clauses, or on record as not for answers, with a reason.

`ledger.yml` lists fact → clause ids or reason; the clauses name their facts; both must agree.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from policies_kb.loader import DATA
from policies_kb.model import Knowledge
from policies_kb.reading import Node, load_yaml

REASONS = ("residue", "unverified_contact", "seller_text", "duplicate")


def read(data: Path = DATA) -> tuple[dict[str, tuple[str, ...] | str], list[str]]:
    """Fact id → the clauses that carry it, or the reason why none does; and what is wrong with the file."""
    problems: list[str] = []
    node = Node(load_yaml(data / "ledger.yml", "ledger.yml", problems), "ledger.yml", problems)
    entries = node.entries() if not problems else {}
    rows: dict[str, tuple[str, ...] | str] = {}
    for fact, value in entries.items():
        rows[fact] = value.one_of(REASONS) if isinstance(value.value, str) else value.texts()
    return rows, problems


def problems(kb: Knowledge, data: Path = DATA) -> list[str]:
    """Where ledger and clauses disagree."""
    rows, found = read(data)
    carried: dict[str, list[str]] = {}
    for clause in kb.clauses.values():
        for fact in clause.facts:
            carried.setdefault(fact, []).append(clause.id)
    for fact, row in rows.items():
        clauses = carried.get(fact, [])
        if isinstance(row, str) and clauses and row != "duplicate":
            found.append(f"ledger.yml.{fact}: is {row}, yet {', '.join(clauses)} carries it")
        elif not isinstance(row, str) and sorted(row) != sorted(clauses):
            found.append(f"ledger.yml.{fact}: names {', '.join(row)}; it is carried by {', '.join(clauses) or 'none'}")
    found += [f"ledger.yml: {fact} ({', '.join(ids)}) is missing" for fact, ids in carried.items() if fact not in rows]
    return found


def summary(kb: Knowledge, data: Path = DATA) -> str:
    """How the facts of the index ended, in one line."""
    rows, _ = read(data)
    reasons = Counter(row for row in rows.values() if isinstance(row, str))
    answered = sum(not isinstance(row, str) for row in rows.values())
    rest = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
    return f"{len(rows)} facts: {answered} carried by clauses, {rest}"

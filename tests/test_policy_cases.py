"""Every case of tests/policy_cases is decided as its expectation says. The cases were written from the sources' review,
apart from the code and the clauses."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from policies_kb.case import read_case
from policies_kb.coverage import Decision, decide
from policies_kb.loader import load

FOLDER = Path(__file__).parent / "policy_cases"
TODAY = date(2026, 11, 22)


def _cases() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*/*.yml")):
        for row in YAML(typ="safe").load(path.read_text(encoding="utf-8")):
            found.append(pytest.param(row, id=f"{path.parent.name}-{row['rule']}"))
    return found


CASES = _cases()


@pytest.mark.parametrize("row", CASES)
def test_case_is_decided_as_the_sources_review_says(row: dict[str, Any]) -> None:
    """The decision has the outcome, days, questions and citations that the case expects."""
    kb = load()
    decision = decide(read_case(row["case"], kb, on=TODAY), kb)
    assert _seen(decision, row["expect"]) == _wanted(row["expect"])


def test_there_are_enough_cases() -> None:
    """At least 120 cases, and each rule's name stands once."""
    names = [case.values[0]["rule"] for case in CASES]
    assert len(names) >= 120
    assert len(names) == len(set(names))


def _wanted(expect: dict[str, Any]) -> dict[str, Any]:
    """The expectation in plain values; every `_includes` becomes "nothing of it is absent"."""
    wanted: dict[str, Any] = {"outcome": expect["outcome"]}
    if "until" in expect:
        wanted["until"] = expect["until"] and [str(day) for day in expect["until"]]
    if "missing" in expect:
        wanted["missing"] = expect["missing"]
    for name in ("assuming_includes", "settled_by_includes", "cites_lines"):
        if name in expect:
            wanted[name] = []
    if "cites_not" in expect:
        wanted["cites_not"] = []
    return wanted


def _seen(decision: Decision, expect: dict[str, Any]) -> dict[str, Any]:
    lines = [[c.doc, line] for c in decision.citations for line in c.lines]
    seen: dict[str, Any] = {"outcome": decision.outcome.value}
    if "until" in expect:
        seen["until"] = decision.until and [day.isoformat() for day in decision.until]
    if "missing" in expect:
        seen["missing"] = list(decision.missing)
    absent = {
        "assuming_includes": [f for f in expect.get("assuming_includes", ()) if f not in decision.assuming],
        "settled_by_includes": [s for s in expect.get("settled_by_includes", ()) if s not in decision.settled_by],
        "cites_lines": [line for line in expect.get("cites_lines", ()) if list(line) not in lines],
    }
    seen.update({name: gone for name, gone in absent.items() if name in expect})
    if "cites_not" in expect:
        seen["cites_not"] = [line for line in expect["cites_not"] if list(line) in lines]
    return seen

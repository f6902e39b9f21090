"""Every fact of the index is accounted for once: by the clauses that carry it, or by a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from policies_kb import ledger
from policies_kb.effects import Info
from policies_kb.loader import load
from policies_kb.model import Knowledge
from tests.policies_kb.small import clause, knowledge


@pytest.fixture
def kb() -> Knowledge:
    """Two facts of three carried by clauses."""
    one = replace(clause("one", Info()), facts=("F1",))
    two = replace(clause("two", Info()), facts=("F1", "F2"))
    return knowledge(one, two)


def _folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "ledger.yml").write_text(text, encoding="utf-8")
    return tmp_path


def test_ledger_and_clauses_agree(kb: Knowledge, tmp_path: Path) -> None:
    """Facts with just the clauses that name them, and one with a reason, are no problem."""
    data = _folder(tmp_path, "F1: [acme.two, acme.one]\nF2: [acme.two]\nF3: residue\n")
    assert ledger.problems(kb, data) == []
    assert ledger.summary(kb, data) == "3 facts: 2 carried by clauses, 1 residue"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("F1: [acme.one]\nF2: [acme.two]\n", "ledger.yml.F1: names acme.one; it is carried by acme.one, acme.two"),
        (
            "F1: [acme.one, acme.two]\nF2: [acme.two]\nF3: [acme.one]\n",
            "ledger.yml.F3: names acme.one; it is carried by none",
        ),
        ("F1: [acme.one, acme.two]\n", "ledger.yml: F2 (acme.two) is missing"),
        ("F1: [acme.one, acme.two]\nF2: residue\n", "ledger.yml.F2: is residue, yet acme.two carries it"),
        (
            "F1: [acme.one, acme.two]\nF2: [acme.two]\nF3: sold\n",
            "ledger.yml.F3: 'sold' is not known; allowed: duplicate, residue, seller_text, unverified_contact",
        ),
    ],
)
def test_a_disagreement_is_named(kb: Knowledge, tmp_path: Path, text: str, problem: str) -> None:
    """A clause too few, a clause too many, a fact forgotten, a reason beside a clause or not on the list."""
    assert ledger.problems(kb, _folder(tmp_path, text)) == [problem]


def test_a_duplicate_may_be_carried_too(kb: Knowledge, tmp_path: Path) -> None:
    """A fact that repeats another may stand in a clause as well."""
    data = _folder(tmp_path, "F1: [acme.one, acme.two]\nF2: duplicate\n")
    assert ledger.problems(kb, data) == []


def test_the_ledger_delivered_accounts_for_every_fact() -> None:
    """The delivered ledger and clauses agree on all facts, each with its brand's letter."""
    kb = load()
    rows, problems = ledger.read()
    assert problems == []
    assert ledger.problems(kb) == []
    assert {fact[0] for fact in rows} == set("VMXSJ")


def test_what_is_only_on_record_carries_no_fact_that_is_answered_with() -> None:
    """A fact is carried by clauses of its own brand's document."""
    letters = {"V": "viomi", "M": "mijia", "X": "xiaomi", "S": "skyworth", "J": "jason"}
    rows, _ = ledger.read()
    carried = {(fact[0], name.split(".")[0]) for fact, row in rows.items() if isinstance(row, tuple) for name in row}
    assert carried == set(letters.items())

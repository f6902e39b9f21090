"""The page of what is known is what the command prints today, and counts what the data holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policies_kb import __main__ as cli
from policies_kb import ledger, overview
from policies_kb.loader import DATA, VARIABLE, load
from policies_kb.model import TOPICS, Knowledge

PAGE = Path(__file__).parents[2] / "docs" / "knowledge.md"
FILES = {
    "catalog.yml": "brands: {acme: {zh: 爱客}, zeta: {zh: 泽塔}}\nproducts: {stove: {zh: 灶}}\nparts: {}\nfaults: {}\n",
    "case.yml": "facts: {proof: {zh: 凭证, known_by: customer, values: {none: {zh: 没有}}}}\n",
    "sources.yml": "notes: {file: a, title: a, publisher: a, reliability: a, read_on: 2026-11-22, lines: {1: ab 1}}\n",
    "ledger.yml": "A1: [acme.warranty.one]\nA2: residue\nA3: residue\nA4: duplicate\n",
}
CLAUSE = (
    "- {{id: {id}, products: [all], says: 保修。, effect: {effect}, sources: [{{doc: notes, lines: [1]}}], {more}}}\n"
)
TERM = "{kind: term, scope: whole_unit, months: 12}"


@pytest.fixture
def kb(tmp_path: Path) -> Knowledge:
    """acme: one year or two (a contradiction of two topics), a residue, a number on record only; zeta: nothing."""
    folder = tmp_path / "data"
    warranty = CLAUSE.format(id="one", effect=TERM, more="conflict: years, facts: [A1]")
    warranty += CLAUSE.format(id="old", effect=TERM, more="flags: [residue]")
    rights = CLAUSE.format(id="two", effect="{kind: info}", more="conflict: years")
    contacts = CLAUSE.format(id="number", effect="{kind: info}", more="flags: [unverified_contact]")
    brand = {"warranty": warranty, "rights": rights, "contacts": contacts}
    for name, text in {**FILES, **{f"brands/acme/{topic}.yml": t for topic, t in brand.items()}}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return load(folder)


def _rows(page: str, title: str) -> dict[str, list[str]]:
    """The cells of the table below a heading, by their first."""
    table = page.split(title, 1)[1].split("\n## ", 1)[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\|.*\|$", table, re.MULTILINE)
    ]
    return {first: rest for first, *rest in rows[2:]}


def test_the_page_is_what_the_command_prints(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """docs/knowledge.md was made from the data as they are: after a change, `overview > docs/knowledge.md`."""
    monkeypatch.delenv(VARIABLE, raising=False)
    assert cli.main(["overview"]) == 0
    assert capsys.readouterr().out == PAGE.read_text(encoding="utf-8")


def test_every_topic_has_a_row_and_every_brand_a_column() -> None:
    """Topics in the order of the model, brands in the order of the catalog, none left out."""
    kb = load(DATA)
    page = overview.page(kb, ledger.read(DATA)[0])
    assert list(_rows(page, "# What is known")) == [*TOPICS, "all"]
    head = next(line for line in page.splitlines() if line.startswith("| topic |"))
    assert re.findall(r"[a-z]+(?= \|)", head)[1:] == list(kb.catalog.brands)


def test_a_cell_counts_clauses_records_and_contradictions(kb: Knowledge) -> None:
    """What is answered, +what is on record only, ≠the points that are contradicted, also from another topic."""
    rows = _rows(overview.page(kb, {}), "# What is known")
    assert rows["warranty"] == ["1 +1 ≠1", ""]
    assert rows["rights"] == ["1 ≠1", ""]
    assert rows["contacts"] == ["+1", ""]
    assert rows["all"] == ["2 +2 ≠1", ""]


def test_a_contradiction_names_its_clauses(kb: Knowledge) -> None:
    """Each point with the clauses that differ."""
    assert _rows(overview.page(kb, {}), "## Contradictions") == {"acme": ["years", "rights.two warranty.one"]}


def test_gaps_are_topics_without_an_answer_and_facts_without_a_clause(kb: Knowledge, tmp_path: Path) -> None:
    """A topic with records only is a gap; facts count under the brand whose letters they bear, by reason."""
    rows = _rows(overview.page(kb, ledger.read(tmp_path / "data")[0]), "## Gaps")
    assert rows["acme"] == [", ".join(t for t in TOPICS if t not in ("warranty", "rights")), "1 duplicate, 2 residue"]
    assert rows["zeta"] == [", ".join(TOPICS), ""]

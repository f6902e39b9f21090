"""The command line as other programs call it: exit codes, JSON on standard output, mistakes on standard error."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from policies_kb import __main__ as cli
from policies_kb.loader import DATA, VARIABLE, load

pytestmark = pytest.mark.slow

ROOT = Path(cli.__file__).parents[1]
CASE = {"brand": "viomi", "product": "冰箱", "purchased": "2026-03-01", "on": "2026-11-22"}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data that the command line reads and writes instead of the real one."""
    folder = shutil.copytree(DATA, tmp_path / "data")
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def _decide(case: object, monkeypatch: pytest.MonkeyPatch) -> int:
    text = case if isinstance(case, str) else json.dumps(case)
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    return cli.main(["decide", "-"])


# --- check --------------------------------------------------------------------------------------


def test_check_counts_what_is_valid(capsys: pytest.CaptureFixture[str]) -> None:
    """Valid data: exit 0 and one line with clauses, brands, law and facts."""
    assert cli.main(["check"]) == 0
    out, err = capsys.readouterr()
    kb = load()
    assert out.startswith(f"ok: {len(kb.clauses)} clauses of 5 brands, {len(kb.law)} rules of law, ")
    assert " facts: " in out
    assert err == ""


def test_check_lists_every_mistake(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Mistakes: exit 1, one [ERROR] line each, their number at the end, nothing on standard output."""
    for topic in ("warranty", "proof"):
        path = data / "brands" / "viomi" / f"{topic}.yml"
        path.write_text(path.read_text(encoding="utf-8").replace("says:", "sayz:", 1), encoding="utf-8")
    assert cli.main(["check"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "[ERROR] brands/viomi/proof.yml[0].sayz: unknown key; did you mean 'says'?",
        "[ERROR] brands/viomi/proof.yml[0]: says is missing",
        "[ERROR] brands/viomi/warranty.yml[0].sayz: unknown key; did you mean 'says'?",
        "[ERROR] brands/viomi/warranty.yml[0]: says is missing",
        "4 problem(s) in data/",
    ]


def test_check_compares_with_the_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --sources every document that is not there is a problem."""
    assert cli.main(["check", "--sources", str(tmp_path)]) == 1
    err = capsys.readouterr().err
    assert all(f"[ERROR] {document.id}: {document.file} is not in" in err for document in load().documents.values())


# --- decide -------------------------------------------------------------------------------------


def test_decide_reads_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A case on standard input: exit 0 and the whole decision as JSON."""
    assert _decide(CASE, monkeypatch) == 0
    decision = json.loads(capsys.readouterr().out)
    assert (decision["outcome"], decision["on"]) == ("covered", "2026-11-22")
    assert decision["until"] == ["2027-03-01", "2027-03-01"]
    assert set(decision) == {
        "outcome",
        "on",
        "assuming",
        "reasons",
        "readings",
        "missing",
        "settled_by",
        "until",
        "next_steps",
        "citations",
    }


def test_decide_reads_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A case in a file gives the same decision."""
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE, ensure_ascii=False), encoding="utf-8")
    assert cli.main(["decide", str(path)]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "covered"


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ({"brand": "云迷"}, "brand: '云迷' is not known; nearest: viomi 云米"),
        ({"brand": "viomi", "cause": "fire?"}, "cause: 'fire?' is not known; "),
        ({"bran": "viomi"}, "bran: unknown key; did you mean 'brand'?"),
        ({**CASE, "purchased": "2026-12-01"}, "purchased: 2026-12-01 is after the day of the decision, 2026-11-22"),
        ({**CASE, "purchased": "last year"}, "purchased: 'last year' is no day; write 2024-03-01, 2024-03 or 2024"),
        ({**CASE, "card_months": "24"}, "card_months: must be a whole number of months, 1 or more"),
        ([CASE], "case: must be a JSON object"),
        ("{brand: viomi}", "-: "),
        ("", "-: "),
    ],
)
def test_a_case_that_cannot_be_read_is_exit_2(
    case: object, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unknown values and keys, days to come, wrong types, broken JSON: exit 2, one line says why, no JSON."""
    assert _decide(case, monkeypatch) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(message)
    assert len(err.splitlines()) == 1


def test_a_file_that_is_not_there_is_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing file is named."""
    assert cli.main(["decide", str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    "told",
    [
        {"purchased": "0000"},
        {"purchased": "9999-12"},
        {"on": "1960-01-01"},
        {"on": "9999-12-31"},
        {"made": {"from": "0000", "to": "9999"}},
    ],
)
def test_a_year_out_of_all_reason_is_exit_2(
    told: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Days no appliance can have are refused like other unreadable days: one line that names the fact."""
    assert _decide({"brand": "viomi", "product": "冰箱", **told}, monkeypatch) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{next(iter(told))}: ")
    assert len(err.splitlines()) == 1


def test_python_dash_m_decides_from_a_pipe() -> None:
    """`python -m policies_kb decide -` works as a program of its own, with Chinese in and out."""
    call = [sys.executable, "-m", "policies_kb", "decide", "-"]
    text = json.dumps({"brand": "雲米", "product": "雪柜", "cause": "摔了", "on": "2026-11-22"}, ensure_ascii=False)
    done = subprocess.run(call, input=text, capture_output=True, cwd=ROOT, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["outcome"] == "not_covered"


# --- facts --------------------------------------------------------------------------------------


def test_facts_as_json_are_all_facts_with_their_values(capsys: pytest.CaptureFixture[str]) -> None:
    """Every fact in the order of asking, with who knows it, what is presumed and every value."""
    assert cli.main(["facts", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)["facts"]}
    assert set(rows) == set(load().facts)
    assert [row["ask"] for row in rows.values()] == sorted(row["ask"] for row in rows.values())
    proof = rows["proof"]
    assert (proof["known_by"], proof["presumed"], proof["kind"]) == ("customer", "invoice", "word")
    assert [value["value"] for value in proof["values"]] == ["invoice", "other_proof", "none", "altered", "mismatched"]
    assert {value["value"] for value in rows["brand"]["values"]} == {"viomi", "mijia", "xiaomi", "skyworth", "jason"}


def test_facts_for_people_are_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json each fact is a line that begins with its name."""
    assert cli.main(["facts"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in lines} == set(load().facts)


# --- search -------------------------------------------------------------------------------------


def test_search_as_json_is_ranked_clauses(capsys: pytest.CaptureFixture[str]) -> None:
    """The question, and hits with clause, words, flags and source lines, best first."""
    assert cli.main(["search", "冰箱能保几年", "--brand", "米家", "--limit", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["question"] == "冰箱能保几年"
    assert len(found["hits"]) == 2
    assert all(hit["clause"].startswith("mijia.") and hit["sources"] for hit in found["hits"])
    assert [hit["score"] for hit in found["hits"]] == sorted((h["score"] for h in found["hits"]), reverse=True)


def test_search_without_an_answer_is_exit_1(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing found: exit 1 and nothing said."""
    assert cli.main(["search", "qqq"]) == 1
    assert capsys.readouterr().out == ""


def test_search_in_an_unknown_brand_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    """A brand or product that is not known is refused with the nearest."""
    assert cli.main(["search", "保修", "--brand", "viomy"]) == 2
    assert capsys.readouterr().err.startswith("brand: 'viomy' is not known; nearest: viomi")


# --- record · new-brand -------------------------------------------------------------------------


def test_record_prints_what_sources_yml_keeps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line that is not blank as number, digest and figures; never its words."""
    path = tmp_path / "notes.txt"
    path.write_text("整机保修1年\n\n主要部件三年,上门30元\n", encoding="utf-8")
    assert cli.main(["record", str(path)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("    1: '") and first.endswith(" 1'")
    assert second.startswith("    3: '") and second.endswith(" 3 30'")
    assert "保修" not in first + second


def test_record_of_a_missing_file_is_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A document that is not there is named."""
    assert cli.main(["record", str(tmp_path / "none.txt")]) == 2
    assert "none.txt" in capsys.readouterr().err


@pytest.mark.parametrize("slug", ["viomi", "../up", "Acme", "爱客", "a", ""])
def test_a_new_brand_changes_nothing_that_is_there(data: Path, slug: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A brand that is there already, or a name that is no slug: exit 2, and no file is touched."""
    before = {path: path.read_bytes() for path in data.parent.rglob("*.yml")}
    assert cli.main(["new-brand", slug]) == 2
    assert {path: path.read_bytes() for path in data.parent.rglob("*.yml")} == before
    assert capsys.readouterr().err.strip()


def test_an_unknown_command_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    """A command that does not exist is refused with those that do."""
    with pytest.raises(SystemExit) as left:
        cli.main(["deside"])
    assert left.value.code == 2
    assert "decide" in capsys.readouterr().err

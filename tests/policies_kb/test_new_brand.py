"""A new brand is text alone: the templates load, and the page that walks through it says what happens."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from policies_kb import __main__ as cli
from policies_kb.brands import TEMPLATES
from policies_kb.effects import Effect
from policies_kb.loader import DATA, VARIABLE, data_folder, load
from policies_kb.model import TOPICS, Flag
from tests.policies_kb.new_brand import ASKED, PAGE, Walk

KINDS = {effect.kind for effect in Effect.__args__}  # type: ignore[attr-defined]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data, with 爱客 in its catalog, that the command line reads and writes."""
    folder = shutil.copytree(DATA, tmp_path / "data")
    catalog = folder / "catalog.yml"
    catalog.write_text(catalog.read_text("utf-8").replace("\nbrands:\n", "\nbrands:\n  acme: {zh: 爱客}\n", 1), "utf-8")
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def test_the_folder_of_the_data_is_named_from_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """BAOXIU_KNOWLEDGE is relative to the project, wherever a process was started; set to nothing it is not set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, "policies_kb/data")
    assert data_folder() == DATA
    monkeypatch.setenv(VARIABLE, " ")
    assert data_folder() == DATA


# --- the templates ------------------------------------------------------------------------------


def test_untouched_templates_are_no_mistake(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A brand whose templates nobody has filled in yet checks, and has no clause."""
    assert cli.main(["new-brand", "acme"]) == 0
    assert cli.main(["check"]) == 0
    assert load().of_brand("acme") == ()


def test_new_brand_says_what_it_made_and_what_to_do(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every file made is named; the entries of the catalog and of the sources are shown with the brand's own name."""
    assert cli.main(["new-brand", "acme"]) == 0
    out = capsys.readouterr().out
    made = re.findall(r"^made (.+)$", out, re.MULTILINE)
    assert made == [f"brands/acme/{path.name}" for path in sorted(TEMPLATES.iterdir())]
    assert all((data / name).is_file() for name in made)
    assert "acme: {zh: " in out
    assert all(key in out for key in ("file:", "title:", "publisher:", "reliability:", "read_on:", "lines:"))
    assert all(f"python -m policies_kb {command}" in out for command in ("record", "check"))


def test_the_templates_examples_are_valid_clauses(data: Path) -> None:
    """Each example, with its "# " taken away as the comment says, is a clause; together they show every effect."""
    assert cli.main(["new-brand", "acme"]) == 0
    for path in (data / "brands" / "acme").iterdir():
        path.write_text(re.sub(r"^# ", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")
    with (data / "sources.yml").open("a", encoding="utf-8") as file:
        file.write("\nacme: {file: a.txt, title: a, publisher: a, reliability: low, read_on: 2026-11-22, lines: {")
        file.write(", ".join(f"{number}: '0123456789 1 3 12 30'" for number in range(1, 20)) + "}}\n")
    shown = load(data).of_brand("acme")
    assert {clause.effect.kind for clause in shown} == KINDS
    assert {clause.topic for clause in shown} == {path.stem for path in TEMPLATES.iterdir()} <= set(TOPICS)


def test_the_templates_are_no_clauses_of_a_brand() -> None:
    """The folder of templates is not read as knowledge."""
    assert DATA not in TEMPLATES.parents


# --- the page -----------------------------------------------------------------------------------


def test_the_page_is_short() -> None:
    """Who adds a brand reads it at one sitting."""
    assert len(PAGE.splitlines()) < 150


@pytest.mark.slow
def test_the_page_says_what_happens(tmp_path: Path) -> None:
    """Every file of the page written and every command of it run, in order: each prints what the page shows."""
    ran = list(Walk(tmp_path).go())
    assert {command.command.split("policies_kb ")[1].split()[0] for command in ran} == {
        "new-brand", "record", "check", "decide", "search",
    }  # fmt: skip
    for command in ran:
        assert re.fullmatch(_pattern(command.shown), command.out), f"$ {command.command}\n{command.out}"


def _pattern(shown: str) -> str:
    """What is shown, where `...` stands for anything, lines included."""
    return "(?s)" + ".*".join(map(re.escape, shown.replace("...\n", "...").split("...")))


@pytest.mark.slow
def test_the_brand_of_the_page_is_known_from_its_files(tmp_path: Path) -> None:
    """Four topics, one contradiction with both its readings, a number on record only: all from what the page writes."""
    walk = Walk(tmp_path)
    list(walk.go())
    kb = load(walk.data)
    clauses = kb.of_brand("chenlu")
    assert {clause.topic for clause in clauses} == {"warranty", "exclusions", "fees", "complaints"}
    disputed = [clause for clause in clauses if clause.conflict]
    assert {clause.conflict for clause in disputed} == {"refrigerator-whole-unit"}
    assert len(disputed) == 2 and all(Flag.CONTRADICTS in clause.flags for clause in disputed)
    assert all(source.doc == "chenlu" for clause in clauses for source in clause.sources)
    assert kb.catalog.brands["chenlu"].zh == "晨露"


def test_the_page_asks_for_what_a_customer_asks() -> None:
    """Its table has a coverage question, a fee, another policy question and a booking with its yes."""
    said = " ".join(words for words, _ in ASKED)
    assert all(word in said for word in ("保不保", "上门费", "投诉", "报修", "确认"))

"""No sentence that can reach a customer holds a figure that lost its dash, or a number nobody has confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from policies_kb.loader import load
from policies_kb.model import Clause, Flag

SENTENCES = Path(__file__).parents[2] / "bot" / "wording" / "sentences"

#: As they stand in the documents (REVIEW §0.7), each written so that a longer, sound figure is not taken for it.
DAMAGED = {
    "13年": r"(?<![\d-])13年",
    "310年": r"(?<![\d-])310年",
    "2*3年": r"2\s*\*\s*3年",
    "3*12个月": r"3\s*\*\s*12个月",
    "3.6个月": r"3[.。]6个月",
    "8.10年": r"8[.。]10年",
    "1.3年": r"1[.。]3年",
    "5.10分钟": r"5[.。]10分钟",
    "1.2分钟": r"1[.。]2分钟",
    "37天": r"(?<![\d-])37天",
    "延保15年": r"延[长保][^,。;]{0,8}(?<![\d-])15年|(?<![\d-])15年[^,。;]{0,4}延[长保]",
    "日期相连": r"2010年1月1日\s*2013年",
}
#: The numbers of C01 and C02, however their digits are set apart.
NUMBERS = [r"\D{0,3}".join(digits) for digits in ("4006189123", "4001005678")]
FORBIDDEN = re.compile("|".join((*DAMAGED.values(), *NUMBERS)))


def _answerable() -> list[Clause]:
    kb = load()
    return [clause for clause in (*kb.clauses.values(), *kb.law.values()) if clause.answerable]


def _texts(node: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield place, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _texts(value, f"{place}.{key}")
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from _texts(value, f"{place}[{i}]")


def _sentences() -> list[tuple[str, str]]:
    files = sorted(SENTENCES.glob("*.yml"))
    return [t for file in files for t in _texts(YAML(typ="safe").load(file.read_text(encoding="utf-8")), file.name)]


@pytest.mark.parametrize("text", [*DAMAGED, "400 6189123", "4006-189123", "400-100-5678", "延长保修(15年)"])
def test_the_patterns_know_the_raw_figures(text: str) -> None:
    """Each damaged figure and each number is recognised in the form in which the documents have it."""
    raw = "2010年1月1日2013年9月14日" if text == "日期相连" else text
    assert FORBIDDEN.search(f"说明写的是{raw}。")


@pytest.mark.parametrize(
    "text",
    ["1-3年", "3-10年", "2013年", "3-6个月", "8-10年", "5-10分钟", "3-7天", "用了15年以上的建议换新", "137天", "113年"],
)
def test_the_patterns_leave_sound_figures_alone(text: str) -> None:
    """The figures as they are read, and others that only look alike, are allowed."""
    assert not FORBIDDEN.search(text)


def test_no_clause_says_a_damaged_figure_or_an_unconfirmed_number() -> None:
    """What a clause says is free of both."""
    assert {clause.id: clause.says for clause in _answerable() if FORBIDDEN.search(clause.says)} == {}


def test_no_question_of_a_clause_holds_one() -> None:
    """Nor do the questions that an answerable clause offers."""
    assert [question for clause in _answerable() for question in clause.asks if FORBIDDEN.search(question)] == []


def test_no_word_of_a_decision_holds_one() -> None:
    """Nor how a term's length is said, nor the reading of a damaged figure."""
    said = [str(getattr(clause.effect, "said", "")) for clause in _answerable()]
    read = [clause.reading.get("as", "") for clause in _answerable()]
    assert [text for text in (*said, *read) if FORBIDDEN.search(text)] == []


def test_no_sentence_of_the_product_holds_one() -> None:
    """Every sentence of bot/wording is free of both."""
    sentences = _sentences()
    assert len(sentences) > 100
    assert [(place, text) for place, text in sentences if FORBIDDEN.search(text)] == []


def test_every_damaged_clause_says_the_reading_and_not_the_raw() -> None:
    """A clause flagged damaged has a reading, and says no figure in its raw form."""
    damaged = [clause for clause in load().clauses.values() if Flag.DAMAGED in clause.flags]
    assert len(damaged) >= 8
    assert [clause.id for clause in damaged if not clause.reading] == []
    figures = [clause for clause in damaged if any(map(str.isdigit, clause.reading["raw"]))]
    assert len(figures) >= 8
    assert [clause.id for clause in figures if clause.reading["raw"] in clause.says] == []


def test_no_clause_gives_a_telephone_number() -> None:
    """No clause that may be said holds a run of digits, other than a day, long enough to be dialled."""
    day, dialled = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"\d(?:[ -]?\d){6,}")
    assert [clause.id for clause in _answerable() if dialled.search(day.sub("", clause.says))] == []

"""What is kept of a document: digests and figures, which tell when a line has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from policies_kb.figures import figures, han_number
from policies_kb.loader import load
from policies_kb.model import Document
from policies_kb.sources import changed_lines, line_records, verify
from tests.policies_kb.small import knowledge

TEXT = "整机保修1年\n\n主要部件三年\n上门费30-50元\n"


def _document(text: str) -> Document:
    lines = {n: (row.split()[0], frozenset(row.split()[1:])) for n, row in line_records(text).items()}
    return Document("notes", "notes.txt", "t", "p", "low", date(2026, 11, 22), lines)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("整机保修1年,主要部件3年", {"1", "3"}),
        ("整机一年,主要部件三年,热水器十年", {"1", "3", "10"}),
        ("二十四小时内响应,两个工作日答复", {"24", "2"}),
        ("十五天内可换货", {"15"}),
        ("城区30-50元", {"30", "50"}),
        ("08:00-21:00", {"8", "0", "21"}),
        ("唯一凭证、同一故障、第三方、统一收费", set()),
        ("一般情况以保修卡为准", set()),
        ("满足三包规定", set()),
        ("0.5元", {"0.5"}),
        ("", set()),
    ],
)
def test_figures_are_numbers_and_numerals_before_a_unit(text: str, found: set[str]) -> None:
    """Digits always count; a Chinese numeral only where it counts something."""
    assert figures(text) == found


@pytest.mark.parametrize(
    ("word", "number"),
    [("一", 1), ("两", 2), ("十", 10), ("十五", 15), ("二十", 20), ("二十四", 24), ("九十九", 99), ("三零", 30)],
)
def test_chinese_numerals_below_a_hundred(word: str, number: int) -> None:
    """Numerals are read as they are counted."""
    assert han_number(word) == number


def test_a_record_holds_no_sentence() -> None:
    """Blank lines are left out; a record is a digest of ten digits and the figures in order of size."""
    records = line_records(TEXT)
    assert list(records) == [1, 3, 4]
    assert [row.split()[1:] for row in records.values()] == [["1"], ["3"], ["30", "50"]]
    assert all(len(row.split()[0]) == 10 and row.isascii() for row in records.values())


def test_an_unchanged_document_has_no_changed_line() -> None:
    """Spaces at the ends of a line are no change."""
    assert changed_lines(_document(TEXT), TEXT) == []
    assert changed_lines(_document(TEXT), TEXT.replace("三年", "三年  ")) == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (TEXT.replace("1年", "2年"), [1]),
        (TEXT + "新的一行\n", [5]),
        (TEXT.replace("上门费30-50元\n", ""), [4]),
        ("多了一行\n" + TEXT, [1, 2, 3, 4, 5]),
    ],
)
def test_changed_new_and_vanished_lines_are_found(text: str, lines: list[int]) -> None:
    """Every line whose text is another than what was read is named by its number."""
    assert changed_lines(_document(TEXT), text) == lines


def test_documents_are_compared_with_their_files(tmp_path: Path) -> None:
    """A folder without the document, with it, and with another version of it."""
    kb = replace(knowledge(), documents={"notes": _document(TEXT)})
    assert verify(kb, tmp_path) == [f"notes: notes.txt is not in {tmp_path}"]
    (tmp_path / "notes.txt").write_text(TEXT, encoding="utf-8")
    assert verify(kb, tmp_path) == []
    (tmp_path / "notes.txt").write_text(TEXT.replace("30", "40"), encoding="utf-8")
    assert verify(kb, tmp_path) == ["notes: changed since it was read: lines 4"]


def test_every_document_says_how_far_it_goes() -> None:
    """Each brand has its document, with publisher, reliability and the day it was read; none is called official."""
    documents = load().documents
    assert set(documents) >= {"viomi", "mijia", "xiaomi", "skyworth", "jason", "law"}
    assert all(d.publisher and d.reliability and d.read_on <= date(2026, 11, 22) for d in documents.values())
    assert not any("官方" in documents[brand].title for brand in ("viomi", "mijia", "xiaomi", "skyworth", "jason"))

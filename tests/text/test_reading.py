"""A message read once: each piece used for one thing, at its place in the raw text."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.text.found import Found
from bot.text.reading import Reading, read
from policies_kb.normalise import normalise

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=timezone(timedelta(hours=8)))
CASES = YAML(typ="safe").load(Path(__file__).with_name("readings.yml"))


def _finds(reading: Reading) -> dict[str, tuple[Found[Any], ...]]:
    fields = {field.name: getattr(reading, field.name) for field in dataclasses.fields(reading)}
    return {name: value for name, value in fields.items() if isinstance(value, tuple) and value}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"] + case.get("expected", ""))
def test_readings(case: dict[str, Any]) -> None:
    """A message fills these fields, each with these raw words, and no others."""
    reading = read(case["text"], NOW, case.get("expected"))
    found = {name: [case["text"][f.start : f.end] for f in finds] for name, finds in _finds(reading).items()}
    assert found == case["finds"]


def test_a_near_miss_is_reported_beside_the_finds() -> None:
    """Twelve digits are no number, and the reading says why."""
    problem = read("138123456789", NOW, "phone").phone_problem
    assert problem is not None and problem.reason == "too_long"


# 隨身碟 (U盘) is never glued to a code: half of a word replaced as a whole has no place of its own.
PIECES = [
    "我叫张伟", "１３８１２３４５６７８", "138 1234 5678", "幺三八一二三四五六七八",
    "前年雙十一買的", "明天下午三點到五點", "用了兩年半", "收我兩百塊", "BX000123459",
    "上海市浦東新區張江路100號", "不不不不制冷！！！", "5星", "保修卡上三年", "2月31号",
    "，", "  ", "。", "\u200b", "我的隨身碟", "型号BCD-216", "尽快", "下午随便", "400-100-5678",
    "一点都不", "😀",
]  # fmt: skip


@given(
    st.lists(st.sampled_from(PIECES), max_size=6),
    st.sampled_from([None, "phone", "visit", "purchased", "amount"]),
)
def test_every_find_lies_where_it_was_typed(pieces: list[str], expected: Any) -> None:
    """Each span lies within the raw text, and its raw words have the plain form that was read."""
    raw = "".join(pieces)
    for finds in _finds(read(raw, NOW, expected)).values():
        for found in finds:
            assert 0 <= found.start < found.end <= len(raw)
            assert normalise(raw[found.start : found.end]).text == found.text.strip()


@given(st.text(max_size=40))
def test_no_text_makes_reading_fail(raw: str) -> None:
    """Whatever is typed, a reading comes back."""
    assert read(raw, NOW).text.raw == raw


@given(st.lists(st.sampled_from(PIECES), max_size=6))
def test_no_piece_is_used_twice(pieces: list[str]) -> None:
    """Two finds overlap only where a day is both a day past and one to come."""
    finds = _finds(read("".join(pieces), NOW))
    other = [found for name, found_here in finds.items() if name != "visits" for found in found_here]
    assert not any(a.overlaps(b) for a in other for b in other if a is not b)

"""What `/model/parse` tells of a message beside the catalog's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.components.details import DetailExtractor

pytestmark = pytest.mark.slow  # imports Rasa

TEXT = "去年三月买的,明天下午三点来修,电话一三八一二三四五六七八,师傅收了200块"


@pytest.fixture
def found(made: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str | None], tuple[Any, str]]:
    monkeypatch.setenv("BAOXIU_NOW", "2026-11-20T10:00:00+08:00")
    message = Message(data={"text": TEXT})
    made(DetailExtractor).process([message])
    return {(e["entity"], e.get("role")): (e["value"], TEXT[e["start"] : e["end"]]) for e in message.get("entities")}


@pytest.mark.parametrize(
    ("entity", "role", "value"),
    [
        ("date", "purchased", ["2025-03-01", "2025-03-31"]),
        ("date", "visit", ["2026-11-21", "2026-11-21"]),
        ("phone", None, "13812345678"),
        ("amount", None, "200"),
    ],
)
def test_a_detail_is_an_entity(
    found: dict[tuple[str, str | None], tuple[Any, str]], entity: str, role: str | None, value: Any
) -> None:
    """Values are JSON, days are counted from our clock, and a role says what a day is for."""
    assert found[entity, role][0] == value


def test_the_hour_of_a_visit_is_a_time(
    found: dict[tuple[str, str | None], tuple[Any, str]],
) -> None:
    """明天下午三点 is a day and an hour."""
    assert found["time", None][0][0] == "15:00"


def test_the_place_is_that_of_the_raw_text(
    found: dict[tuple[str, str | None], tuple[Any, str]],
) -> None:
    """A number spoken in words stands where its words stand."""
    assert found["phone", None][1] == "一三八一二三四五六七八"

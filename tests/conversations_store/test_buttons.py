"""A tap says which request its card was of; nobody else can."""

from __future__ import annotations

import pytest

from bot.conversations.buttons import OF_NOTHING, payload, pressed


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOXIU_SECRET", "a key of this test")


def test_a_tap_is_its_words_and_its_request() -> None:
    assert pressed(payload("确认", "8043246027b3750e44dc", "web-1"), "web-1") == ("确认", "8043246027b3750e44dc")
    for about in ("BX617817615", "BX617817615/refund", "R-2024.77"):
        assert pressed(payload("不取消了", about, "web-1"), "web-1") == ("不取消了", about)


def test_a_reply_of_no_request_is_said_as_it_stands() -> None:
    assert payload("看来源", None, "web-1") == "看来源"
    assert pressed("看来源", "web-1") == ("看来源", None)


@pytest.mark.parametrize("text", ["确认 #BX617817615.AAAAAAAAAAAA", "确认 #x.bbbbbbbbbbbb"])
def test_a_code_that_is_not_ours_is_of_nothing(text: str) -> None:
    assert pressed(text, "web-1") == ("确认", OF_NOTHING)


def test_a_code_of_another_conversation_is_of_nothing() -> None:
    assert pressed(payload("确认", "BX617817615", "web-1"), "web-2") == ("确认", OF_NOTHING)


@pytest.mark.parametrize("text", ["三楼 #2 单元", "#号键失灵", "型号 KFR-35#A.1", "确认"])
def test_other_words_stay_as_they_are(text: str) -> None:
    assert pressed(text, "web-1") == (text, None)

"""Words and their places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jieba
import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.components.tokenizer import ChineseTokenizer

pytestmark = pytest.mark.slow  # imports Rasa


@pytest.fixture(scope="module")
def tokens(made: Callable[[Any], Any]) -> Callable[[str], list[Any]]:
    tokenizer = made(ChineseTokenizer)

    def cut(text: str) -> list[Any]:
        (message,) = tokenizer.process([Message(data={"text": text})])
        found: list[Any] = message.get("text_tokens")
        return found

    return cut


@pytest.mark.parametrize("text", ["我家冰箱壞了  怎麼辦", "ＢＣＤ－２１６ 不制冷。。。", "一三八一二三四五六七八"])
def test_offsets_count_the_raw_text(tokens: Callable[[str], list[Any]], text: str) -> None:
    """Tokens stand in order, do not overlap, and lie within what was typed."""
    found = tokens(text)
    places = [place for token in found for place in (token.start, token.end)]
    assert found and places == sorted(places) and places[-1] <= len(text)


def test_a_token_is_plain_and_its_place_is_not(tokens: Callable[[str], list[Any]]) -> None:
    """壞了 was typed and 坏了 is read."""
    text = "洗衣機壞了"
    assert [(t.text, text[t.start : t.end]) for t in tokens(text)] == [
        ("洗衣机", "洗衣機"),
        ("坏了", "壞了"),
    ]


def test_blanks_are_no_words(tokens: Callable[[str], list[Any]]) -> None:
    """Stock jieba keeps the spaces of 冰箱 坏了 as tokens."""
    assert all(token.text.strip() for token in tokens("冰箱   漏水 "))
    assert tokens("   ") == []


def test_the_dictionary_is_its_own(tokens: Callable[[str], list[Any]]) -> None:
    """The catalog's words do not enter the dictionary that the whole process shares."""
    word = "乾衣機".replace("乾", "干").replace("機", "机")
    assert [t.text for t in tokens(word)] == [word]
    assert word not in jieba.dt.FREQ or jieba.dt.user_word_tag_tab == {}

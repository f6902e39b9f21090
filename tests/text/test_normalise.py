"""One plain form for what customers type, with places in the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies_kb.normalise import Edit, Normalised, key, normalise

PLAIN = {
    "冷氣機不冷": "冷气机不冷",
    "我的印表機壞了": "我的打印机坏了",
    "一坏就停": "一坏就停",
    "影片": "影片",
    "隨身碟壞了": "u盘坏了",
    "ＢＣＤ－２１６": "bcd-216",
    "一三八一二三四五六七八": "13812345678",
    "幺三八一二三四五六七八": "13812345678",
    "138一二三四5678": "13812345678",
    "13812345678一直打不通": "13812345678一直打不通",
    "一点都不制冷": "一点都不制冷",
    "二零二三年": "二零二三年",
    "不不不不制冷": "不制冷",
    "谢谢": "谢谢",
    "111122223333": "111122223333",
    "AAAB1": "aaab1",
    "啥情况！！！？？": "啥情况!?",
    "  你好   啊 \n": "你好 啊",
    "不\u200b制冷\x07": "不制冷",
    "": "",
}

CUSTOMERS = st.text(
    st.sampled_from("一二三八九零幺两点半年月号买修不制冷壞機軟體隨身碟表印１３８138 -。，！!AaＢ　\n\u200b😀不"),
    max_size=40,
) | st.text(max_size=30)


@pytest.mark.parametrize(("raw", "plain"), PLAIN.items())
def test_plain_form(raw: str, plain: str) -> None:
    """A text has this plain form."""
    assert normalise(raw).text == plain


def test_a_span_points_at_the_words_really_typed() -> None:
    """冰霜 stands where it was typed, whatever happened to the characters around it."""
    said = "我家！！！冰霜壞了"
    text = normalise(said)
    at = text.text.index("冰霜")
    start, end = text.raw_span(at, at + 2)
    assert said[start:end] == "冰霜"


def test_a_word_of_another_length_keeps_its_place() -> None:
    """U盘 stands where 隨身碟 was typed."""
    text = normalise("我的隨身碟壞了")
    start, end = text.raw_span(text.text.index("u盘"), text.text.index("u盘") + 2)
    assert text.raw[start:end] == "隨身碟"


def test_repairs_run_last_and_keep_places() -> None:
    """A further pass sees the plain text, and its edits keep their place in the raw text."""

    def fridge(text: Normalised) -> Normalised:
        at = text.text.find("冰霜")
        return text.rewritten([Edit(at, at + 2, "冰箱")]) if at >= 0 else text

    text = normalise("我家 冰霜壞了", repairs=[fridge])
    assert text.text == "我家 冰箱坏了"
    assert text.raw_span(3, 5) == (3, 5)


def test_the_key_ignores_blanks_and_marks() -> None:
    """Words are the same if they differ only in script, width, case, blanks and punctuation."""
    assert key("ＢＣＤ－216 冷氣！") == key("bcd216冷气") == "bcd216冷气"


@given(CUSTOMERS)
def test_every_character_has_a_place_in_order(raw: str) -> None:
    """Each plain character comes from a piece of the raw text, and pieces never go backwards."""
    text = normalise(raw)
    assert len(text.offsets) == len(text.text)
    assert all(0 <= start < end <= len(raw) for start, end in text.offsets)
    assert list(text.offsets) == sorted(text.offsets)


@given(CUSTOMERS)
def test_the_plain_form_of_a_plain_form_is_itself(raw: str) -> None:
    """Normalising again changes nothing."""
    plain = normalise(raw).text
    assert normalise(plain).text == plain

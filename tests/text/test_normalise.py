"""One plain form for what customers type, with places in the original."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies_kb.normalise import faithful, key, normalise
from policies_kb.plain import Normalised, plain

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
    "李四13812345678": "李四13812345678",
    "王五 13812345678": "王五 13812345678",
    "周一13812345678": "周一13812345678",
    "13812345678 三里屯路8号院": "13812345678 三里屯路8号院",
    "13812345678 五一路12号": "13812345678 五一路12号",
    "2022-03-15 一直不制冷": "2022-03-15 一直不制冷",
    "138 1234 五六七八": "138 1234 5678",
    "我叫王乾,家在乾县": "我叫王乾,家在乾县",
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

_PIECES = st.sampled_from(
    [
        *"一二三八九零幺两点半年月号买修不制冷壞機軟體隨身碟表印１３８138 -。，！!AaＢ　\n\u200b😀不",
        *[
            "冰霜",
            "保休",
            "包修",
            "洗一机",
            "衣机",
            "电是",
            "上门废",
            "多少",
            "创伟",
            "杰生",
            "热水气",
            "燃气热水",
            "器器",
            "没气",
            "霜",
        ],
        *["bing", "xiang", "bao", "xiu", "fridge", "how ", "much", "washing machine", "tv", "wo ", "v"],
        *["唔", "系咪", "咗", "冇", "有冇", "點解", "啥", "咋", "咋整", "几", "耐", "那个,", "呃 ", "嗯"],
    ]
)
CUSTOMERS = st.lists(_PIECES, max_size=25).map("".join) | st.text(max_size=30)
READINGS = [plain, faithful, normalise]
Read = Callable[[str], Normalised]


@pytest.mark.parametrize(("raw", "form"), PLAIN.items())
def test_plain_form(raw: str, form: str) -> None:
    """A text has this plain form."""
    assert plain(raw).text == form


def test_a_span_points_at_the_words_really_typed() -> None:
    """冰霜, which is meant for 冰箱, stands where it was typed, whatever happened to the characters around it."""
    said = "我家！！！冰霜壞了"
    text = normalise(said)
    at = text.text.index("冰箱")
    start, end = text.raw_span(at, at + 2)
    assert said[start:end] == "冰霜"


def test_a_word_of_another_length_keeps_its_place() -> None:
    """U盘 stands where 隨身碟 was typed."""
    text = normalise("我的隨身碟壞了")
    start, end = text.raw_span(text.text.index("u盘"), text.text.index("u盘") + 2)
    assert text.raw[start:end] == "隨身碟"


@pytest.mark.parametrize(
    ("said", "meant", "typed"),
    [
        ("我嘅bingxiang 唔冻", "冰箱", "bingxiang"),
        ("Viomi  washing machine leaking", "洗衣机", "washing machine"),
        ("shang men fei是多少", "上门费", "shang men fei"),
        ("我的洗衣衣机壞咗", "洗衣机", "洗衣衣机"),
        ("壞咗點算啊", "怎么办", "點算"),
    ],
)
def test_a_word_understood_keeps_the_place_of_what_was_typed(said: str, meant: str, typed: str) -> None:
    """In pinyin, in English, in regional words, with a character too many: the span is that of the words typed."""
    text = normalise(said)
    at = text.text.index(meant)
    start, end = text.raw_span(at, at + len(meant))
    assert said[start:end] == typed


def test_the_key_ignores_blanks_and_marks() -> None:
    """Words are the same if they differ only in script, width, case, blanks and punctuation."""
    assert key("ＢＣＤ－216 冷氣！") == key("bcd216冷气") == "bcd216冷气"


@pytest.mark.parametrize("read", READINGS)
@given(raw=CUSTOMERS)
def test_every_character_has_a_place_in_order(read: Read, raw: str) -> None:
    """Each character comes from a piece of the raw text, and pieces never go backwards."""
    text = read(raw)
    assert len(text.offsets) == len(text.text)
    assert all(0 <= start < end <= len(raw) for start, end in text.offsets)
    assert list(text.offsets) == sorted(text.offsets)


@pytest.mark.parametrize("read", READINGS)
@given(raw=CUSTOMERS)
def test_reading_again_changes_nothing(read: Read, raw: str) -> None:
    """The form of a form is itself."""
    once = read(raw).text
    assert read(once).text == once

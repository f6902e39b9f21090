"""The domain's words in what customers really type: slips, pinyin, English, the south and the north-east."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin, pinyin

from policies_kb.loader import load
from policies_kb.normalise import faithful, normalise
from policies_kb.plain import plain_key


@pytest.mark.cases("slips", "sound")
def test_a_word_typed_by_its_sound_is_understood(said: str, meant: str) -> None:
    """A wrong character of the right sound is mended."""
    assert normalise(said).text == meant


@pytest.mark.cases("slips", "shape")
def test_a_word_typed_by_its_shape_is_understood(said: str, meant: str) -> None:
    """So is one that looks alike."""
    assert normalise(said).text == meant


@pytest.mark.cases("slips", "length")
def test_a_long_word_with_a_character_too_many_or_too_few_is_understood(said: str, meant: str) -> None:
    """A long word is known by the rest of it."""
    assert normalise(said).text == meant


@pytest.mark.cases("slips", "right")
def test_a_word_of_its_own_stays(said: str, meant: str) -> None:
    """What only sounds like a word of ours is what it is."""
    assert normalise(said).text == meant


@pytest.mark.cases("slips", "pinyin")
def test_pinyin_is_read(said: str, meant: str) -> None:
    """Latin letters that are wholly the pinyin of our words are these words; others stay."""
    assert normalise(said).text == meant


@pytest.mark.cases("slips", "english")
def test_the_commonest_english_is_read(said: str, meant: str) -> None:
    """English names of our words are these words; the rest of the sentence stays."""
    assert normalise(said).text == meant


@pytest.mark.cases("slips", "spoken")
def test_regional_words_become_the_common_ones(said: str, meant: str) -> None:
    """Function words of the south and the north-east are understood."""
    assert normalise(said).text == meant


@pytest.mark.cases("slips", "thinking")
def test_a_word_said_while_thinking_goes(said: str, meant: str) -> None:
    """A filler goes where it stands apart and more follows."""
    assert normalise(said).text == meant


# --- by rule --------------------------------------------------------------------------------


@cache
def _of_one_sound() -> dict[str, list[str]]:
    """The 3,755 characters in everyday use (the first level of GB 2312) by their reading."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF if row < 0xD7 else 0xFA):
            char = bytes([row, cell]).decode("gb2312")
            found[pinyin(char, style=Style.TONE3)[0][0]].append(char)
    return found


def _names() -> list[str]:
    catalog = load().catalog
    return [plain_key(word.zh) for word in (*catalog.brands.values(), *catalog.products.values())]


def _mistyped(word: str) -> Iterator[str]:
    """`word` with each of its characters in turn typed as each other that sounds the same."""
    for place, sound in enumerate(lazy_pinyin(word, style=Style.TONE3)):
        for char in _of_one_sound()[sound]:
            if char != word[place]:
                yield word[:place] + char + word[place + 1 :]


def test_nearly_every_slip_in_a_brand_or_product_is_mended() -> None:
    """Of all ways to mistype a name by one character of the same sound 97 in 100 are understood, and none as another
    word; the rest are words of their own."""
    read = [(normalise(typed).text, typed, name) for name in _names() for typed in _mistyped(name)]
    assert len(read) > 400
    assert sum(text == name for text, _, name in read) >= 0.97 * len(read)
    assert [(typed, text) for text, typed, name in read if text not in (typed, name)] == []


@given(st.sampled_from(_names()), st.sampled_from(["我家{}坏了", "请问{}保修几年", "{},怎么报修?", "Ａ的{} 不行"]))
def test_pinyin_means_the_word_that_sounds_so(name: str, sentence: str) -> None:
    """A brand or product in pinyin, at once or a syllable at a time, is read as a word of that sound, at its place."""
    before = len(sentence.partition("{")[0])
    for written in ("".join(lazy_pinyin(name)), " ".join(lazy_pinyin(name))):
        text = normalise(sentence.format(written))
        assert lazy_pinyin(text.text) == lazy_pinyin(normalise(sentence.format(name)).text)
        assert text.raw_span(before, before + len(name)) == (before, before + len(written))


# --- names and numbers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "said", ["我叫王杰生", "李创伟", "住在米佳小区3号", "姓冰", "Jason Fan", "wang baoxiu", "型号tv"]
)
def test_names_are_read_as_they_stand(said: str) -> None:
    """What is copied is never mended: a person may be called 杰生, a street 创伟."""
    assert faithful(said).text == said.lower()


def test_numbers_and_days_are_read_in_regional_words_too() -> None:
    """The faithful form still knows regional words, full width and spoken digits."""
    assert faithful("聽日下晝，電話一三八一二三四五六七八").text == "明天下午,电话13812345678"

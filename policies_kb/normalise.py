"""Text as customers write it → one form that is understood, with each character's place in the original.

Search, language understanding, channels and API all compare text in this form, so that 冷氣機, ＢＣＤ－２１６, 保休,
bingxiang and 一三八… mean the same everywhere, while spans shown to anyone are spans of the words really typed.

    plain        script, width, case, digits, repetition (policies_kb.plain)
    spoken       regional words and fillers              (policies_kb.spoken)
    latin        English names, pinyin                   (policies_kb.latin)
    spelling     slips in the domain's words             (policies_kb.spelling)

The words come from catalog.yml, case.yml, safety.yml and words.yml, read when the first text needs them.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path

from policies_kb.lexicon import lexicon_of
from policies_kb.loader import data_folder
from policies_kb.plain import DIGIT_OF, PASSES, Edit, Normalised, Pass, Span, bare, plain

__all__ = ["DIGIT_OF", "Edit", "Normalised", "Span", "faithful", "key", "normalise"]

#: Longer texts are pasted documents: they are not remembered.
_REMEMBERED = 500
_ROUNDS = 5  # more than any text that people write needs


def normalise(raw: str) -> Normalised:
    """`raw` in the form in which it is understood; normalising that again changes nothing."""
    return _remembered(raw, data_folder()) if len(raw) <= _REMEMBERED else _normalised(raw, data_folder())


def faithful(raw: str) -> Normalised:
    """`raw` in its plain form with regional words put into common ones and nothing else: what names, addresses and
    numbers are read from, for 杰生 may be who he says he is."""
    return _settled(plain(raw), lexicon_of(data_folder()).spoken)


def key(text: str) -> str:
    """The form in which words are compared: normalised, without blanks and punctuation."""
    return bare(normalise(text).text)


def _normalised(raw: str, folder: Path) -> Normalised:
    return _settled(plain(raw), lexicon_of(folder).mending)


_remembered = functools.lru_cache(maxsize=1024)(_normalised)


def _settled(text: Normalised, mending: Iterable[Pass]) -> Normalised:
    """What a pass makes may be what another waits for, so all of them run until nothing changes."""
    for _ in range(_ROUNDS):
        before = text.text
        text = functools.reduce(lambda done, step: step(done), mending, text)
        if text.text == before:
            break
        text = functools.reduce(lambda done, step: step(done), PASSES, text)
    return text

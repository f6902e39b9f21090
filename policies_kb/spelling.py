"""Slips in the words of the domain mended: 保休 → 保修, 冰霜 → 冰箱, 冰箱箱 → 冰箱.

A customer who types by sound takes a wrong character of the right sound, one who writes takes one that looks alike. So
what may have been meant is computed from sounds and shapes, never listed. Whether it *was* meant the sentence decides:
of all ways to cut it into words, some of them mended, the likeliest stands (words by their frequency in jieba's
dictionary, each slip at a price). 漏电是因为 stays, for 漏电 | 是 is likelier than 漏 | 电视, and what is a word of its own
is never changed.
"""

from __future__ import annotations

import functools
import logging
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies_kb.plain import Edit, Normalised

#: How likely it is that somebody in this domain means one of its words, and that a character is mistaken for another of
#: the same sound and tone, of the same sound, of nearly the same sound or of like shape. Chosen so that no sentence of
#: the training data that is right is changed (tests/text/test_normalise_safety.py).
WORD, SAME_TONE, SAME_SOUND, NEAR_OR_ALIKE = math.log(1 / 1000), -6.0, -6.5, -7.5
#: What a character typed twice or left out costs, and a slip that the catalog lists among a word's names.
EXTRA_OR_MISSING, LISTED = -8.0, -3.0
#: From this frequency on a word of jieba's dictionary (60 million words counted) is never taken for a slip.
COMMON = 10

_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
_NEAR = str.maketrans({"l": "n"})  # n and l, as an initial: no final holds an l


@dataclass(frozen=True)
class _Mended:
    """An edge of the lattice: the text up to `end` is taken for `word`."""

    end: int
    word: str
    weight: float


class Spelling:
    """Mends slips in `words`. `right` are further words that are right as they stand; `listed` maps known slips to the
    word that is meant; each string of `look_alike` holds characters that are mistaken for one another."""

    def __init__(
        self,
        words: Iterable[str],
        *,
        right: Iterable[str] = (),
        listed: Mapping[str, str] | None = None,
        look_alike: Iterable[str] = (),
    ) -> None:
        self._alike = _alike(look_alike)
        self._words = {word: None for word in words if _CHINESE.fullmatch(word)}  # a set in order
        self._listed = dict(listed or {})
        self._right = {word for word in (*self._words, *right) if word not in self._listed}
        self._longest = max(map(len, self._right), default=0)
        self._starts = {word[:2] for word in self._right}
        self._sounds = _by_sound(self._words)
        self._forms = {form: word for word in self._words for form in _other_lengths(word) if form not in self._right}
        self._longest_form = max(map(len, self._forms), default=0)
        self._form_starts = {form[:2] for form in self._forms}

    def __call__(self, text: Normalised) -> Normalised:
        """The pass."""
        edits = [edit for run in _CHINESE.finditer(text.text) for edit in self._edits(run[0], run.start(), text.text)]
        return text.rewritten(edits) if edits else text

    def _edits(self, run: str, at: int, text: str) -> Iterator[Edit]:
        mended = {start: found for start in range(len(run)) if (found := list(self._meant(run, start, text)))}
        if mended:
            for start, slip in self._likeliest(run, mended):
                yield Edit(at + start, at + slip.end, slip.word)

    # what may have been meant

    def _meant(self, run: str, start: int, text: str) -> Iterator[_Mended]:
        """What the characters from `start` on may be slips of."""
        best: dict[str, list[_Mended]] = {}
        for word, cost in (*self._sounding(run, start), *self._of_another_length(run, start)):
            end = start + cost[1]
            best.setdefault(run[start:end], []).append(_Mended(end, word, WORD + cost[0]))
        for typed, found in best.items():
            found.sort(key=lambda one: -one.weight)
            if len(found) > 1 and found[0].weight == found[1].weight:
                continue  # it might as well be either
            if self._may_be_a_slip(typed, found[0].word, text):
                yield found[0]

    def _may_be_a_slip(self, typed: str, word: str, text: str) -> bool:
        """Not where it is a word itself; a listed slip is one nevertheless unless the customer writes the right word
        elsewhere."""
        if typed in self._listed:
            return word not in text
        return typed not in self._right and _frequencies().get(typed, 0) < COMMON

    def _sounding(self, run: str, start: int) -> Iterator[tuple[str, tuple[float, int]]]:
        nodes, end = [self._sounds], start
        while nodes and end < len(run):
            codes = _codes(run[end], self._alike)
            nodes = [node[code] for node in nodes for code in codes if code in node]
            end += 1
            for word in dict.fromkeys(word for node in nodes for word in node.get("", ())):
                typed = run[start:end]
                if typed != word:
                    listed = self._listed.get(typed) == word
                    yield word, (LISTED if listed else self._cost(typed, word), end - start)

    def _cost(self, typed: str, word: str) -> float:
        return sum(
            _slip(one, other, sound)
            for one, other, sound in zip(typed, word, _syllables(word), strict=True)
            if one != other
        )

    def _of_another_length(self, run: str, start: int) -> Iterator[tuple[str, tuple[float, int]]]:
        if run[start : start + 2] in self._form_starts:
            for length in range(3, min(self._longest_form, len(run) - start) + 1):
                if word := self._forms.get(run[start : start + length]):
                    yield word, (EXTRA_OR_MISSING, length)

    # what was meant

    def _likeliest(self, run: str, mended: Mapping[int, Sequence[_Mended]]) -> Iterator[tuple[int, _Mended]]:
        """The slips on the likeliest way through the sentence."""
        size = len(run)
        score, step = [0.0] * (size + 1), [0] * size
        chosen: list[_Mended | None] = [None] * size
        for start in range(size - 1, -1, -1):
            ways = [(weight + score[end], end, None) for end, weight in self._right_words(run, start)]
            ways += [(slip.weight + score[slip.end], slip.end, slip) for slip in mended.get(start, ())]
            score[start], step[start], chosen[start] = max(ways, key=lambda way: way[0])
        at = 0
        while at < size:
            if slip := chosen[at]:
                yield at, slip
            at = step[at]

    def _right_words(self, run: str, start: int) -> Iterator[tuple[int, float]]:
        """(end, logarithm of the frequency) of each word that begins at `start`."""
        frequencies, rarest = _frequencies(), _logarithm(1)
        yield start + 1, max(_logarithm(frequencies.get(run[start], 0)), rarest)
        end = start + 2
        while end <= len(run) and (count := frequencies.get(run[start:end])) is not None:  # jieba holds all beginnings
            if count:
                yield end, _logarithm(count)
            end += 1
        if run[start : start + 2] in self._starts:
            for end in range(start + 2, min(start + self._longest, len(run)) + 1):
                if run[start:end] in self._right:
                    yield end, WORD


# --- sounds and shapes ----------------------------------------------------------------------


def _by_sound(words: Iterable[str]) -> dict[str, Any]:
    """A tree: the near sound of a character → …; under "" the words that end there."""
    root: dict[str, Any] = {}
    for word in words:
        node = root
        for syllable in _syllables(word):
            node = node.setdefault(_near(syllable), {})
        node.setdefault("", []).append(word)
    return root


def _other_lengths(word: str) -> Iterator[str]:
    """`word` with a character typed twice, and, if it is long enough to be known by the rest, with an inner one left
    out."""
    for i in range(len(word)):
        yield word[: i + 1] + word[i:]
    if len(word) > 3:
        for i in range(1, len(word) - 1):
            yield word[:i] + word[i + 1 :]


def _slip(typed: str, meant: str, sound: str) -> float:
    """What it costs to take `typed` for `meant`, which sounds so in its word."""
    own = _readings(typed)[0]
    if own == sound:
        return SAME_TONE
    return SAME_SOUND if own.rstrip("12345") == sound.rstrip("12345") else NEAR_OR_ALIKE


def _alike(groups: Iterable[str]) -> dict[str, str]:
    """Each character → those it is mistaken for by its shape."""
    found: dict[str, str] = {}
    for group in groups:
        for char in group:
            found[char] = found.get(char, "") + group.replace(char, "")
    return found


def _near(syllable: str) -> str:
    """The sound as careless ears hear it: zh is z, n is l, ing is in, eng is en; no tone."""
    plain = syllable.rstrip("12345")
    plain = plain[0] + plain[2:] if plain[:2] in {"zh", "ch", "sh"} else plain
    plain = plain[:-1] if plain.endswith(("ing", "eng")) else plain
    return plain.translate(_NEAR)


@functools.lru_cache(maxsize=16384)
def _near_codes(char: str) -> str:
    return _near(_readings(char)[0])


def _codes(char: str, alike: Mapping[str, str]) -> Collection[str]:
    own = _near_codes(char)
    others = alike.get(char)
    return {own, *map(_near_codes, others)} if others else (own,)


@functools.lru_cache(maxsize=16384)
def _readings(char: str) -> tuple[str, ...]:
    """How a character is read, with the tone as a digit, the commonest first."""
    from pypinyin import Style, pinyin  # reads its table of readings

    return tuple(pinyin(char, style=Style.TONE3, heteronym=True, neutral_tone_with_five=True)[0])


@functools.lru_cache(maxsize=4096)
def _syllables(word: str) -> tuple[str, ...]:
    """How a word is read, a syllable a character."""
    from pypinyin import Style, lazy_pinyin

    return tuple(lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True))


# --- how frequent words are -----------------------------------------------------------------


@functools.cache
def _frequencies() -> Mapping[str, int]:
    """jieba's dictionary: each word → how often it was counted, each beginning of one → 0."""
    import jieba

    jieba.setLogLevel(logging.INFO)  # it announces its dictionary on stderr
    jieba.initialize()
    return jieba.dt.FREQ


@functools.lru_cache(maxsize=4096)
def _logarithm(count: int) -> float:
    import jieba

    return math.log(count or 1) - math.log(jieba.dt.total)

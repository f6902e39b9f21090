"""Slips in the words of the domain mended: 保休 → 保修, 冰霜 → 冰箱, 冰箱箱 → 冰箱.

A customer who types by sound takes a wrong character of the right sound, one who writes takes one that looks alike. So
what may have been meant is computed from sounds and shapes, not listed. Whether it *was* meant the sentence decides: of
all ways to cut it into words, some of them mended, the likeliest stands (words by their frequency in jieba's list, each
slip at a price). So 停电是因为 keeps its 电是, and what is a word of its own is never changed.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies_kb.plain import Edit, Normalised

#: How likely a word of the domain is, and what it costs to take a character for another of the same sound and tone, of
#: the same sound, of nearly the same sound or of like shape; all as logarithms. Chosen so that no sentence of ours that
#: is right is changed (tests/text/test_normalise_safety.py).
WORD, SAME_TONE, SAME_SOUND, NEAR_OR_ALIKE = math.log(1 / 1000), -8.0, -8.5, -9.5
#: What a character typed twice or left out costs, and a slip that the data lists.
EXTRA_OR_MISSING, LISTED = -9.0, -3.0
#: From this frequency on a word of jieba's dictionary (60 million words counted) is never taken for a slip.
COMMON = 10
#: What is kept of that dictionary: enough to tell what people write, and no hundred megabytes.
_RARE, _LONGEST = 3, 4

_CHINESE_WORD = re.compile(r"[\u4e00-\u9fff]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
_NEAR = str.maketrans({"l": "n"})  # n and l, as an initial: no final holds an l


@dataclass(frozen=True)
class _Mended:
    """An edge of the lattice: the text up to `end` is taken for `word`."""

    end: int
    word: str
    weight: float


class Spelling:
    """Mends slips in `words`, and in `phrases` those that keep the length. `right` are further words that are right as
    they stand; `listed` maps known slips to the word that is meant; each string of `look_alike` holds characters that
    are mistaken for one another. No character of `particles` is ever one typed by mistake."""

    def __init__(
        self,
        words: Iterable[str],
        *,
        phrases: Iterable[str] = (),
        right: Iterable[str] = (),
        listed: Mapping[str, str] | None = None,
        look_alike: Iterable[str] = (),
        particles: Iterable[str] = (),
    ) -> None:
        self._alike, self._particles = _alike(look_alike), frozenset(particles)
        words = [word for word in words if _CHINESE.fullmatch(word)]
        whole = dict.fromkeys([*words, *filter(_CHINESE.fullmatch, phrases)])
        self._listed = dict(listed or {})
        self._right = {word for word in (*whole, *right) if word not in self._listed}
        self._longest = max(map(len, self._right), default=0)
        self._starts = {word[:2] for word in self._right}
        self._sounds = _by_sound(whole)
        self._forms = {form: word for word in words for form in _other_lengths(word) if form not in self._right}
        self._longest_form = max(map(len, self._forms), default=0)
        self._form_starts = {form[:2] for form in self._forms}

    def __call__(self, text: Normalised) -> Normalised:
        """The pass."""
        edits = [edit for run in _CHINESE.finditer(text.text) for edit in self._edits(run[0], run.start(), text.text)]
        return text.rewritten(edits) if edits else text

    def _edits(self, run: str, at: int, text: str) -> Iterator[Edit]:
        mended = {start: found for start in range(len(run)) if (found := self._meant(run, start, text))}
        if mended:
            for start, slip in self._likeliest(run, mended):
                yield Edit(at + start, at + slip.end, slip.word)

    # what may have been meant

    def _meant(self, run: str, start: int, text: str) -> list[_Mended]:
        """What the characters from `start` on may be slips of: for each piece the likeliest word, unless another is as
        likely."""
        by_end: dict[int, list[_Mended]] = {}
        for slip in (*self._sounding(run, start), *self._of_another_length(run, start)):
            if self._may_be_a_slip(run[start : slip.end], slip.word, text):
                by_end.setdefault(slip.end, []).append(slip)
        ranked = (sorted(slips, key=lambda slip: -slip.weight) for slips in by_end.values())
        return [first for first, *rest in ranked if not rest or rest[0].weight < first.weight]

    def _may_be_a_slip(self, typed: str, word: str, text: str) -> bool:
        """Not where it is a word itself. One that the data lists is a slip nevertheless, unless the customer writes the
        right word elsewhere."""
        if typed in self._listed:
            return self._listed[typed] == word and word not in text
        if typed in self._right or _dictionary().is_common(typed):
            return False
        return len(typed) != len(word) or not any(one in self._particles for one, _, _ in _slips(typed, word))

    def _sounding(self, run: str, start: int) -> Iterator[_Mended]:
        """The words that sound like what stands there, or look like it."""
        nodes, end = [self._sounds], start
        while nodes and end < len(run):
            codes = _codes(run[end], self._alike)
            nodes = [node[code] for node in nodes for code in codes if code in node]
            end += 1
            for word in {word: None for node in nodes for word in node.get("", ())}:
                if (typed := run[start:end]) != word:
                    cost = LISTED if typed in self._listed else sum(_cost(*slip) for slip in _slips(typed, word))
                    yield _Mended(end, word, WORD + cost)

    def _of_another_length(self, run: str, start: int) -> Iterator[_Mended]:
        """The words that stand there with a character too many or too few."""
        if run[start : start + 2] in self._form_starts:
            for end in range(start + 3, min(start + self._longest_form, len(run)) + 1):
                if word := self._forms.get(run[start:end]):
                    yield _Mended(end, word, WORD + EXTRA_OR_MISSING)

    # what was meant

    def _likeliest(self, run: str, mended: Mapping[int, Sequence[_Mended]]) -> Iterator[tuple[int, _Mended]]:
        """The slips on the likeliest way through the sentence."""
        size = len(run)
        score = [0.0] * (size + 1)
        best: list[tuple[int, _Mended | None]] = [(0, None)] * size
        for start in range(size - 1, -1, -1):
            ways: list[tuple[float, int, _Mended | None]] = [
                *((weight + score[end], end, None) for end, weight in self._right_words(run, start)),
                *((slip.weight + score[slip.end], slip.end, slip) for slip in mended.get(start, ())),
            ]
            score[start], end, slip = max(ways, key=lambda way: way[0])
            best[start] = (end, slip)
        at = 0
        while at < size:
            end, slip = best[at]
            if slip:
                yield at, slip
            at = end

    def _right_words(self, run: str, start: int) -> Iterator[tuple[int, float]]:
        """(end, logarithm of the frequency) of each word that begins at `start`; any character is one."""
        weights = _dictionary().weights
        yield start + 1, weights.get(run[start], _dictionary().rarest)
        for end in range(start + 2, min(start + _LONGEST, len(run)) + 1):
            if weight := weights.get(run[start:end]):
                yield end, weight
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
    """`word` with a character typed twice or an inner one left out, if it is long enough to be known by the rest."""
    if len(word) > 2:
        for i in range(len(word)):
            yield word[: i + 1] + word[i:]
    if len(word) > 4:
        for i in range(1, len(word) - 1):
            yield word[:i] + word[i + 1 :]


def is_slip(typed: str, word: str, look_alike: Iterable[str] = ()) -> bool:
    """Whether `typed` is `word` with one character of nearly the same sound, or of like shape, in place of another."""
    if len(typed) != len(word) or len(_slips(typed, word)) != 1:
        return False
    alike = _alike(look_alike)
    return all(_near(sound) in _codes(one, alike) for one, _, sound in _slips(typed, word))


def _slips(typed: str, word: str) -> list[tuple[str, str, str]]:
    """The characters typed for others: what was typed, what was meant, and how that sounds in its word."""
    return [slip for slip in zip(typed, word, _syllables(word), strict=True) if slip[0] != slip[1]]


def _cost(typed: str, _meant: str, sound: str) -> float:
    """What it costs to take `typed` for a character that sounds so in its word."""
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


@dataclass(frozen=True)
class _Dictionary:
    """Words → the logarithm of their frequency; `common`, those that count as common; `rarest`, what anything else is
    worth."""

    weights: Mapping[str, float]
    common: float
    rarest: float

    def is_common(self, word: str) -> bool:
        return self.weights.get(word, self.rarest) >= self.common


@functools.cache
def _dictionary() -> _Dictionary:
    """jieba's word list, without the many words that it counted three times or less, and the longest."""
    import jieba

    counts, total = {}, 0
    with jieba.get_dict_file() as file:
        for word, count in (line.decode("utf-8").split()[:2] for line in file):
            total += int(count)
            if int(count) > _RARE and len(word) <= _LONGEST and _CHINESE_WORD.fullmatch(word):
                counts[word] = int(count)
    whole = math.log(total)
    weights = {word: math.log(count) - whole for word, count in counts.items()}
    return _Dictionary(weights, math.log(COMMON) - whole, -whole)

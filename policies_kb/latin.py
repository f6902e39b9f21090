"""Latin letters that stand for the domain's words: English names, and pinyin (bingxiang huaile → 冰箱坏了)."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policies_kb.plain import Normalised, Span, substituted

#: A piece between blanks and Chinese; one with digits or signs of an address or a number is nobody's word.
_PIECE = re.compile(r"[a-z0-9@._/+'-]+")
_WORDS_ONLY = re.compile(r"[a-z]+(?:['-][a-z]+)*")
_LETTERS = re.compile(r"[a-z]+")
_CHINESE = re.compile("[\u4e00-\u9fff]+")
_MOST = 12  # words that may make up one phrase in pinyin


@dataclass(frozen=True)
class _Word:
    """A latin word at its place; `apart`, whether more than a blank or hyphen lies between it and the one before."""

    text: str
    start: int
    end: int
    apart: bool


Meant = tuple[int, int, str]  # start, end, the word of the vocabulary
_Spelt = tuple[Span, str, bool]  # which letters, the word, whether it may stand alone


class Latin:
    """Replaces English names by `english`, and what is wholly the pinyin of known words by these words. A piece in
    pinyin must hold at least one of `words`; `small` are the words that may stand beside it."""

    def __init__(self, english: Mapping[str, str], words: Iterable[str], small: Iterable[str]) -> None:
        self._english = {tuple(_LETTERS.findall(name)): meant for name, meant in english.items()}
        self._longest = max(map(len, self._english), default=0)
        self._words, self._small = (tuple(filter(_CHINESE.fullmatch, some)) for some in (words, small))

    def __call__(self, text: Normalised) -> Normalised:
        """The pass. The blank between two words that it replaces goes."""
        meant = [one for words in _runs(text.text) for one in self._read(words)]
        return substituted(text, _with_gaps(meant, text.text)) if meant else text

    def _read(self, words: Sequence[_Word]) -> list[Meant]:
        """What a run of latin words stands for, as far as it stands for anything."""
        found: list[Meant] = []
        at = 0
        while at < len(words):
            taken, meant = self._in_english(words, at) or self._in_pinyin(words, at) or (1, [])
            found += meant
            at += taken
        return found

    def _in_english(self, words: Sequence[_Word], at: int) -> tuple[int, list[Meant]] | None:
        for count in range(min(self._longest, len(words) - at), 0, -1):
            name = tuple(word.text for word in words[at : at + count])
            if meant := self._english.get(name):
                return count, [(words[at].start, words[at + count - 1].end, meant)]
        return None

    def _in_pinyin(self, words: Sequence[_Word], at: int) -> tuple[int, list[Meant]] | None:
        """The longest piece from `at` on that is wholly pinyin and holds one of `words`."""
        piece = words[at : at + _MOST]
        cuts = self._cuts("".join(word.text for word in piece))
        ends = list(itertools.accumulate(len(word.text) for word in piece))
        for count in range(len(piece), 0, -1):
            cut = cuts.get(ends[count - 1], ())
            if any(may_be_alone for _, _, may_be_alone in cut):
                places = [place for word in piece for place in range(word.start, word.end)]
                return count, [(places[begin], places[end - 1] + 1, word) for (begin, end), word, _ in cut]
        return None

    def _cuts(self, letters: str) -> dict[int, tuple[_Spelt, ...]]:
        """For each beginning of `letters` that is wholly pinyin, by its length: the fewest words that make it up."""
        spelt = self._spelt
        cuts: dict[int, tuple[_Spelt, ...]] = {0: ()}
        for begin in range(len(letters)):
            if begin not in cuts:
                continue
            for end in range(begin + 1, min(begin + self._longest_pinyin, len(letters)) + 1):
                word = spelt.get(letters[begin:end])
                if word and (end not in cuts or len(cuts[begin]) + 1 < len(cuts[end])):
                    cuts[end] = (*cuts[begin], ((begin, end), *word))
        return cuts

    @functools.cached_property
    def _spelt(self) -> dict[str, tuple[str, bool]]:
        """Pinyin → the first word that is spelt so, and whether it may stand alone."""
        spelt: dict[str, tuple[str, bool]] = {}
        for word, strong in (*((w, True) for w in self._words), *((w, False) for w in self._small)):
            for letters in _spellings(word):
                spelt.setdefault(letters, (word, strong))
        return spelt

    @functools.cached_property
    def _longest_pinyin(self) -> int:
        return max(map(len, self._spelt), default=0)


def _spellings(word: str) -> set[str]:
    """A word in letters; ü is typed v, or u by those who do not know."""
    from pypinyin import lazy_pinyin  # reads its table of readings

    letters = "".join(lazy_pinyin(word))
    return {letters, letters.replace("v", "u")}


def _runs(text: str) -> Iterable[list[_Word]]:
    """The latin words of a text, those together that only a blank or a hyphen divides."""
    run: list[_Word] = []
    for word in _latin_words(text):
        if word.apart and run:
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _latin_words(text: str) -> Iterable[_Word]:
    last = -2
    for piece in _PIECE.finditer(text):
        whole = piece[0].rstrip(".")
        if not _WORDS_ONLY.fullmatch(whole):
            continue
        for word in _LETTERS.finditer(whole):
            start = piece.start() + word.start()
            yield _Word(word[0], start, piece.start() + word.end(), start - last > 1 or text[last:start] not in " -'")
            last = piece.start() + word.end()


def _with_gaps(meant: Sequence[Meant], text: str) -> Iterable[Meant]:
    """The replacements, and between neighbours the blank or hyphen taken out."""
    last = -2
    for start, end, word in meant:
        if start - last == 1 and text[last] in " -'":
            yield last, start, ""
        yield start, end, word
        last = end

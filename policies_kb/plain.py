"""Text in its plain form: one script, one width, one case, digits as digits. It needs no vocabulary.

A `Normalised` keeps each character's place in the original, so that spans shown to anyone are spans of the words really
typed. Text is made plain by a series of *passes*; each pass only says which pieces it replaces (`Normalised.rewritten`)
and the places follow by themselves.
"""

from __future__ import annotations

import difflib
import functools
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Span = tuple[int, int]


@dataclass(frozen=True)
class Edit:
    """Replace `text[start:end]` by `replacement`."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True)
class Normalised:
    """`text` is `raw` in its plain form; `offsets[i]` is the span of `raw` behind `text[i]`."""

    raw: str
    text: str
    offsets: tuple[Span, ...]

    def raw_span(self, start: int, end: int) -> Span:
        """The span of `raw` that `text[start:end]` came from; empty stays empty."""
        if start < end:
            return self.offsets[start][0], self.offsets[end - 1][1]
        place = self.offsets[start][0] if start < len(self.offsets) else len(self.raw)
        return place, place

    def rewritten(self, edits: Iterable[Edit]) -> Normalised:
        """The same raw text with pieces of `text` replaced; `edits` in order, not overlapping.

        A replacement of equal length maps character to character; any other maps each new
        character to the whole piece it replaces.
        """
        text: list[str] = []
        offsets: list[Span] = []
        done = 0
        for edit in edits:
            text += self.text[done : edit.start], edit.replacement
            offsets += self.offsets[done : edit.start]
            offsets += self._offsets_of(edit)
            done = edit.end
        text.append(self.text[done:])
        offsets += self.offsets[done:]
        return Normalised(self.raw, "".join(text), tuple(offsets))

    def _offsets_of(self, edit: Edit) -> tuple[Span, ...]:
        if len(edit.replacement) == edit.end - edit.start:
            return self.offsets[edit.start : edit.end]
        return (self.raw_span(edit.start, edit.end),) * len(edit.replacement)


Pass = Callable[[Normalised], Normalised]


def plain(raw: str) -> Normalised:
    """The plain form of `raw`."""
    return functools.reduce(lambda text, step: step(text), PASSES, as_typed(raw))


def as_typed(raw: str) -> Normalised:
    """`raw` before anything is done to it."""
    return Normalised(raw, raw, tuple((i, i + 1) for i in range(len(raw))))


def substituted(text: Normalised, pieces: Iterable[tuple[int, int, str]]) -> Normalised:
    """`text` with pieces replaced, each given as start, end and the new words; the same object if nothing changes."""
    edits = [Edit(*piece) for piece in pieces if text.text[piece[0] : piece[1]] != piece[2]]
    return text.rewritten(edits) if edits else text


def bare(text: str) -> str:
    """`text` in the form in which words are compared: without blanks and punctuation."""
    return "".join(filter(str.isalnum, text))


def plain_key(text: str) -> str:
    """Names of the data that differ only in script, width, case, blanks and punctuation have one and the same key."""
    return bare(plain(text).text)


# --- the passes -----------------------------------------------------------------------------


def _plain_characters(text: Normalised) -> Normalised:
    """Full width → half width, ligatures apart, latin in lower case, invisible characters gone."""
    edits = (Edit(i, i + 1, _plain(char)) for i, char in enumerate(text.text))
    return text.rewritten(edit for edit in edits if edit.replacement != text.text[edit.start])


@functools.lru_cache(maxsize=8192)
def _plain(char: str) -> str:
    if char.isspace():
        return " "
    plain = unicodedata.normalize("NFKC", char).lower()
    return "".join(" " if part.isspace() else part for part in plain if not _is_invisible(part))


def _is_invisible(char: str) -> bool:
    """Control, format (zero width, byte order mark) and half-surrogate code points, and the
    selectors that only choose an emoji's colour."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs"} or "\ufe00" <= char <= "\ufe0f"


def _simplified(text: Normalised) -> Normalised:
    """Traditional → Simplified, Taiwan's words included (軟體 → 软件).

    Only for text that holds a character used in Traditional script alone: in Simplified text
    the converter would take 一坏 for 一坯 and 影片 for 视频.
    """
    if not any(map(_is_traditional, text.text)):
        return text
    by_character: str = _converter("t2s").convert(text.text)
    if len(by_character) != len(text.text):
        return text
    simplified = text.rewritten([Edit(0, len(by_character), by_character)])
    by_word: str = _converter("tw2sp").convert(text.text).lower()  # 隨身碟 becomes U盘
    return simplified.rewritten(_differences(by_character, by_word))


@functools.lru_cache(maxsize=8192)
def _is_traditional(char: str) -> bool:
    """Whether Simplified text has another character for it; 乾 and 於 stand in names there too (王乾, 於先生)."""
    return not (char.isascii() or char in _IN_BOTH) and _converter("t2s").convert(char) != char


_IN_BOTH = frozenset("乾於")


def _differences(source: str, target: str) -> list[Edit]:
    """The pieces of `source` to replace to get `target`, none of them empty.

    Differences with a single equal character between them are one piece (印表机 → 打印机), and
    an insertion takes its neighbour in, so that every character keeps a place.
    """
    matcher = difflib.SequenceMatcher(None, source, target, autojunk=False)
    joined: list[list[int]] = []
    for kind, *bounds in matcher.get_opcodes():
        if kind != "equal" and joined and bounds[0] - joined[-1][1] <= 1:
            joined[-1][1], joined[-1][3] = bounds[1], bounds[3]
        elif kind != "equal":
            joined.append(bounds)
    return [_with_neighbour(Edit(a, b, target[c:d]), source) for a, b, c, d in joined]


def _with_neighbour(edit: Edit, source: str) -> Edit:
    if edit.start < edit.end:
        return edit
    if edit.end < len(source):
        return Edit(edit.start, edit.end + 1, edit.replacement + source[edit.end])
    return Edit(edit.start - 1, edit.end, source[edit.start - 1] + edit.replacement)


@functools.cache
def _converter(name: str) -> Any:
    import opencc  # its dictionaries are read when the first text needs them

    return opencc.OpenCC(name)


DIGIT_OF = {char: str(i) for i, char in enumerate("零一二三四五六七八九")} | {"〇": "0", "幺": "1"}
_SPOKEN = "".join(DIGIT_OF)
_DIGIT_RUN = re.compile(
    rf"""
    [{_SPOKEN}\d] (?: [ -]? [{_SPOKEN}\d] ){{6,}}      # seven digits and more, spoken or written
    """,
    re.VERBOSE,
)
_MOBILE_LENGTH = 11
_WRITTEN_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
#: One or two numerals that a blank parts from written digits belong to another word.
_EDGE_OF_A_RUN = re.compile(rf"^(?P<lead>[{_SPOKEN}]{{1,2}}[ -])|[ -][{_SPOKEN}]{{1,2}}$")
_SHORTEST_RUN = 7


def _is_written(char: str) -> bool:
    return "0" <= char <= "9"


def _spoken_digits(text: Normalised) -> Normalised:
    """一三八一二三四五六七八 → 13812345678; shorter runs are words (一点都不制冷) and stay."""
    edits = []
    for run in _DIGIT_RUN.finditer(text.text):
        start, end = _digits_proper(text.text, run.start(), run.end())
        digits = "".join(DIGIT_OF.get(char, char) for char in text.text[start:end])
        edits.append(Edit(start, end, digits))
    return text.rewritten(edits)


def _digits_proper(text: str, start: int, end: int) -> Span:
    """Give back the 一 of 13812345678一直打不通: a numeral that begins the next word; the 四 of 李四13812345678 and
    the 三 of 138… 三里屯路, which end and begin another."""
    if mobile := _WRITTEN_MOBILE.search(text, start, end):
        return mobile.span()
    while edge := _EDGE_OF_A_RUN.search(text[start:end]):
        if sum(map(_is_written, text[start:end])) < _SHORTEST_RUN:
            break
        start, end = (start + edge.end(), end) if edge["lead"] else (start, start + edge.start())
    run, after = text[start:end], text[end : end + 1]
    tail = re.search(rf"(?<=\d)[{_SPOKEN}]{{1,2}}$", run)
    if tail and after.isalpha():
        return start, start + tail.start()
    spoken_mobile = re.match(rf"[1一幺][3-9三四五六七八九][{_SPOKEN}\d]{{9}}(?=[{_SPOKEN}]$)", run)
    if spoken_mobile and after.isalpha():
        return start, start + _MOBILE_LENGTH
    return start, end


_REPEATED = re.compile(
    rf"""
      [ ]{{2,}}                                         # blanks
    | (?P<mark> [^\w ] ) (?P=mark)+                     # punctuation and signs: 。。。 !!!
    | (?P<char> [^\W0-9a-z_{_SPOKEN}] ) (?P=char){{2,}} # 不不不不制冷; never digits or serials
    """,
    re.VERBOSE,
)


def _collapsed(text: Normalised) -> Normalised:
    """Runs of blanks, of one mark, and of three or more of one character become one."""
    inner = text.rewritten(Edit(run.start(), run.end(), run[0][0]) for run in _REPEATED.finditer(text.text))
    ends = itertools.chain(re.finditer(r"\A +", inner.text), re.finditer(r"(?<=[^ ]) +\Z", inner.text))
    return inner.rewritten(Edit(end.start(), end.end(), "") for end in ends)


PASSES: tuple[Pass, ...] = (_plain_characters, _simplified, _spoken_digits, _collapsed)

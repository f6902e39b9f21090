"""A mistake in one part of an address mended by that part alone: 是6栋, 房号是1204, after 桐梓坡路66号5栋1203."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.text.found import Found, Text, as_normalised, place

_N = r"(?: \d+ | [一二三四五六七八九十]{1,3} | [a-z]\d* )"
#: Words for the same part of an address, largest part first. The room may stand without its word, as the last number.
_PARTS: tuple[tuple[str, str], ...] = (
    ("number", r"号 (?! 楼|线|码|机)"),
    ("building", r"栋|幢|座|号楼"),
    ("entrance", r"单元|门(?!口|牌|铃)"),
    ("floor", r"层|楼"),
    ("room", r"室|房(?!号|间号)"),
)
_ROOM = re.compile(
    r"""
    (?: 房号 | 门牌号? | 房间号? | 室号 ) (?: 也 | 写?错了? | 不对 | 应该 | 其实 | 就 | 改 | [ ,是为成:] )*
    (?P<room> \d{2,5} ) (?! \d | 号 )
    """,
    re.VERBOSE,
)
_NOT_THIS = re.compile(
    r"""
    (?: 不是 \s* (?P<denied> \d{1,5} ) [ ,]* 而?
      | (?<! \d ) (?P<mistaken> \d{1,5} ) (?: 写?错了? | 不对 ) [ ,]* (?: 应该|其实 )? )
    是 \s* (?P<right> \d{1,5} ) (?! \d | [栋幢座单] )
    """,
    re.VERBOSE,
)
_WRONG_ROOM = re.compile(
    r"""
    (?: 不对|错了|搞错|哦不|不是|等[下等]|稍等 ) [ ,啊呀]* (?: 应该 )? 是 \s* (?P<room> \d{2,5} )
    (?= \s | , | 室|房 | \Z ) (?! \s* [元块号] )
    """,
    re.VERBOSE,
)
_LAST_NUMBER = re.compile(r"(?<! \d ) \d{2,5} (?= \s* (?: 室|房 )? \s* \Z )", re.VERBOSE)


@dataclass(frozen=True)
class PartFix:
    """One part of an address as it should be: `part` says which, `text` is how it is written."""

    part: str
    text: str
    wrong: str = ""  # the number that it takes the place of, where that was said

    def fits(self, address: str) -> bool:
        """Whether the number that was wrong stands in `address`."""
        return not self.wrong or _number(self.wrong).search(address) is not None

    def applied_to(self, address: str) -> str:
        """`address` with this part in the place of the one it had; at the end of one that had none."""
        if self.wrong:
            return self.text.join(_number(self.wrong).split(address, maxsplit=1))
        old = _LAST_NUMBER if self.part == "room" else _pattern(self.part)
        if (match := old.search(address)) is None and self.part == "room":
            match = _pattern(self.part).search(address)
        if match is None:
            return address + self.text
        return address[: match.start()] + self.text + address[match.end() :]


def find_part_fix(text: Text) -> Found[PartFix] | None:
    """The part of an address that a message names; none where it names several, for that is an address itself."""
    normal = as_normalised(text)
    if match := _NOT_THIS.search(normal.text):
        return place(
            normal, *match.span("right"), PartFix("number", match["right"], match["denied"] or match["mistaken"])
        )
    if match := _ROOM.search(normal.text) or _WRONG_ROOM.search(normal.text):
        return place(normal, match.start("room"), match.end("room"), PartFix("room", match["room"]))
    named = [(part, match) for part, _ in _PARTS for match in _pattern(part).finditer(normal.text)]
    named = [(part, match) for part, match in named if not _is_denied(normal.text, match.start())]
    if len(named) != 1:
        return None
    part, match = named[0]
    return place(normal, match.start(), match.end(), PartFix(part, match[0]))


def _is_denied(text: str, start: int) -> bool:
    """不是5栋是6栋 names the wrong one first."""
    return re.search(r"(?: (?<!是)不是 | 不在 | 并非 ) \s* \Z", text[:start], re.VERBOSE) is not None


def _number(digits: str) -> re.Pattern[str]:
    return re.compile(rf"(?<! \d ) {digits} (?! \d )", re.VERBOSE)


def _pattern(part: str) -> re.Pattern[str]:
    return re.compile(rf"(?<! [第\d] ) {_N} \s* (?: {dict(_PARTS)[part]} )", re.VERBOSE | re.IGNORECASE)

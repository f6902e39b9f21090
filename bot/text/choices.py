"""Which of several things is meant, where a list was shown: 第二张, 前面那个, 安装那张."""

from __future__ import annotations

import re

from bot.text.numbers import to_int
from policies_kb.normalise import normalise

_NTH = re.compile(r"第 \s* (?P<n> [1-9] | [一二三四五六七八九] ) \s* [张个份条台]?", re.VERBOSE)
_BARE = re.compile(r"\A \s* (?P<n> [1-9] | [一二三四五六七八九] ) \W* \Z", re.VERBOSE)
_LAST = re.compile(r"最后 [那一]? [张个份条台]", re.VERBOSE)

#: The kinds of a ticket by the words customers tell them apart with.
_KINDS = {
    "installation": r"安装|装机",
    "maintenance": r"保养|清洗|清洁",
    "complaint": r"投诉|举报",
    "return": r"退货|退掉|退了?吧|就退|想退|要退(?!换)",
    "exchange": r"换货|换新|换了?吧|就换|换一[台个]|换台新",
    "repair": r"维修|报修|修理",
}


def choice_in(text: str, count: int) -> int | None:
    """The place in a list of `count` that the text names, from 0; None where it names none."""
    plain = normalise(text).text
    if _LAST.search(plain):
        return count - 1
    if not (found := _NTH.search(plain) or _BARE.match(plain)):
        return None
    number = to_int(found["n"])
    return number - 1 if number is not None and 1 <= number <= count else None


def kinds_in(text: str) -> frozenset[str]:
    """The kinds of ticket that the text names."""
    plain = normalise(text).text
    return frozenset(kind for kind, pattern in _KINDS.items() if re.search(pattern, plain))


_INCOMPLETE = re.compile(
    r"不齐|不全|缺|(?<!没)(?<!没有)(?:用过|拆过|拆封|拆开)|(?:盒子?|包装|配件).{0,4}(?:扔|丢|没了|坏)"
)
_COMPLETE = re.compile(r"都?齐全?(?!不)|没用过|没拆|未拆|全新|原样|包装.{0,3}(?:都?在|完好|完整)")


def completeness_in(text: str) -> bool | None:
    """Whether goods are said to be as they came (unused, with box and parts); None where nothing is said of it."""
    plain = normalise(text).text
    if _INCOMPLETE.search(plain):
        return False
    return True if _COMPLETE.search(plain) else None

"""The figures in a piece of Chinese text, as plain numbers: what `says` may state is what its source lines state."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_UNITS = "年个月天日元块周次倍楼米级成小时分钟倍"
_HAN = {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_HAN_NUMBER = re.compile(rf"(?<![统唯第同之某])([零一二两三四五六七八九十]{{1,3}})(?=个?(?:工作日|自然日|[{_UNITS}]))")


def figures(text: str) -> frozenset[str]:
    """Every number written in digits, and every Chinese numeral that stands before a unit of time, money or count."""
    found = {_plain(number) for number in _DIGITS.findall(text)}
    return frozenset(found | {str(han_number(word)) for word in _HAN_NUMBER.findall(text)})


def han_number(word: str) -> int:
    """一 → 1, 十五 → 15, 三十 → 30, 二十四 → 24 (below a hundred, all that policies spell out)."""
    tens, ten, ones = word.rpartition("十")
    if not ten:
        return sum(_HAN[c] * 10**i for i, c in enumerate(reversed(word)))
    return (_HAN[tens] if tens else 1) * 10 + (_HAN[ones] if ones else 0)


def _plain(number: str) -> str:
    return number.lstrip("0") or "0" if "." not in number else number

"""Chinese and Arabic numerals as customers write them."""

from __future__ import annotations

from policies_kb.normalise import DIGIT_OF

NUMERAL = r"(?:\d+|[零〇一二两三四五六七八九十百千万]+)"
"""A whole number, for use inside a verbose pattern."""

_DIGITS = {char: int(digit) for char, digit in DIGIT_OF.items()} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}


def to_int(numeral: str) -> int | None:
    """12, 十二, 二零二三, 一百零八, 一百八 (180): the number, or None for a broken numeral."""
    if numeral.isdecimal():
        return int(numeral)
    if numeral and all(char in _DIGITS for char in numeral):
        return int("".join(str(_DIGITS[char]) for char in numeral))
    return _with_units(numeral)


def _with_units(numeral: str) -> int | None:
    total, section, digit, last_unit = 0, 0, None, 1
    for char in numeral:
        if char in _UNITS:
            unit = _UNITS[char]
            if unit == 10000:
                total, section = (total + section + (digit or 0)) * unit, 0
            else:
                section += (1 if digit is None else digit) * unit
            digit, last_unit = None, unit
        elif char in "零〇":
            digit, last_unit = None, 1
        elif char in _DIGITS and digit is None:
            digit = _DIGITS[char]
        else:
            return None
    # 一百八 is 180: a last digit without its unit counts in tenths of the unit before it.
    tail = (digit or 0) * (last_unit // 10 if last_unit >= 100 else 1)
    return total + section + tail if numeral else None

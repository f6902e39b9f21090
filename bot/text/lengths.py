"""Lengths of time as spoken (两年半, 快两年, 三个多月) → how far back they honestly may reach."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.text.days import DayRange
from bot.text.numbers import to_int
from policies_kb.calendar import add_months

LENGTH = r"""
    (?: (?P<about> 大概|大约|约摸|约|差不多|估计|可能|也就|得有|有个 ) \s* )?
    (?: (?P<edge> 快要|快|将近|接近 | 不到|没到|还没到|不满|未满|没满|不足
                | 整整|整|正好|刚好|刚满|满 ) \s* )?
    (?:
        (?P<half> 半 ) (?P<half_unit> 个?月|年 ) (?P<half_more> 多 )?
      | (?P<number> 好几 | 几 | [十\d]{1,3}[几多] | [二三四五六七八九]十[几多] | [俩仨]
          | (?<![\d.]) \d{1,3} (?: \.5 )? (?: \s*[-~到至]\s* \d{1,3} )?
          | [一二两三四五六七八九] [到至] [二两三四五六七八九十]
          | [一二两三四五六七八九十]{1,4} )
        (?P<unit> (?: 个|(?<=[俩仨]) ) (?P<more_months> 多 )? (?P<half_month> 半 )? 月
                | 年 | 个?星期 | 个?礼拜 | 周(?![一二三四五六日天末]) | 天 | 日(?!\d) )
        (?: (?P<half_after> 半 ) | (?P<more> 多 )
          | 零? (?P<months> \d{1,3}|[一二两三四五六七八九十]{1,3} ) 个月 )?
    )
    (?: 左右|上下 | (?P<short> 不到|没到|还没到|不满|没满|还不到 ) )?
"""
"""A length of time, for use inside a verbose pattern, once."""

_SOME = {"几": (2, 9), "好几": (3, 9)}  # how many 几 may be
_WORDS = {"俩": 2, "仨": 3}


@dataclass(frozen=True)
class Length:
    """Between `near` and `far`, each (months, days)."""

    near: tuple[int, int]
    far: tuple[int, int]

    def before(self, today: date) -> DayRange:
        """The days that lie so long before `today`."""
        return DayRange(_back(today, self.far), _back(today, self.near)).until(today)


def _back(today: date, length: tuple[int, int]) -> date:
    months, days = length
    return add_months(today, -months) - timedelta(days=days)


def read_length(match: re.Match[str]) -> Length | None:
    """The length that `LENGTH` matched.

    How exact a length is follows from its unit: n years are ± 6 months (one year ± 3), half
    years ± 1 month, n months ± 15 days, weeks ± 3 days, up to a week of days exact and more
    ± 2. 快 takes a quarter off the last unit, 不到 up to a whole one, 多 adds up to one.
    """
    if match["half"]:
        return _half(match)
    counts = _counts(match["number"])
    if counts is None:
        return None
    low, high = counts
    if match["unit"] == "年":
        return _years(match, low, high)
    if match["unit"].endswith("月"):
        return _months(match, low, high)
    return _days(match, low, high)


def exact_months(match: re.Match[str]) -> int | None:
    """The same length as a plain number of months (一年半 = 18), None for days or vague ones."""
    if match["half"]:
        return 6 if match["half_unit"] == "年" and not match["half_more"] else None
    counts = _counts(match["number"])
    vague = match["more"] or match["more_months"] or match["half_month"] or _edge(match)
    if counts is None or counts[0] != counts[1] or vague:
        return None
    if match["unit"] == "年":
        extra = 6 if match["half_after"] else to_int(match["months"] or "0") or 0
        return round(counts[0] * 12) + extra
    return round(counts[0]) if match["unit"].endswith("月") else None


def _counts(number: str) -> tuple[float, float] | None:
    """The least and the most that is meant: 三 (3, 3), 两三 (2, 3), 几 (2, 9), 十几 (11, 19)."""
    if number in _SOME:
        return _SOME[number]
    if number in _WORDS:
        return _WORDS[number], _WORDS[number]
    if number[-1] in "几多":
        base = to_int(number[:-1]) or 0
        return base + 1, base + 9
    ends = re.split(r"\s*[-~到至]\s*", number)
    if len(ends) == 1 and re.fullmatch(r"[一二两三四五六七八九]{2}", number):
        ends = list(number)
    values = [float(end) if end.replace(".", "").isdecimal() else to_int(end) for end in ends]
    if any(value is None for value in values):
        return None
    low, high = values[0] or 0, values[-1] or 0
    return (low, high) if low <= high else None


NO_END = float("inf")
A_DAY = 1 / 30  # of a month: 三年多 is more than three years


def _span(low: float, high: float) -> Length:
    """From months to months, fractions as days of a 30-day month."""
    ends = [divmod(round(max(months, 0) * 30), 30) for months in (low, high)]
    return Length(*ends)


def _half(match: re.Match[str]) -> Length:
    year = match["half_unit"] == "年"
    middle, slack, unit = (6.0, 1.0, 12.0) if year else (0.5, 0.1, 1.0)
    if match["half_more"]:
        return _span(middle, unit)
    return _edged(_edge(match), middle, middle, slack=slack, unit=slack)


def _years(match: re.Match[str], low: float, high: float) -> Length:
    if match["more"]:
        return _span(low * 12 + A_DAY, high * 12 + 12)
    if match["half_after"]:
        return _edged(_edge(match), low * 12 + 6, high * 12 + 6, slack=1, unit=3)
    if match["months"]:
        months = low * 12 + (to_int(match["months"]) or 0)
        return _edged(_edge(match), months, months, slack=1, unit=1)
    if low != int(low):  # 1.5年
        return _edged(_edge(match), low * 12, high * 12, slack=1, unit=3)
    slack = 0 if low < high else 3 if low <= 1 else 6
    return _edged(_edge(match), low * 12, high * 12, slack=slack, unit=3, spoken=12)


def _months(match: re.Match[str], low: float, high: float) -> Length:
    if match["more"] or match["more_months"]:
        return _span(low, high + 1)
    extra = 0.5 if match["half_month"] else 0
    return _edged(_edge(match), low + extra, high + extra, slack=0 if low < high else 0.5, unit=1, spoken=1)


def _days(match: re.Match[str], low: float, high: float) -> Length:
    in_days = match["unit"] in ("天", "日")
    low, high = (low, high) if in_days else (low * 7, high * 7)
    slack = 0 if low < high or (in_days and low <= 7 and not match["about"]) else 2 if in_days else 3
    is_short = (_edge(match) or "").endswith(("到", "满", "足"))
    near = 0 if is_short else max(low - slack, 0)
    return Length((0, int(near)), (0, int(high) + slack))


def _edge(match: re.Match[str]) -> str | None:
    """The word for how nearly: before it (快两年) or behind (两年不到)."""
    return match["edge"] or match["short"]


def _edged(edge: str | None, low: float, high: float, *, slack: float, unit: float, spoken: float = NO_END) -> Length:
    if edge in ("快要", "快", "将近", "接近"):
        return _span(low - unit, high)
    if edge in ("不到", "没到", "还没到", "不满", "未满", "没满", "不足"):
        return _span(max(low - spoken, 0), high)
    if edge:  # 整, 正好, 刚满
        return _span(low - min(slack, 1), high + min(slack, 1))
    return _span(low - slack, high + slack)

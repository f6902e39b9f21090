"""Past dates named by the calendar: 2023年5月1号, 去年国庆前后, 前年双十一, 三月底.

One pattern takes year, then month, festival or season, then day; one reader turns the parts
that are there into days. A date without its year is the latest one not after `today`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from datetime import date

from bot.text.days import (
    BESIDE,
    NEAR,
    DayRange,
    Impossible,
    festivals,
    latest_day,
    make_day,
    month_range,
    one_day,
    year_range,
)
from bot.text.numbers import to_int

Days = DayRange | Impossible

_YEARS_BACK = {"今年": 0, "本年": 0, "去年": 1, "上年": 1, "上一年": 1, "前年": 2, "大前年": 3, "明年": -1, "后年": -2}
_SEASONS = {  # first and last month
    "年初": (1, 2), "初": (1, 2), "年中": (6, 7), "年底": (11, 12), "年末": (11, 12),
    "底": (11, 12), "上半年": (1, 6), "下半年": (7, 12),
    "春天": (3, 5), "夏天": (6, 8), "暑假": (7, 8), "秋天": (9, 11),
}  # fmt: skip
_TENS = {
    "初": (1, 10),
    "上旬": (1, 10),
    "中旬": (11, 20),
    "中": (11, 20),
}  # any other word: the rest

_SMALL = r"(?: \d{1,2} | [一二三四五六七八九十]{1,3} )"
YEAR = rf"""
    (?: (?P<full_year> (?<!\d) (?:19|20)\d\d
                     | [一二][九零〇][零〇一二三四五六七八九]{{2}} )
        (?: \s*年 | (?=双|国庆|618|春节) )
      | (?P<short_year> (?<![\d.]) [0-2]\d
                      | (?<![零〇一二三四五六七八九十两]) [零〇一二][零〇一二三四五六七八九] ) 年
      | (?P<relative_year> {"|".join(sorted(_YEARS_BACK, key=len, reverse=True))} )
    )
"""
MONTH = rf"(?: (?<![\d.:个]) (?P<month> {_SMALL} ) 月 份? )"
DAY = rf"(?: (?P<day> {_SMALL} ) (?: 号|日 ) (?! [楼院线机门店厅码技师] ) )"
TENS = r"(?: (?P<tens> 初|上旬|中旬|中(?!间)|下旬|底|末 ) )"
_BARE_DAY = r"(?: (?P<bare_day> \d{1,2} ) (?! [\d年月日号天个.:点元块%/-] ) )"
_AROUND = r"""
    (?: 的? (?: (?P<near> 前后|左右|附近|那几天|那阵子? ) | (?P<during> 期间|那会儿? )
              | (?P<before> 之?前(?![天年面些两几]) ) | (?P<after> 之?后(?![天年来面]) | 过后 ) ) )
"""
_SEASON = r"(?P<season> 年初|年中|年底|年末|上半年|下半年|春天|夏天|秋天|暑假 | (?<=年)[初底] (?!下) )"


@functools.cache
def pattern() -> re.Pattern[str]:
    """Compiled when first needed: the festivals' names come from their table."""
    names = "|".join(re.escape(name) for name in sorted(festivals(), key=len, reverse=True))
    festival = rf"""
        (?: (?<![\d.]) | (?=\D\D) | (?=双) )              # 1618 and 6.18 are no 618
        (?P<festival> {names} ) (?! [\d元块号月室] | 路|街|大道|广场|村|社区|小区 )
    """
    after_year = rf"""
        (?: {MONTH} \s* (?: {DAY} | {_BARE_DAY} | {TENS} )? (?: (?P<month_near> 前后|左右 ) )?
          | {festival} (?: {_AROUND} )?
          | {_SEASON} )
    """
    return re.compile(rf"(?: {YEAR} [\s的]* )? {after_year}", re.VERBOSE)


YEAR_ALONE = re.compile(
    rf"""
    {YEAR}
    (?! \s* (?: 前(?!后) | 以?内 | 之|多|半|了|保|质|包|延|三包 | 的?(?:保修|质保|延保) ) )
    """,
    re.VERBOSE,
)
NUMERIC = re.compile(
    r"""
    (?<![\d.:-]) (?P<y> (?:19|20)\d\d ) \s*[-/.]\s* (?P<m> \d{1,2} )
    (?: \s*[-/.]\s* (?P<d> \d{1,2} ) )? 日? (?![\d:-])
    """,
    re.VERBOSE,
)


def year_of(match: re.Match[str], today: date) -> int | None:
    """The year a match of `YEAR` names; two digits are of this century and not in the future."""
    if match["relative_year"]:
        return today.year - _YEARS_BACK[match["relative_year"]]
    year = to_int(match["full_year"] or match["short_year"] or "")
    return year + 2000 if year is not None and match["short_year"] else year


def read_calendar(match: re.Match[str], *, today: date) -> Days | None:
    """The days that a match of `pattern()` names."""
    year = year_of(match, today)
    if match["festival"]:
        return _festival(match, year, today)
    if match["season"]:
        return _season(match["season"], year, today)
    month = to_int(match["month"]) or 0
    if not 1 <= month <= 12:
        return Impossible(match[0], "no_such_month") if month < 20 else None
    day = match["day"] or match["bare_day"]
    if day:
        found = _day(year, month, to_int(day) or 0, today=today, text=match[0])
    else:
        found = _month(year, month, match["tens"], today)
    return found.widened(NEAR) if match["month_near"] and isinstance(found, DayRange) else found


def read_numeric(match: re.Match[str]) -> Days:
    """2024-03-01, 2024.3.1, 2024/03."""
    if match["d"]:
        day = make_day(int(match["y"]), int(match["m"]), int(match["d"]), text=match[0])
        return one_day(day) if isinstance(day, date) else day
    if not 1 <= int(match["m"]) <= 12:
        return Impossible(match[0], "no_such_month")
    return month_range(int(match["y"]), int(match["m"]))


def part_of_month(month: DayRange, tens: str | None) -> DayRange:
    """初, 中, 底 of a month, or the whole month."""
    if not tens:
        return month
    first, last = _TENS.get(tens, (21, 31))
    return DayRange(month.first.replace(day=first), month.last.replace(day=min(last, month.last.day)))


def _day(year: int | None, month: int, day: int, *, today: date, text: str) -> Days:
    found = latest_day(month, day, today=today, text=text) if year is None else make_day(year, month, day, text=text)
    return one_day(found) if isinstance(found, date) else found


def _month(year: int | None, month: int, tens: str | None, today: date) -> DayRange:
    return _dated(lambda y: part_of_month(month_range(y, month), tens), year, today)


def _season(season: str, year: int | None, today: date) -> DayRange:
    first, last = _SEASONS[season]
    return _dated(lambda y: DayRange(date(y, first, 1), month_range(y, last).last), year, today)


def _dated(in_year: Callable[[int], DayRange], year: int | None, today: date) -> DayRange:
    """The range in that year, or the latest one that has begun by today."""
    if year is not None:
        return in_year(year).until(today)
    days = in_year(today.year)
    return (days if days.first <= today else in_year(today.year - 1)).until(today)


def _festival(match: re.Match[str], year: int | None, today: date) -> Days | None:
    festival = festivals()[match["festival"]]
    days = festival.days(year) if year is not None else festival.latest(today)
    if days is None:
        return None
    if match["near"] or (match["during"] and days.first == days.last):
        return days.widened(NEAR).until(today)
    if match["before"]:
        return DayRange(days.first - BESIDE, days.first)
    if match["after"]:
        return DayRange(days.last, days.last + BESIDE).until(today)
    return days.until(today)


def whole_year(match: re.Match[str], *, today: date) -> DayRange | None:
    """去年, 2023年, 22年: the year, as far as it has passed."""
    year = year_of(match, today)
    return None if year is None else year_range(year).until(today)

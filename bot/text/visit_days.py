"""Days ahead as customers name them: 明天, 下周三, 25号, 12月1号, 三天后."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.text.days import Impossible, make_day, week_start
from bot.text.numbers import to_int
from policies_kb.calendar import add_months

_DAYS_AHEAD = {
    "大后天": 3, "明后天": 1, "后天": 2, "后日": 2, "明天": 1, "明日": 1, "明儿": 1, "明": 1,
    "今天": 0, "今日": 0, "今儿": 0, "当天": 0, "今": 0, "昨天": -1, "昨日": -1, "前天": -2,
    "这两天": 0, "这几天": 0, "过两天": 2, "过几天": 3,
}  # fmt: skip
_SEVERAL = {"明后天", "这两天", "这几天", "过两天", "过几天"}
_WEEKS_AHEAD = {"下下": 2, "下": 1, "这": 0, "本": 0, "上": -1}
_MONTHS_AHEAD = {"下个月": 1, "下月": 1, "这个月": 0, "本月": 0}
_WEEKDAYS = {char: i for i, char in enumerate("一二三四五六日")} | {"天": 6, "末": 5}
_WEEKDAYS |= {str(number): number - 1 for number in range(1, 7)}
_TENS = {"初": 1, "上旬": 1, "中旬": 11, "下旬": 21, "底": 21}
_RECENT = timedelta(days=60)  # a date so little past is a slip; an older one means next year's

_NUMBER = r"(?: \d{1,2} | [一二三四五六七八九十]{1,3} )"
_WEEK = r"(?: 周|星期|礼拜 )"
_TENS_NAMES = "|".join(_TENS)
_NAMED = "|".join(name for name in _DAYS_AHEAD if len(name) > 1)

DAY = rf"""
    (?:
        (?P<named> {_NAMED} | [明今] (?= 早|晚|上午|下午|中午 ) )
      | (?: (?P<weeks> 下下|下|这|本|上 ) 个? )? {_WEEK}
        (?P<weekday> [一二三四五六日天末] | [1-6](?!\d) )
        (?: (?: 到|至|-|~ ) {_WEEK}? (?P<more_weekdays> [一二三四五六日天] )
          | (?: 、|或者?|和|{_WEEK} ) {_WEEK}? (?P<other_weekday> [一二三四五六日天] ) )?
      | (?P<whole_week> 下下|下 ) 个? {_WEEK}
      | (?P<full_year> (?<!\d) 20\d\d ) (?: 年 | [-/.] )
        (?P<full_month> \d{{1,2}} ) (?: 月 | [-/.] ) (?P<full_day> \d{{1,2}} ) (?: 号|日|(?!\d) )
      | (?P<months> {"|".join(_MONTHS_AHEAD)} )
        (?: (?P<day_of_month> {_NUMBER} ) (?: 号|日 ) | (?P<tens_of_month> {_TENS_NAMES} ) )?
      | (?<![\d.个/-]) (?P<month> {_NUMBER} )
        (?: 月份? \s* (?: (?P<day> {_NUMBER} ) (?: 号|日 | (?![\d年月天个点:块元]) )
                        | (?P<month_tens> {_TENS_NAMES} ) )
          | / (?P<slash_day> \d{{1,2}} ) (?: 号|日 | (?![\d/]) ) )
      | (?<![\d.]) (?P<no_month> 1[3-9] | 十[三-九] )月
      | (?<![\d.尾型编单工账订月/意某哪]) (?P<only_day> {_NUMBER} ) (?: 号|日 )
        (?! [楼院线机门店厅码单技师房电] )
      | (?<![个\d一二三四五六七八九十]) 月 (?P<only_tens> 初|底 )
      | (?P<count> {_NUMBER} | 两 | 半 ) (?P<unit> 天 | 周 | 个?星期 | 个?礼拜 | 个月 )
        (?: 之后|以后|后 )
      | (?P<workday> 工作日 )
    )
"""
"""One day ahead, for use inside a verbose pattern, once."""


@dataclass(frozen=True)
class Day:
    """`loose`: the words name several days, of which this is the first to offer.
    `weekly`: a weekday without its week, to move on a week when today's hour has passed."""

    day: date
    loose: bool = False
    weekly: bool = False


def read_day(match: re.Match[str], today: date) -> Day | Impossible | None:
    """The day that `DAY` matched, None if it matched nothing."""
    if match["named"]:
        ahead = timedelta(_DAYS_AHEAD[match["named"]])
        return Day(today + ahead, loose=match["named"] in _SEVERAL)
    if match["weekday"]:
        return _weekday(match, today)
    if match["whole_week"]:
        return Day(week_start(today) + timedelta(weeks=_WEEKS_AHEAD[match["whole_week"]]), loose=True)
    if match["no_month"]:
        return Impossible(match[0], "no_such_month")
    if match["count"]:
        return _after(match, today)
    if match["workday"]:
        return Day(next(day for day in _coming(today, 1) if day.weekday() < 5), loose=True)
    return _by_calendar(match, today)


def _coming(today: date, ahead: int) -> list[date]:
    return [today + timedelta(days) for days in range(ahead, ahead + 7)]


def _weekday(match: re.Match[str], today: date) -> Day:
    """周六 is the coming one, never today, which is 今天; 这周六 said on Sunday can only mean the coming one too."""
    wanted = _WEEKDAYS[match["weekday"]]
    several = bool(match["more_weekdays"] or match["other_weekday"] or match["weekday"] == "末")
    if not match["weeks"]:
        day = next(day for day in _coming(today, 0 if several else 1) if day.weekday() == wanted)
        return Day(day, loose=several, weekly=not several)
    day = week_start(today) + timedelta(weeks=_WEEKS_AHEAD[match["weeks"]], days=wanted)
    if match["weeks"] in ("这", "本") and day < today:
        weekend_left = match["weekday"] == "末" and today.weekday() == 6
        day = today if weekend_left else day + timedelta(weeks=1)
    return Day(day, loose=several)


def _after(match: re.Match[str], today: date) -> Day | None:
    unit = match["unit"]
    if match["count"] == "半":
        return Day(today + timedelta(15), loose=True) if unit == "个月" else None
    count = to_int(match["count"]) or 0
    if unit == "个月":
        return Day(add_months(today, count), loose=True)
    return Day(today + timedelta(count if unit == "天" else 7 * count), loose=unit != "天")


def _by_calendar(match: re.Match[str], today: date) -> Day | Impossible | None:
    if match["full_year"]:
        year, month, day = (int(match[name]) for name in ("full_year", "full_month", "full_day"))
        return _exact(make_day(year, month, day, text=match[0]))
    if match["months"]:
        return _of_month(match, today)
    if match["month"]:
        return _month_and_day(match, today)
    if match["only_day"]:
        return _day_of_coming_month(to_int(match["only_day"]) or 0, today, match[0])
    if match["only_tens"]:
        ahead = 0 if match["only_tens"] == "底" else 1
        named = add_months(today.replace(day=_TENS[match["only_tens"]]), ahead)
        return Day(max(today, named), loose=True)
    return None


def _exact(day: date | Impossible) -> Day | Impossible:
    return Day(day) if isinstance(day, date) else day


def _of_month(match: re.Match[str], today: date) -> Day | Impossible:
    month = add_months(today.replace(day=1), _MONTHS_AHEAD[match["months"]])
    if match["day_of_month"]:
        return _exact(make_day(month.year, month.month, to_int(match["day_of_month"]) or 0, text=match[0]))
    return Day(max(today, month.replace(day=_TENS.get(match["tens_of_month"], 1))), loose=True)


def _month_and_day(match: re.Match[str], today: date) -> Day | Impossible:
    month = to_int(match["month"]) or 0
    wanted = _TENS.get(match["month_tens"]) or to_int(match["day"] or match["slash_day"]) or 0
    day = make_day(today.year, month, wanted, text=match[0])
    if isinstance(day, date) and day < today - _RECENT:
        day = make_day(today.year + 1, month, wanted, text=match[0])
    return Day(day, loose=bool(match["month_tens"])) if isinstance(day, date) else day


def _day_of_coming_month(wanted: int, today: date, text: str) -> Day | Impossible:
    """25号: the next one, today included; 31号 in a short month is the next month's."""
    months = (add_months(today.replace(day=1), ahead) for ahead in range(3))
    days = [make_day(month.year, month.month, wanted, text=text) for month in months]
    coming = [day for day in days if isinstance(day, date) and day >= today]
    return Day(coming[0]) if coming else Impossible(text, "no_such_day")

"""Past days, as customers date a purchase or a repair → the days that it can have been.

What the words leave open stays open: 去年 is a whole year, 用了两年半 a month either way. Days
after `today` are returned as they are; the caller refuses them. A term (保修三年, 卡上三年) and a
wait (等了三天) are no dates.
"""

from __future__ import annotations

import functools
import re
from datetime import date, timedelta

from bot.text import calendar_dates
from bot.text.calendar_dates import DAY, TENS, YEAR_ALONE, Days, read_calendar, whole_year
from bot.text.days import (
    DayRange,
    make_day,
    month_range,
    one_day,
    week_start,
    year_range,
)
from bot.text.found import Found, Rule, Text, as_normalised, scan
from bot.text.lengths import LENGTH, read_length
from bot.text.numbers import to_int
from bot.text.tables import table
from policies_kb.calendar import add_months

_MONTHS_BACK = {"上上个月": 2, "上上月": 2, "上个月": 1, "上月": 1, "这个月": 0, "本月": 0}
_DAYS_BACK = {
    "大前天": 3,
    "前天": 2,
    "前晚": 2,
    "昨天": 1,
    "昨日": 1,
    "昨儿": 1,
    "昨晚": 1,
    "今天": 0,
    "今早": 0,
}
_WEEKS_BACK = {"上上": 2, "上": 1, "这": 0, "本": 0}
_VAGUE = {  # words → days back, farthest and nearest
    r"前[几些]天 | 前[两三]天": (9, 1),
    r"前 (?:一)? (?:段时间|段日子|阵子?) | 上 (?:一)? 阵子": (90, 7),
    r"最近 (?=[才刚]?[买购入装])": (60, 0),
    r"(?<![天周月年号日子]) 刚刚? 才? 新? (?:买|购|入手|到货|到手|收到|拿到)": (7, 0),
    r"新买 | (?<![天周月年号日子时]) 才买(?!了|菜|票|东西|到家)": (7, 0),
}
_WEEKDAYS = {char: i for i, char in enumerate("一二三四五六日")} | {"天": 6, "末": 5}

_BOUGHT = r"(?: 买|购|入手|下单|到货|到手|收货|签收|收到|拿到|提货|开票|开发票|开的发票|安?装|使?用|换|修 )"
_TERM = r"(?: 保修卡?|质保卡?|包修|三包|延保|保固|过保|超保|出保|脱保|卡 )"
_WAIT = r"(?: 等|拖|催|坏|停|放|搁|闲置|联系|报修?|维?修 )"

_NOT_A_DATE = (
    rf"(?: {_TERM} | 保 ) (?: (?! 买|购|入手|使?用|装 ) [^,。;!?\s\d一二两三四五六七八九十半] ){{0,5}} {LENGTH}",
    rf"{LENGTH} 的? (?: {_TERM} | (?:以|之)?内 )",
    r"大过年的? | 逢年过节 | 过年过节",
    rf"(?: 包 | 管 | 送 ) {LENGTH}",  # 当时说包十年
    rf"{_BOUGHT} 了? {LENGTH} 的? {_TERM}",  # 买了三年的延保
    rf"(?<!前) {_WAIT} [了过]? {LENGTH} (?! 以?前 | 之前 )",
    rf"{LENGTH} 了? (?: [还都也]? 没[人来有修] | [还都]没 | [一两三]次 )",
    rf"(?: 每隔? | 还有 | 还剩 | 剩下? | 还差 ) {LENGTH}",
)

_AGO = re.compile(rf"{LENGTH} (?: 以前 | 之前 | 前(?!后) )", re.VERBOSE)
_IN_USE = re.compile(
    rf"""
    (?: 使?用 | 买 (?:回来|来)? | 购买? | 安?装 | 入手 | 到手 | 才 | 刚 | 到现在 | 到今天 | 至今 )
    (?: 了 | 已经 | 都 | 才 | 刚(?!好|满) | 有 | 到现在 | , )*
    (?P<length> {LENGTH} ) 了?
    """,
    re.VERBOSE,
)
_SO_LONG = re.compile(rf"(?<! [了过等] ) (?: 有 | 都 | 已经 )? {LENGTH} 了", re.VERBOSE)
_ABOUT = re.compile(
    rf"""
    (?= 大概|大约|约|差不多|估计|快|将近|接近|不到 ) {LENGTH}
    (?= 吧? 的?样?子? \s* (?: [,。;!?~] | \Z ) )
    """,
    re.VERBOSE,
)
_NTH_DAY = re.compile(
    r"""
    (?: 签收|收到|收货|到货|到手|买 ) [了货]? (?: 后|以后|的|今天|是|才|刚|,|\s )*
    第 (?P<n> \d{1,2} | [一二三四五六七八九十]{1,3} ) 天
    """,
    re.VERBOSE,
)
_RELATIVE_MONTH = re.compile(rf"(?P<which> {'|'.join(_MONTHS_BACK)} ) 的? (?: {DAY} | {TENS} )?", re.VERBOSE)
_END_OF_MONTH = re.compile(r"(?<![个月\d一二三四五六七八九十]) 月 (?P<tens> 初|底|末|中(?=买|旬) )", re.VERBOSE)
_WEEK = re.compile(
    r"(?P<which> 上上|上|这|本 ) 个? (?: 周|星期|礼拜 ) (?P<weekday> [一二三四五六日天末] )?",
    re.VERBOSE,
)
_BOUGHT_ON = re.compile(rf"(?<![尾型编单工账月]) {DAY} (?= 的时候? | [才就刚在]? {_BOUGHT} )", re.VERBOSE)
_LAST_YEAR_NOW = re.compile(r"(?P<year>去年|前年)的?(?:这个?时候|这会儿?|(?P<day>今天))")
_COMPACT = re.compile(r"(?<!\d) (?P<y> 20\d\d ) (?P<m> \d\d ) (?P<d> \d\d ) (?!\d)", re.VERBOSE)
_BOUGHT_IN = re.compile(rf"(?<![\d.号码单]) (?P<y> (?:19|20)\d\d ) (?= \s* [才就刚]? {_BOUGHT} )", re.VERBOSE)
_BARE_YEAR = re.compile(
    r"""
    (?<![\d.号码单]) (?P<y> (?:19|20)\d\d | 二[零〇][零〇一二三四五六七八九]{2} ) (?![\d.元块年])
    """,
    re.VERBOSE,
)


def find_days(text: Text, today: date, *, expected: bool = False) -> list[Found[Days]]:
    """Past days in `text`, in order. `expected`: a day was asked for, so 2022 or 两年 is one."""
    rules = _rules(today) + (_answer_rules(today) if expected else [])
    return scan(as_normalised(text), rules)


def _rules(today: date) -> list[Rule[Days]]:
    on = functools.partial
    return [
        *(Rule(pattern, _nothing, swallow=True) for pattern in (*_not_a_date(), _called_so())),
        Rule(calendar_dates.pattern(), on(read_calendar, today=today)),
        Rule(calendar_dates.NUMERIC, calendar_dates.read_numeric),
        Rule(YEAR_ALONE, on(_year_alone, today=today)),
        Rule(_BOUGHT_IN, lambda match: year_range(to_int(match["y"]) or 0).until(today)),
        Rule(_NTH_DAY, lambda match: one_day(today - timedelta((to_int(match["n"]) or 1) - 1))),
        Rule(_RELATIVE_MONTH, on(_relative_month, today=today)),
        Rule(_END_OF_MONTH, on(_end_of_month, today=today)),
        Rule(_WEEK, on(_week, today=today)),
        Rule(_BOUGHT_ON, on(_day_of_month, today=today)),
        Rule(_LAST_YEAR_NOW, on(_last_year_now, today=today)),
        Rule(_any_of(_DAYS_BACK), lambda match: one_day(today - timedelta(_DAYS_BACK[match[0]]))),
        Rule(_AGO, on(_length_before, today=today)),
        Rule(_IN_USE, on(_length_before, today=today)),
        Rule(_SO_LONG, on(_so_long, today=today)),
        Rule(_ABOUT, on(_so_long, today=today)),
        *(_vague_rule(words, back, today) for words, back in _VAGUE.items()),
    ]


def _answer_rules(today: date) -> list[Rule[Days]]:
    """What names a day only because one was asked for."""
    on = functools.partial
    return [
        Rule(_COMPACT, calendar_dates.read_numeric),
        Rule(_BARE_YEAR, lambda match: year_range(to_int(match["y"]) or 0).until(today)),
        Rule(YEAR_ALONE, on(whole_year, today=today)),
        Rule(re.compile(LENGTH, re.VERBOSE), on(_length_before, today=today)),
        Rule(re.compile(DAY, re.VERBOSE), on(_day_of_month, today=today)),
    ]


@functools.cache
def _not_a_date() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.VERBOSE) for pattern in _NOT_A_DATE)


@functools.cache
def _called_so() -> re.Pattern[str]:
    """彭国庆 is called so; nothing was bought on that day."""
    families = "".join(table("surnames")["single"].split())
    return re.compile(rf"(?<![\u4e00-\u9fff]) [{families}] (?: 国庆|中秋|元旦|端午|春节 ) (?= \W|\d|\Z )", re.VERBOSE)


def _any_of(words: dict[str, int]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(words, key=len, reverse=True)))


def _nothing(match: re.Match[str]) -> None:
    return None


def _vague_rule(words: str, back: tuple[int, int], today: date) -> Rule[Days]:
    days = DayRange(today - timedelta(back[0]), today - timedelta(back[1]))
    return Rule(re.compile(words, re.VERBOSE), lambda match: days)


def _year_alone(match: re.Match[str], *, today: date) -> Days | None:
    """A two-digit year may be a length (10年, 二三年): only recent and unmistakable ones count."""
    short = match["short_year"]
    if short:
        year = to_int(short) or 0
        follows_bought = re.match(rf"\s*的?(?:时候|{_BOUGHT.replace(' ', '')})", match.string[match.end() :])
        mistakable = not 15 <= year <= today.year % 100 or short in ("一二", "二三")
        if year > today.year % 100 or (mistakable and not follows_bought):
            return None
        if _after_use(match):
            return None
    return whole_year(match, today=today)


def _after_use(match: re.Match[str]) -> bool:
    return match.string[: match.start()].endswith(("用了", "买了", "有", "保修", "质保", "保", "修了", "用"))


def _relative_month(match: re.Match[str], *, today: date) -> Days:
    month = add_months(today.replace(day=1), -_MONTHS_BACK[match["which"]])
    if match["day"]:
        day = make_day(month.year, month.month, to_int(match["day"]) or 0, text=match[0])
        return one_day(day) if isinstance(day, date) else day
    days = calendar_dates.part_of_month(month_range(month.year, month.month), match["tens"])
    return days.until(today)


def _end_of_month(match: re.Match[str], *, today: date) -> Days:
    """月底, 月初 alone: the latest one that is over or, for 月初, has begun."""
    here = calendar_dates.part_of_month(month_range(today.year, today.month), match["tens"])
    if here.last <= today:
        return here
    before = add_months(today.replace(day=1), -1)
    return calendar_dates.part_of_month(month_range(before.year, before.month), match["tens"])


def _week(match: re.Match[str], *, today: date) -> Days | None:
    monday = week_start(today) - timedelta(weeks=_WEEKS_BACK[match["which"]])
    if not match["weekday"]:
        return DayRange(monday, monday + timedelta(6)).until(today)
    day = monday + timedelta(_WEEKDAYS[match["weekday"]])
    if day > today:
        return None  # 这周六 said before Saturday is no past day
    return DayRange(day, day + timedelta(1)) if match["weekday"] == "末" else one_day(day)


def _day_of_month(match: re.Match[str], *, today: date) -> Days:
    """5号: the latest one not after today."""
    wanted = to_int(match["day"]) or 0
    if wanted <= today.day:
        found = make_day(today.year, today.month, wanted, text=match[0])
        return one_day(found) if isinstance(found, date) else found
    before = add_months(today.replace(day=1), -1)
    found = make_day(before.year, before.month, wanted, text=match[0])
    return one_day(found) if isinstance(found, date) else found


def _last_year_now(match: re.Match[str], *, today: date) -> Days:
    day = add_months(today, -12 if match["year"] == "去年" else -24)
    return one_day(day) if match["day"] else DayRange(day - timedelta(15), day + timedelta(15))


def _length_before(match: re.Match[str], *, today: date) -> Days | None:
    length = read_length(match)
    return length.before(today) if length else None


def _so_long(match: re.Match[str], *, today: date) -> Days | None:
    """两年了: so long in use. 三天了 is more often a wait and names nothing."""
    in_days = match["unit"] and not match["unit"].endswith(("年", "月"))
    return None if in_days else _length_before(match, today=today)

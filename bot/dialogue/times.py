"""Days and times of a message as facts: when it was bought, made or repaired, when somebody is to come."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from bot.dialogue.state import Desk
from bot.dialogue.turn import Problem
from bot.text.days import DayRange, Impossible, make_day
from bot.text.found import Found
from bot.text.reading import Reading
from bot.text.visits import Visit, VisitTime
from policies_kb.calendar import add_months


def days_said(value: DayRange | Impossible, slot: str, today: date) -> list[str] | Problem:
    """The first and the last day that a past day can have been; a day to come is none."""
    if isinstance(value, Impossible):
        return Problem(slot, value.reason_code, {"text": value.text})
    if value.first > today:
        return Problem(slot, "day_to_come", {"day": value.first.isoformat()})
    return [value.first.isoformat(), min(value.last, today).isoformat()]


def one_wish(visits: Sequence[Found[Visit]]) -> Found[Visit]:
    """The last wish of a message with what was said of the same before it: 后天吧,大概上午; 周二晚上,我下班七点;
    就明天吧,越早越好."""
    last = visits[-1]
    if len(visits) < 2 or not isinstance(last.value, VisitTime) or not isinstance(visits[-2].value, VisitTime):
        return last
    before, hours = visits[-2].value, last.value
    if last.start - visits[-2].end <= 1 and hours.implied and before.end and hours.end and before.end <= hours.end:
        return replace(last, value=replace(before, end=hours.end))  # 上午下午都可以
    if before.day == hours.day and before.start and not hours.start and not hours.end:
        return visits[-2]  # 下周六上午,28号
    if before.day is None or before.implied or not (hours.implied or hours.day is None):
        return last
    if hours.asap:
        return replace(last, value=replace(before, approximate=True))
    start, end = (_in_the_half_of(before, at) for at in (hours.start, hours.end))
    return replace(last, value=replace(hours, day=before.day, start=start, end=end, implied=False))


def _in_the_half_of(part: VisitTime, at: time | None) -> time | None:
    """七点, said of an evening, is 19:00."""
    if at is None or part.start is None or part.start.hour < NOON or at.hour >= NOON:
        return at
    return at.replace(hour=at.hour + NOON)


NOON = 12


def is_a_wish(visit: Found[Visit], text: str, today: date, *, asked: bool) -> bool:
    """Whether a time is one at which somebody is to come: it was asked for, nothing else is said in its breath, or the
    words say so. 那就是下周到期, 今早上水不热 and 门牌是98号 tell of something else."""
    day = getattr(visit.value, "day", None)
    if day is not None and (day - today).days > FARTHEST and "年" not in visit.text:
        return False  # 8月底, said in November, is over
    if _NO_VISIT.search(text[max(0, visit.start - 6) : visit.end + 8]) or _WAS_HERE.match(text[visit.end :]):
        return False
    end = visit.end - (len(visit.text) - len(visit.text.rstrip(",\uff0c ")))  # 后天上午,万女士: two breaths
    before, after = _BREATHS.split(text[: visit.start])[-1], _BREATHS.split(text[end:])[0]
    alone = sum(map(str.isalnum, before + after)) <= A_WORD_OR_TWO
    return asked or alone or bool(_COMES.search(text))


def is_for_a_visit(text: str) -> bool:
    """Whether a day in `text` is one for somebody to come (约个师傅,这礼拜五): nothing was bought on it."""
    return _SOMEBODY_COMES.search(text) is not None and _GOT.search(text) is None


_SOMEBODY_COMES = re.compile(
    r"[约派喊叫请找]个?[人位]?(?:师傅|工程师|人)|上门|预约|过来[看修]|来[看修]|约一?下|约[在到]"
)
_GOT = re.compile(r"买|购|入手|下单|到货|到手|收货|签收|收到|装的|装修|开票|发票|生产|出厂")
#: What is said where somebody is to come, and what a day is said of where nobody is.
_COMES = re.compile(
    r"来|上门|派|约|安排|登记|改[到成在约期]|换[到成]|提前|提早|推[迟后到]|延[后期]|挪|过来|到家|有空|方便|在家|可以|行[不吗吧么]|修(?!过|的|了|好)|装|洗|保养"
)
_NO_VISIT = re.compile(
    r"下[雨雪]|天气|气温|冷不冷|热不热|到期|就?满|过期|过保|还差|差[一两几\d]天|到货|签收|收货|送到|送货|开门|营业|生产|出厂|发货|门牌|房号"
    r"|过[两几一]天(?:又|就|才|还)"
)
_WAS_HERE = re.compile(
    r"(?:师傅|他|那个?人|你们|人)?(?:来|上门|过来|修|装|弄|换)(?:的(?!话|时候)|过(?!来))"
)  # 21号下午来的
_BREATHS = re.compile(r"[\s,\uff0c。;\uff1b!\uff01?\uff1f、]+")
FARTHEST = 150  # days: nobody is asked to come so late
A_WORD_OR_TWO = 4  # characters beside a time, in one breath with it, that say nothing else of it


def visit_said(value: VisitTime | Impossible, desk: Desk, now: datetime) -> dict[str, Any] | Problem:
    """A wish for a visit: its day, hours and what was left open; what is over is none."""
    if isinstance(value, Impossible):
        return Problem("visit", value.reason_code, {"text": value.text})
    stands = _visit_in_hand(desk)
    if value.implied and stands.get("day") and not stands.get("implied"):
        day = date.fromisoformat(stands["day"])
        value = replace(value, day=day, implied=False)  # 大后天, then 上午: the time of the day that stands
    if value.day is not None and _is_over(value, value.day, now):
        return Problem("visit", "visit_past", {"day": value.day.isoformat()})
    hours = {name: at.strftime("%H:%M") for name in ("start", "end") if (at := getattr(value, name)) is not None}
    flags = {name: True for name in ("approximate", "asap", "implied", "after", "either") if getattr(value, name)}
    if stands.get("either") and hours and not stands.get("end"):
        hours, flags = _the_half_meant(stands, hours, flags)  # 八点, then 晚上
    if value.day is not None and not hours and not value.asap:  # 下午三点, then 改到后天: the hours that stand
        hours = _hours_still_to_come(stands, value.day, now)
    return {"day": value.day.isoformat() if value.day else None, **hours, **flags}


def _the_half_meant(
    stands: Mapping[str, Any], hours: dict[str, str], flags: dict[str, bool]
) -> tuple[dict[str, str], dict[str, bool]]:
    """八点 that stands, and 早上 or 晚上 said of it: that hour of it. Hours that do not hold it are others."""
    start = time.fromisoformat(stands["start"])
    for at in (start, start.replace(hour=(start.hour + NOON) % 24)):
        if "end" in hours and hours.get("start", "") <= f"{at:%H:%M}" <= hours["end"]:
            return {"start": f"{at:%H:%M}"}, {}
    return hours, flags


def _hours_still_to_come(stands: Mapping[str, Any], day: date, now: datetime) -> dict[str, str]:
    """The hours of the visit that stands; none on a day on which they are over (那今天吧, after 明天早上)."""
    hours = {name: stands[name] for name in ("start", "end") if name in stands}
    over = day == now.date() and max(hours.values(), default="99") < f"{now:%H:%M}"
    return {} if over else hours


def day_of_what_happened(plain: Reading, today: date, *, told: bool) -> str | None:
    """师傅昨天上门: the one past day that a message speaks of, whatever happened on it. `told`: of a complaint, whose
    19号 is over."""
    days = [day.value.first for day in plain.other_days if isinstance(day.value, DayRange) and _is_one(day.value)]
    days += [v.value.day for v in plain.visits if isinstance(v.value, VisitTime) and v.value.day]
    said = plain.text.raw
    visits = [v for v in plain.visits if isinstance(v.value, VisitTime)]
    over = [v for v in visits if _WAS_HERE.match(said[v.end :]) or (told and re.search("[号日]", v.text))]
    was = [v.value.day for v in over if isinstance(v.value, VisitTime)]
    past = [day for day in days if day < today] + [_latest(day, today) for day in was if day and day >= today]
    return past[-1].isoformat() if past else None


def _latest(day: date, today: date) -> date:
    """The same day of this month, or of the one before."""
    months = [add_months(today.replace(day=1), -back) for back in range(4)]
    days = [make_day(month.year, month.month, day.day, text="") for month in months]
    return max((one for one in days if isinstance(one, date) and one <= today), default=today)


def _is_one(days: DayRange) -> bool:
    return days.first == days.last


def _visit_in_hand(desk: Desk) -> Mapping[str, Any]:
    """The visit that a booking in hand already has."""
    visits = [task.slots["visit"] for task in desk.tasks if task.topic == "repair" and task.slots.get("visit")]
    return visits[-1] if visits else {}


def _is_over(visit: VisitTime, day: date, now: datetime) -> bool:
    end = visit.end or visit.start
    return day < now.date() or (day == now.date() and end is not None and end < now.time())


def of_one_year(days: Sequence[Found[Any]], today: date) -> list[Found[Any]]:
    """2023年10月18日下单,10月21日签收: the days after the first are of its year; 今天, said beside another, is none."""
    others = [each for each in days if each.value != DayRange(today, today)] or list(days)
    year: list[str] | None = None
    found = []
    for each in others:
        if isinstance(each.value, DayRange):
            value = as_part_of(each.value, year, each.text)
            year = [f"{value.first.year}-01-01", f"{value.first.year}-12-31"]
            found.append(replace(each, value=value))
        else:
            found.append(each)
    return found


def either_of_two(days: Sequence[Found[Any]], text: str) -> list[Found[Any]]:
    """21年还是23年,记不清: any day between them."""
    if len(days) < 2 or not all(isinstance(day.value, DayRange) for day in days[-2:]):
        return list(days)
    *before, other, last = days
    if not _OR.fullmatch(text[other.end : last.start]):
        return list(days)
    between = DayRange(min(other.value.first, last.value.first), max(other.value.last, last.value.last))
    return [*before, replace(last, value=between, start=other.start)]


_OR = re.compile(r"\W*(?:还是|或者?是?|要么是?|不然就?是|要不就?是?|、)\W*")


def as_part_of(days: DayRange, known: Sequence[str] | None, text: str) -> DayRange:
    """3月, after 22年, is of that year; 8号, after a month, of that month. What names its own year stands."""
    if known is None or _OWN_YEAR.search(text):
        return days
    first, last = (date.fromisoformat(day) for day in known)
    is_closer = LEAST_OPEN <= (last - first).days > (days.last - days.first).days
    moved = [DayRange(_in(year, days.first), _in(year, days.last)) for year in range(first.year, last.year + 1)]
    if last.month == first.month and first.year == last.year and days.first == days.last:  # a day of that month
        if "月" in text:  # 不对,是3月15号, after 4月: another month of that year
            return DayRange(_in(first.year, days.first), _in(first.year, days.last))
        same = make_day(first.year, first.month, days.first.day, text=text)
        moved = [DayRange(same, same)] if isinstance(same, date) else []
    inside = [one for one in moved if first <= one.first and one.last <= last]
    return inside[0] if is_closer and len(inside) == 1 else days


def _in(year: int, day: date) -> date:
    return day.replace(year=year, day=min(day.day, 28)) if (day.month, day.day) == (2, 29) else day.replace(year=year)


LEAST_OPEN = 27  # days: what is told as a month or more may be told closer
_OWN_YEAR = re.compile(r"年|\d{4}|上个?月|这个?月|本月|昨|今|前天|前几天|[上这本]个?(?:周|星期|礼拜)|刚|才")

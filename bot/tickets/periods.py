"""When a promised time is over: hours run through, days end when the desk closes, working days are China's own.

Pure. The rule is 民法典 201 and 203: the first day is not counted, and the last one ends when
business does. Public holidays and the weekends worked for them (调休) come from chinesecalendar,
which knows a year once the State Council has published it; in other years Monday to Friday are
taken for working days, and the period says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from policies_kb.calendar import add_months
from policies_kb.effects import Within

Hours = Mapping[int, tuple[tuple[time, time], ...]]

_DAY = timedelta(days=1)
_DAY_ENDS = time(23, 59)


@dataclass(frozen=True)
class Period:
    """`due` is the last moment in time; before `earliest`, where there is one, it is too soon.

    `guessed`: years whose holidays are not known, in which working days were taken to be Monday to
    Friday.
    """

    due: datetime
    earliest: datetime | None = None
    guessed: tuple[int, ...] = ()


def period(within: Within, start: datetime, hours: Hours) -> Period:
    """The time `within` from `start`; `hours` are the desk's, by weekday."""
    if within.unit in ("minutes", "hours"):
        low, high = (start + timedelta(**{within.unit: n}) for n in (within.low, within.high))
        return Period(high, low if low < high else None)
    if within.unit == "desk_hours":
        return Period(_after_open_hours(start, timedelta(hours=within.high), hours))
    guessed: set[int] = set()
    first, last = (_day_after(start.date(), n, within.unit, guessed) for n in (within.low, within.high))
    opens = datetime.combine(first, time(), start.tzinfo) if first < last else None
    return Period(datetime.combine(last, _closing(last, hours), start.tzinfo), opens, tuple(sorted(guessed)))


def _day_after(start: date, count: int, unit: str, guessed: set[int]) -> date:
    if unit == "working_days":
        return _working_day_after(start, count, guessed)
    if unit == "days":
        return start + count * _DAY
    return add_months(start, count * (12 if unit == "years" else 1))


def _working_day_after(day: date, count: int, guessed: set[int]) -> date:
    while count:
        day += _DAY
        count -= _is_working_day(day, guessed)
    return day


def _is_working_day(day: date, guessed: set[int]) -> bool:
    import chinese_calendar  # here: a tenth of a second, for the few who need it

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # its word for a year that it has no data of
        guessed.add(day.year)
        return day.weekday() < 5


def _closing(day: date, hours: Hours) -> time:
    spans = hours.get(day.weekday())
    return spans[-1][1] if spans else _DAY_ENDS


def _after_open_hours(start: datetime, left: timedelta, hours: Hours) -> datetime:
    if not any(hours.values()):
        raise ValueError("desk hours are counted, and the desk has none")
    day = start.date()
    while True:
        for opens, closes in hours.get(day.weekday(), ()):
            begins = max(datetime.combine(day, opens, start.tzinfo), start)
            ends = datetime.combine(day, closes, start.tzinfo)
            if begins + left <= ends:
                return begins + left
            left -= max(ends - begins, timedelta())
        day += _DAY

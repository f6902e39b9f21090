"""Days and ranges of days: the values that dates are read into, and their arithmetic."""

from __future__ import annotations

import calendar
import functools
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.text.tables import table

NEAR = timedelta(days=7)  # 国庆前后
BESIDE = timedelta(days=14)  # 国庆前, 过年后: the fortnight before or after


@dataclass(frozen=True)
class DayRange:
    """All days from `first` through `last`: what a customer's words honestly leave open."""

    first: date
    last: date

    def until(self, latest: date) -> DayRange:
        """Without the days after `latest`, as long as any day is left."""
        return DayRange(self.first, min(self.last, latest)) if self.first <= latest else self

    def widened(self, by: timedelta) -> DayRange:
        return DayRange(self.first - by, self.last + by)


@dataclass(frozen=True)
class Impossible:
    """A date or time that no calendar has (2月31号, 25点): to be asked again, not dropped."""

    text: str
    reason_code: Literal["no_such_month", "no_such_day", "no_such_time"]


def one_day(day: date) -> DayRange:
    return DayRange(day, day)


def month_range(year: int, month: int) -> DayRange:
    return DayRange(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def year_range(year: int) -> DayRange:
    return DayRange(date(year, 1, 1), date(year, 12, 31))


def week_start(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def make_day(year: int, month: int, day: int, *, text: str) -> date | Impossible:
    if not 1 <= month <= 12:
        return Impossible(text, "no_such_month")
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return Impossible(text, "no_such_day")
    return date(year, month, day)


def latest_day(month: int, day: int, *, today: date, text: str) -> date | Impossible:
    """The latest such day not after `today`; February 29 may be up to eight years back."""
    tries = [make_day(year, month, day, text=text) for year in range(today.year, today.year - 9, -1)]
    past = [found for found in tries if isinstance(found, date) and found <= today]
    return past[0] if past else next(found for found in tries if not isinstance(found, date))


@dataclass(frozen=True)
class Festival:
    """A named time of the year; `days(year)` is None where the table has no such year."""

    first: str = ""
    last: str = ""
    lunar_days: tuple[date, ...] = ()
    span: int = 0

    def days(self, year: int) -> DayRange | None:
        if self.first:
            return DayRange(_in_year(year, self.first), _in_year(year, self.last))
        for day in self.lunar_days:
            if day.year == year:
                return DayRange(day, day + timedelta(days=self.span))
        return None

    def latest(self, today: date) -> DayRange | None:
        """The latest one that has begun by `today`."""
        found = (self.days(year) for year in (today.year, today.year - 1))
        return next((days for days in found if days and days.first <= today), None)


def _in_year(year: int, month_day: str) -> date:
    month, day = month_day.split("-")
    return date(year, int(month), int(day))


@functools.cache
def festivals() -> dict[str, Festival]:
    """Every name a festival goes by → the festival."""
    data = table("festivals")
    fixed = {
        name: Festival(first=entry["first"], last=entry["last"])
        for entry in data["fixed"].values()
        for name in entry["names"]
    }
    lunar = {
        name: Festival(lunar_days=tuple(entry["days"]), span=entry["span"])
        for entry in data["lunar"].values()
        for name in entry["names"]
    }
    return fixed | lunar

"""Days past and visits to come, said on Sunday 2026-11-22 at ten."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from bot.text.dates import DayRange, Impossible, VisitTime, find_days, find_visit
from bot.text.days import festivals

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=timezone(timedelta(hours=8)))
TODAY = NOW.date()


def _days(value: DayRange | Impossible) -> Any:
    return "impossible" if isinstance(value, Impossible) else [value.first, value.last]


def _meant_days(meant: Any) -> list[Any]:
    if isinstance(meant, str):
        return [] if meant == "none" else [meant]
    return [[meant[0], meant[-1]]]


@pytest.mark.cases("past_days", "strict")
def test_past_days(said: str, meant: Any) -> None:
    """A sentence names these past days and no others."""
    assert [_days(found.value) for found in find_days(said, TODAY)] == _meant_days(meant)


@pytest.mark.cases("past_days", "expected")
def test_past_days_when_asked_for(said: str, meant: Any) -> None:
    """The answer to 什么时候买的 may be as short as a year or a length."""
    assert [_days(found.value) for found in find_days(said, TODAY, expected=True)] == _meant_days(meant)


def _visit(value: VisitTime | Impossible) -> str:
    if isinstance(value, Impossible):
        return "impossible"
    if value.day is None:
        return "asap" if value.asap else "any"
    hours = [f"{time:%H:%M}" if time else "" for time in (value.start, value.end)]
    parts = [
        str(value.day),
        "-".join(hours) if any(hours) else "",
        "~" if value.approximate else "",
    ]
    return " ".join(filter(None, parts))


def _meant_visits(meant: Any) -> list[str]:
    if isinstance(meant, list):
        return [str(one) for one in meant]
    return [] if meant == "none" else [str(meant)]


@pytest.mark.cases("visits", "strict")
def test_visits(said: str, meant: Any) -> None:
    """A sentence names these wishes for a visit and no others."""
    assert [_visit(found.value) for found in find_visit(said, NOW)] == _meant_visits(meant)


@pytest.mark.cases("visits", "expected")
def test_visits_when_asked_for(said: str, meant: Any) -> None:
    """The answer to 什么时候方便 may be 都行 or 一点."""
    assert [_visit(found.value) for found in find_visit(said, NOW, expected=True)] == _meant_visits(meant)


def test_the_reason_a_date_is_impossible_is_given() -> None:
    """A wrong month, a wrong day and a wrong hour are told apart."""
    reasons = [find_visit(said, NOW)[0].value for said in ("13月1号", "2月31号", "明天25点")]
    assert [getattr(value, "reason_code", None) for value in reasons] == [
        "no_such_month",
        "no_such_day",
        "no_such_time",
    ]


@pytest.mark.parametrize(
    ("name", "library_name"),
    [
        ("春节", "Spring Festival"),
        ("端午", "Dragon Boat Festival"),
        ("中秋", "Mid-autumn Festival"),
    ],
)
def test_lunar_days_agree_with_the_official_holidays(name: str, library_name: str) -> None:
    """Each lunar day of the table is a holiday of that name wherever chinesecalendar has data."""
    constants = pytest.importorskip("chinese_calendar.constants")
    years = {day.year for day in constants.holidays}
    for year in sorted(years - {2004, 2005, 2006, 2007}):  # holidays of their own only since 2008
        days = festivals()[name].days(year)
        assert days is not None, f"{name} {year} is missing"
        # two festivals on one day go by the other's name in the library
        around = {constants.holidays.get(days.first + timedelta(shift)) for shift in range(-3, 4)}
        assert library_name in around or constants.Holiday.national_day.value in around, f"{name} {year}: {days.first}"


def test_a_festival_beyond_the_table_is_no_day() -> None:
    """A lunar day that the table does not have is never guessed."""
    assert festivals()["春节"].days(date.max.year) is None


def test_a_weekday_whose_hours_are_over_is_next_weeks() -> None:
    """周日上午, said on Sunday afternoon, is a week away."""
    [found] = find_visit("周日上午", NOW.replace(hour=13))
    assert _visit(found.value) == "2026-11-29 08:00-12:00 ~"


@pytest.mark.parametrize(
    ("said", "implied"), [("上午", True), ("下午三点", True), ("后天上午", False), ("后天", False)]
)
def test_a_day_that_was_not_said_is_only_implied(said: str, implied: bool) -> None:
    """上午 alone leaves the day to whatever stands."""
    [found] = find_visit(said, NOW, expected=True)
    assert isinstance(found.value, VisitTime) and found.value.implied is implied

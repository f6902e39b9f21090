"""Terms of the calendar as 民法典 201 and 202 set them, at the borders where they are easily got wrong."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies_kb.calendar import DayRange, Length, add_months, earliest_start

DAY = timedelta(days=1)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
LENGTHS = st.one_of(
    st.integers(1, 150).map(lambda n: Length(months=n)),
    st.integers(1, 4000).map(lambda n: Length(days=n)),
)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2024-03-15", 12, "2025-03-15"),  # the same day, not the one before
        ("2024-02-29", 12, "2025-02-28"),  # no 29 February: the month's last day
        ("2024-02-29", 48, "2028-02-29"),  # but there is one four years later
        ("2023-02-28", 12, "2024-02-28"),  # a month's end is not drawn to the next month's end
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-08-31", 1, "2024-09-30"),
        ("2024-12-31", 2, "2025-02-28"),
        ("2024-11-30", 3, "2025-02-28"),
        ("2024-12-01", 1, "2025-01-01"),  # over the turn of the year
        ("2024-01-31", 0, "2024-01-31"),
        ("2100-01-31", 1, "2100-02-28"),  # 2100 is no leap year
    ],
)
def test_a_term_in_months_ends_with_the_same_day_or_the_months_last(start: str, months: int, last: str) -> None:
    """n months end with the same day n months later, or with the month's last where there is none."""
    assert Length(months=months).end(date.fromisoformat(start)) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2024-02-28", 1, "2024-02-29"),
        ("2023-02-28", 1, "2023-03-01"),
        ("2024-12-31", 90, "2025-03-31"),
        ("2024-03-01", 7, "2024-03-08"),  # the first day is not counted
    ],
)
def test_a_term_in_days_does_not_count_the_first(start: str, days: int, last: str) -> None:
    """n days end n days after the first, which is not counted itself."""
    assert Length(days=days).end(date.fromisoformat(start)) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [("2024-03-31", -1, "2024-02-29"), ("2025-01-15", -1, "2024-12-15"), ("2025-01-15", -13, "2023-12-15")],
)
def test_months_are_counted_backwards_too(day: str, months: int, earlier: str) -> None:
    """A negative number of months leads to the corresponding day before."""
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(earlier)


@given(DAYS, st.integers(1, 150))
def test_a_month_later_is_in_that_very_month(start: date, months: int) -> None:
    """The end lies in the month n months on, with the same day or else that month's last."""
    end = add_months(start, months)
    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day == start.day or (end.day < start.day and (end + DAY).day == 1)


@given(DAYS, LENGTHS)
def test_a_term_covers_through_its_last_day_and_not_the_next(start: date, length: Length) -> None:
    """Bought on `start`, the last day is still reached by it, and the next day only by a later purchase."""
    last = length.end(start)
    assert earliest_start((length,), last) <= start
    assert earliest_start((length,), last + DAY) > start


@given(DAYS, st.lists(LENGTHS, min_size=1, max_size=3).map(tuple))
def test_earliest_start_is_the_first_day_that_still_reaches(on: date, lengths: tuple[Length, ...]) -> None:
    """From it the lengths, one after the other, reach the day; from the day before they do not."""
    start = earliest_start(lengths, on)
    assert _end(lengths, start) >= on
    assert _end(lengths, start - DAY) < on


@given(DAYS, DAYS, LENGTHS)
def test_who_buys_later_is_covered_no_shorter(first: date, second: date, length: Length) -> None:
    """A later start never gives an earlier end."""
    earlier, later = sorted((first, second))
    assert length.end(earlier) <= length.end(later)


def test_a_range_of_days_runs_forwards() -> None:
    """A range whose end is before its beginning cannot be made."""
    with pytest.raises(ValueError, match="runs backwards: 2024-03-02 … 2024-03-01"):
        DayRange(date(2024, 3, 2), date(2024, 3, 1))


def test_a_single_day_is_a_range_that_is_known() -> None:
    """A day told exactly is known; two different days are not."""
    day = date(2024, 2, 29)
    assert DayRange.of(day) == DayRange(day, day)
    assert DayRange.of(day).known
    assert not DayRange(day, day + DAY).known


def test_months_win_over_days() -> None:
    """Where a source gives months and days, the months count."""
    assert Length(months=1, days=90).end(date(2024, 1, 31)) == date(2024, 2, 29)


def _end(lengths: tuple[Length, ...], start: date) -> date:
    for length in lengths:
        start = length.end(start)
    return start

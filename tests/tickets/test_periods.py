"""How long a deadline is: hours, days and working days by the desk's clock and China's calendar."""

from __future__ import annotations

import pytest

from bot.tickets import periods
from policies_kb.effects import Within
from policies_kb.loader import load
from tests.tickets.deadlines import moment


@pytest.mark.parametrize(
    ("within", "start", "due"),
    [
        (("working_days", 2, 2), "2026-11-19T10:00", "2026-11-23T18:00"),  # Thursday: Friday, Monday
        (("working_days", 2, 2), "2026-11-21T23:30", "2026-11-24T18:00"),  # Saturday: Monday, Tuesday
        (("working_days", 2, 2), "2026-09-30T10:00", "2026-10-09T18:00"),  # National Day, 1 to 7 October
        (("working_days", 2, 2), "2026-10-09T10:00", "2026-10-12T18:00"),  # Saturday the 10th is worked
        (("working_days", 2, 2), "2026-02-13T10:00", "2026-02-24T18:00"),  # the 14th is worked; Spring Festival to 23rd
        (("hours", 72, 72), "2026-11-20T10:15", "2026-11-23T10:15"),
        (("minutes", 30, 30), "2026-11-20T23:45", "2026-11-21T00:15"),
        (("days", 3, 7), "2026-11-20T20:00", "2026-11-27T18:00"),
        (("months", 1, 1), "2026-01-31T10:00", "2026-02-28T18:00"),
        (("desk_hours", 4, 4), "2026-11-20T10:00", "2026-11-20T15:00"),  # noon to one is closed
        (("desk_hours", 4, 4), "2026-11-20T17:30", "2026-11-21T13:30"),
        (("desk_hours", 4, 4), "2026-11-20T03:00", "2026-11-20T14:00"),
    ],
)
def test_a_time_is_over_when_the_calendar_says(within: tuple[str, int, int], start: str, due: str) -> None:
    """Hours run through, days end with the desk's last hour, working days skip China's holidays and keep its 调休."""
    hours = load().desk.hours
    assert periods.period(Within(*within), moment(start), hours).due == moment(due)


def test_a_range_has_a_day_before_which_it_is_too_soon() -> None:
    """三到七天 opens with the third day and closes with the seventh."""
    found = periods.period(Within("days", 3, 7), moment("2026-11-20T20:00"), load().desk.hours)
    assert (found.earliest, found.guessed) == (moment("2026-11-23T00:00"), ())


def test_a_year_without_published_holidays_is_guessed_and_says_so() -> None:
    """Beyond the calendar's years Monday to Friday are taken for working days, and the year is named."""
    found = periods.period(Within("working_days", 2, 2), moment("2035-05-04T10:00"), load().desk.hours)
    assert (found.due, found.guessed) == (moment("2035-05-08T18:00"), (2035,))

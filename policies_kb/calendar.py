"""Terms of the calendar: when a period of months or days ends, and ranges of days.

Source of the rule: 民法典 201-202 (the first day is not counted; n months from day D end with the same day n months
later, or with that month's last day where there is none). A period covers *through* its last day.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

FAR_PAST = date(1970, 1, 1)  # before any appliance a customer could still ask about
NEVER: Final = "never"  # told of a day that has not been, which is more than not told
FAR_FUTURE = date(2199, 12, 31)  # far enough from the last day of the calendar for every period to end before it


@dataclass(frozen=True, order=True)
class DayRange:
    """The days from `first` through `last`; a single known day has both equal."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a range of days runs backwards: {self.first} … {self.last}")

    @property
    def known(self) -> bool:
        """Whether this is one single day."""
        return self.first == self.last

    @classmethod
    def of(cls, day: date) -> DayRange:
        return cls(day, day)


@dataclass(frozen=True)
class Length:
    """How long a period runs: n months or n days; `months` wins where a source gives both."""

    months: int | None = None
    days: int | None = None

    def end(self, start: date) -> date:
        """The last day covered by this length from `start`."""
        if self.months is not None:
            return add_months(start, self.months)
        return start + timedelta(days=self.days or 0)


@lru_cache(maxsize=4096)
def earliest_start(lengths: tuple[Length, ...], on: date) -> date:
    """The first day from which these lengths, one after the other, still reach `on`: the border a verdict turns on."""
    start = on
    for length in lengths:
        start = (
            add_months(start, -length.months) if length.months is not None else start - timedelta(days=length.days or 0)
        )
    start -= timedelta(days=4 * len(lengths))  # each month's end shifts a sum by up to three days
    while _end(lengths, start) < on:
        start += timedelta(days=1)
    return start


def _end(lengths: tuple[Length, ...], start: date) -> date:
    for length in lengths:
        start = length.end(start)
    return start


def add_months(day: date, months: int) -> date:
    """The corresponding day `months` later (or earlier), the month's last day where there is none."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year, month + 1, monthrange(year, month + 1)[1])

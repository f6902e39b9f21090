"""Dates as customers write them: past days (purchases) and wishes for a visit (the future).

The same words can mean either way (3月5号): `find_days` reads them as past, `find_visit` as to
come; `bot.text.reading` decides by what stands around them. A date that no calendar has is an
`Impossible` in the same list.
"""

from bot.text.days import DayRange, Impossible
from bot.text.purchases import find_days
from bot.text.visits import VisitTime, find_visit

__all__ = ["DayRange", "Impossible", "VisitTime", "find_days", "find_visit"]

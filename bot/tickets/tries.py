"""Wrong tries at what proves a customer: counted for all that they were about, which so many of them close.

Digits are tried out fast. So the count is held until the transaction ends (of many tries at once
each is counted before the next is looked at), and it is forgotten when it was left in peace for long enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.tickets.tables import wrong_tries


@dataclass(frozen=True)
class Tries:
    """What is left of the `allowed` wrong tries, and until when there is none."""

    allowed: int
    _connection: Connection
    _counts: tuple[_Count, ...]

    @property
    def closed_until(self) -> datetime | None:
        """When the last of what is closed opens again; None where a try may be looked at."""
        return max((one.until for one in self._counts if one.wrong >= self.allowed), default=None)

    def count_wrong(self, *, until: datetime) -> int:
        """One more, remembered until then: how many are left. With none left, closed until then."""
        for one in self._counts:
            more = sa.update(wrong_tries).where(wrong_tries.c.about == one.about)
            self._connection.execute(more.values(count=one.wrong + 1, until=until))
        return self.allowed - 1 - max(one.wrong for one in self._counts)


def held(connection: Connection, *about: str, allowed: int, at: datetime) -> Tries:
    """The wrong tries at these, each closed after so many. To be called within a transaction that writes."""
    return Tries(allowed, connection, tuple(_held(connection, one, at) for one in about))


@dataclass(frozen=True)
class _Count:
    about: str
    wrong: int
    until: datetime


def _held(connection: Connection, about: str, at: datetime) -> _Count:
    query = sa.select(wrong_tries).where(wrong_tries.c.about == about)
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None:
        connection.execute(sa.insert(wrong_tries).values(about=about, count=0, until=at))
    is_remembered = row is not None and row.until > at
    return _Count(about, row._mapping["count"], row.until) if is_remembered else _Count(about, 0, at)

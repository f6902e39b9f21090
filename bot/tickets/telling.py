"""Which version of a ticket its customer has been told of, and what others have done with it since.

One row a ticket, written where a customer is shown it and where a change is pushed to them: what was said once is not
said again, whichever way it was said.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.database import Database
from bot.tickets import rows
from bot.tickets.model import Change, Ticket
from bot.tickets.tables import history, tickets, told

CUSTOMER = "customer"
FIRST = 1  # the version in which a ticket is opened, which the customer was told of then
_AT_ONCE = 50

#: Says what others did with a ticket, in the transaction in which it counts as told.
Tell = Callable[[Connection, Ticket, Sequence[Change]], None]


class Told:
    """What customers know of the tickets of one database; safe in any number of threads and processes."""

    def __init__(self, database: Database | str) -> None:
        self._database = Database.at(database)

    def versions(self, nos: Collection[str]) -> dict[str, int]:
        """Number → the version told last, of those that were told of."""
        query = sa.select(told.c.ticket_no, told.c.version).where(told.c.ticket_no.in_(list(nos)))
        with self._database.reading() as connection:
            return {row.ticket_no: row.version for row in connection.execute(query)}

    def saw(self, versions: Mapping[str, int]) -> None:
        """The customer was shown these versions (number → version); an older one than before changes nothing."""

        def write(connection: Connection) -> None:
            for no, version in sorted(versions.items()):
                _put(connection, no, version)

        self._database.write(write)

    def untold(self, channels: Collection[str], *, since: datetime) -> list[Ticket]:
        """Tickets of these channels' conversations that changed since then and since their customer was told."""
        is_new = tickets.c.version > sa.func.coalesce(told.c.version, FIRST)
        of_channel = tickets.c.body["channel"].as_string().in_(list(channels))
        query = (
            sa.select(tickets)
            .select_from(tickets.outerjoin(told, told.c.ticket_no == tickets.c.no))
            .where(tickets.c.updated >= since, tickets.c.conversation.is_not(None), is_new, of_channel)
            .order_by(tickets.c.updated)
            .limit(_AT_ONCE)
        )
        with self._database.reading() as connection:
            return [rows.ticket_of(row) for row in connection.execute(query)]

    def tell(self, no: str, say: Tell) -> bool:
        """Have said what others did with the ticket since it was told of last; whether anything was."""

        def write(connection: Connection) -> bool:
            ticket = rows.get(connection, no, hold=True)
            if ticket is None:
                return False
            known = sa.select(told.c.version).where(told.c.ticket_no == no)
            before = connection.execute(known).scalar() or FIRST
            if ticket.version <= before:
                return False
            changes = _of_others(connection, no, before)
            if changes:
                say(connection, ticket, changes)
            _put(connection, no, ticket.version)
            return bool(changes)

        return self._database.write(write)


def _of_others(connection: Connection, no: str, version: int) -> list[Change]:
    is_later = (history.c.ticket_no == no, history.c.version > version, history.c.actor != CUSTOMER)
    return [
        rows.change_of(row) for row in connection.execute(sa.select(history).where(*is_later).order_by(history.c.id))
    ]


def _put(connection: Connection, no: str, version: int) -> None:
    is_it = told.c.ticket_no == no
    known = connection.execute(sa.select(told.c.version).where(is_it)).scalar()
    if known is None and connection.execute(sa.select(tickets.c.no).where(tickets.c.no == no)).scalar() is not None:
        connection.execute(sa.insert(told).values(ticket_no=no, version=version))
    elif known is not None and known < version:
        connection.execute(sa.update(told).where(is_it).values(version=version))

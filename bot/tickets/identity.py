"""Who is shown a ticket: its own conversation, whoever knows the end of its phone, whoever has proven the phone.

Wrong answers are counted for the conversation and for the number asked for, and close both for a
while: figures of four digits are tried out fast. An unknown number and a wrong answer are one and
the same, in words and in counting, so that nobody learns which numbers exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.database import Database
from bot.tickets import finding, rows, tries
from bot.tickets.model import Ticket
from bot.tickets.rules import rules
from bot.tickets.tables import tickets


@dataclass(frozen=True)
class Shown:
    """The tickets that may be shown, newest first; none where a proven phone has none open."""

    tickets: tuple[Ticket, ...]


@dataclass(frozen=True)
class NotShown:
    """A number that is unknown, or an answer that does not match: nothing tells which. `tries_left` before a lock."""

    tries_left: int


@dataclass(frozen=True)
class Locked:
    """Too many wrong answers: nothing is looked at before `until`; a person can help."""

    until: datetime


class Identity:
    """Decides what a customer is shown; safe in any number of threads and processes."""

    def __init__(self, database: Database | str) -> None:
        self._database = Database.at(database)

    def of_conversation(self, conversation: str) -> Shown:
        """The tickets that were opened in this conversation."""
        with self._database.reading() as connection:
            return Shown(tuple(finding.select(connection, tickets.c.conversation == conversation)))

    def of_proven_phone(self, phone: str) -> Shown:
        """The open tickets of a phone that the channel or a one-time code has proven to be the customer's."""
        with self._database.reading() as connection:
            return Shown(tuple(finding.select(connection, finding.of_phones(phone), finding.is_open())))

    def without_asking(self, no: str, *, conversation: str, phone: str | None = None) -> Ticket | None:
        """The ticket with this number where it belongs to the conversation, or is open and of the proven phone."""
        proven = [sa.and_(finding.of_phones(phone), finding.is_open())] if phone else []
        is_theirs = sa.or_(tickets.c.conversation == conversation, *proven)
        with self._database.reading() as connection:
            return next(iter(finding.select(connection, tickets.c.no == no, is_theirs)), None)

    def by_last4(self, no: str, last4: str, *, conversation: str, at: datetime) -> Shown | NotShown | Locked:
        """The ticket with this number, for whoever knows the last four digits of its or its contact's phone."""
        counted, lock = (f"conversation:{conversation}", f"ticket:{no}"), at + rules().lock

        def write(connection: Connection) -> Shown | NotShown | Locked:
            tried = tries.held(connection, *counted, allowed=rules().wrong_tries, at=at)
            if tried.closed_until:
                return Locked(tried.closed_until)
            ticket = rows.get(connection, no)
            if ticket is not None and _matches(ticket, last4):
                return Shown((ticket,))
            left = tried.count_wrong(until=lock)
            return NotShown(left) if left else Locked(lock)

        return self._database.write(write)


def _matches(ticket: Ticket, last4: str) -> bool:
    """Whether these are the last four digits of one of its phones."""
    return finding.end_with(last4, ticket.phone, ticket.contact.phone if ticket.contact else None)

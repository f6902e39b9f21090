"""What may not be after a soak: in what is stored, in what customers were told of it, in what the receiver took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.database import Database
from bot.tickets.model import Change, Kind, State, Ticket
from bot.tickets.outbox import outbox
from bot.tickets.store import TicketStore
from tests.servers.soak.customers import NEW_DAY, Told


class Wrong(Enum):
    """The kinds of fault; the words stand in the table."""

    DOUBLE = "doubles"
    MISSING = "missing"
    GAP = "gaps in a history"
    UNDELIVERED = "events not delivered"
    DISORDER = "events out of order"
    GIVEN_UP = "customers given up"


class Fault(NamedTuple):
    """Something that is wrong, and with what."""

    wrong: Wrong
    what: str


@dataclass(frozen=True)
class Stored:
    """A ticket, its history, how many changes follow each of its versions, and the numbers of its announcements."""

    ticket: Ticket
    history: Sequence[Change]
    later: Sequence[int]
    announced: Sequence[int]

    @property
    def no(self) -> str:
        """The ticket's number."""
        return self.ticket.no


def stored(database: Database, conversation: str) -> list[Stored]:
    """What a conversation has left behind."""
    store = TicketStore(database)
    query = sa.select(outbox.c.id).order_by(outbox.c.id)
    found = []
    for ticket in store.of_conversation(conversation):
        with database.reading() as connection:
            announced = list(connection.execute(query.where(outbox.c.ticket_no == ticket.no)).scalars())
        later = [len(store.changes_since(ticket.no, version)) for version in range(ticket.version + 1)]
        found.append(Stored(ticket, store.history(ticket.no), later, announced))
    return found


def kept(told: Told, found: Sequence[Stored]) -> Iterator[Fault]:
    """What was confirmed is there, once; nothing else is there, but for a customer who gave up half way."""
    wanted = {(Kind.REPAIR, told.booked), (Kind.COMPLAINT, told.complaint)}
    there = {(one.ticket.kind, one.no) for one in found if one.ticket.phone == told.phone}
    yield from (Fault(Wrong.MISSING, no) for kind, no in wanted if no is not None and (kind, no) not in there)
    if told.gave_up:
        yield Fault(Wrong.GIVEN_UP, told.gave_up)
        return
    yield from (Fault(Wrong.DOUBLE, one.no) for one in found if (one.ticket.kind, one.no) not in wanted)
    for one in found:
        if one.no == told.booked:
            yield from _done(told, one)


def _done(told: Told, booking: Stored) -> Iterator[Fault]:
    """The booking was changed as the customer was told, once, and not otherwise."""
    moves = [change.new for change in booking.history if change.field == "appointment"]
    there = sum(bool(new) and new["date"] == NEW_DAY for new in moves)
    yield from _once("another time", told, there=there, changes=len(moves))
    ends = sum(change.new == State.CANCELLED.value for change in booking.history if change.field == "state")
    yield from _once("cancel", told, there=ends, changes=ends)


def _once(wish: str, told: Told, *, there: int, changes: int) -> Iterator[Fault]:
    wanted = int(told.wish == wish)
    if there < wanted:
        yield Fault(Wrong.MISSING, f"{told.booked}: {wish}")
    if changes > wanted:
        yield Fault(Wrong.DOUBLE, f"{told.booked}: {wish}")


def whole(one: Stored) -> Iterator[Fault]:
    """The history begins with the opening, has something for every version, and leads to the ticket as it is; no
    deadline was escalated twice."""
    if not one.history or one.history[0].event != "opened":
        yield Fault(Wrong.GAP, f"{one.no}: no beginning")
    if list(one.later) != sorted(set(one.later), reverse=True):
        yield Fault(Wrong.GAP, f"{one.no}: a version without a change")
    values: dict[str, Any] = {}
    for change in one.history:
        if change.field is not None:
            if values.get(change.field, change.old) != change.old:
                yield Fault(Wrong.GAP, f"{one.no}: {change.field}")
            values[change.field] = change.new
    now = one.ticket.to_json()
    yield from (Fault(Wrong.GAP, f"{one.no}: {name}") for name, value in values.items() if now[name] != value)
    escalated = Counter(change.note for change in one.history if change.event == "overdue" and change.field == "level")
    yield from (Fault(Wrong.DOUBLE, f"{one.no}: {note}") for note, times in escalated.items() if times > 1)


def delivered(one: Stored, taken: Sequence[int]) -> Iterator[Fault]:
    """Every version was announced, and everything announced was taken at least once, in its order."""
    if len(one.announced) != one.ticket.version or set(one.announced) != set(taken):
        yield Fault(Wrong.UNDELIVERED, one.no)
    if list(taken) != sorted(taken):
        yield Fault(Wrong.DISORDER, one.no)

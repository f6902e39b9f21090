"""Where tickets are kept: opened once, moved and amended with their whole history, found again.

Every write is one transaction: the ticket, its history rows and its announcement are stored
together or not at all. What cannot be done is returned as a value; `StoreUnavailable` says that
the database could not be reached or written, and then nothing was stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.database import Database, StoreUnavailable
from bot.tickets import deadlines, finding, moving_in, rows, steps, writing
from bot.tickets.fields import plain
from bot.tickets.finding import ANY, Filters
from bot.tickets.lifecycle import Refused
from bot.tickets.model import BadField, Change, Draft, NewTicket, State, Ticket
from bot.tickets.steps import Plan
from bot.tickets.tables import drafts, history, tickets
from bot.tickets.writing import Opened

__all__ = ["Filters", "Opened", "Refused", "StoreUnavailable", "TicketStore"]


class TicketStore:
    """The tickets of one database; safe in any number of threads and processes."""

    def __init__(self, database: Database | str) -> None:
        self._database = Database.at(database)

    # Drafts

    def save_draft(self, draft: Draft) -> None:
        """Store a draft, or what it has become."""
        values = {f.name: getattr(draft, f.name) for f in fields(draft)}

        def write(connection: Connection) -> None:
            connection.execute(sa.delete(drafts).where(drafts.c.id == draft.id))
            connection.execute(sa.insert(drafts).values(values))

        self._database.write(write)

    def draft(self, draft_id: str) -> Draft | None:
        """The draft, until it is a ticket or was dropped."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(drafts).where(drafts.c.id == draft_id)).one_or_none()
        return None if row is None else Draft(**row._mapping)

    def drop_draft(self, draft_id: str) -> None:
        """Forget a draft; one that is not there is forgotten already."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(drafts).where(drafts.c.id == draft_id))

    # Opening

    def open(self, draft_id: str, ticket: NewTicket, *, actor: str, at: datetime) -> Opened:
        """Store a draft's request as a ticket, once: a second call finds what the first stored.

        Raises `BadField` where a value is none that a ticket may hold.
        """
        return self._open({draft_id: ticket}, draft_id, actor=actor, at=at)[0]

    def open_many(
        self, draft_id: str, requests: Sequence[NewTicket], *, actor: str, at: datetime
    ) -> tuple[Opened, ...]:
        """Store a draft's requests, one ticket for each appliance of a visit: all or none, once.

        They share the visit, and so its appointment: moved for one of them it is moved for all. What the draft has
        become before, with one appliance or several, is what stands.
        """
        numbered = {f"{draft_id}/{n}": replace(request, visit=draft_id) for n, request in enumerate(requests, start=1)}
        return self._open(numbered, draft_id, actor=actor, at=at)

    def _open(
        self, requests: Mapping[str, NewTicket], draft_id: str, *, actor: str, at: datetime
    ) -> tuple[Opened, ...]:
        def write(connection: Connection) -> tuple[Opened, ...]:
            if before := finding.select(connection, finding.of_draft(draft_id)):
                return tuple(Opened(ticket, created=False) for ticket in sorted(before, key=_place_in_draft))
            opened = tuple(
                writing.open_one(connection, id_, request, actor=actor, at=at) for id_, request in requests.items()
            )
            connection.execute(sa.delete(drafts).where(drafts.c.id == draft_id))
            return opened

        return self._database.write(write)

    # Finding

    def get(self, no: str) -> Ticket | None:
        """The ticket with this number."""
        with self._database.reading() as connection:
            return rows.get(connection, no)

    def find(self, no: str, phone_last4: str) -> Ticket | None:
        """The ticket with this number, for whoever knows the end of its or its contact's phone.

        Unknown and not matching are the same None after the same work: the answer tells nobody
        which numbers exist.
        """
        query = sa.select(tickets.c.phone, tickets.c.contact_phone).where(tickets.c.no == no)
        with self._database.reading() as connection:
            phones = connection.execute(query).one_or_none() or (None, None)
            return rows.get(connection, no) if finding.end_with(phone_last4, *phones) else None

    def of_conversation(self, conversation: str) -> list[Ticket]:
        """The tickets opened in a conversation, newest first."""
        return self.search(Filters(conversation=conversation))

    def of_draft(self, draft_id: str) -> Ticket | None:
        """The ticket that a draft has become; of several appliances' the first."""
        found = self._select(finding.of_draft(draft_id))
        return min(found, key=_place_in_draft, default=None)

    def of_phone(self, phone: str) -> list[Ticket]:
        """The tickets of a phone number, the customer's or the contact's, newest first."""
        return self._select(finding.of_phones(phone))

    def changed_under(self, once: str) -> Ticket | None:
        """The ticket that was changed under this id (`change`), as it stands now."""
        with self._database.reading() as connection:
            no = rows.done_with(connection, once)
            return None if no is None else rows.get(connection, no)

    def similar_open(self, request: NewTicket) -> list[Ticket]:
        """Open tickets that may be the same request of the same household, newest first.

        Of its kind, and with its serial number, or with its product and one of its phones.
        """
        return self._select(finding.similar(request))

    def search(
        self, filters: Filters = ANY, *, limit: int | None = None, offset: int = 0, after: str | None = None
    ) -> list[Ticket]:
        """The tickets that fit the filters, newest first; `after` is the number of the last one seen."""
        return self._select(*filters.conditions(), limit=limit, offset=offset, after=after)

    def history(self, no: str) -> list[Change]:
        """All that happened to a ticket, oldest first."""
        query = sa.select(history).where(history.c.ticket_no == no).order_by(history.c.id)
        with self._database.reading() as connection:
            return [rows.change_of(row) for row in connection.execute(query)]

    def changes_since(self, no: str, version: int) -> list[Change]:
        """What happened to a ticket after it was seen in this version, oldest first."""
        query = sa.select(history).where(history.c.ticket_no == no, history.c.version > version)
        with self._database.reading() as connection:
            return [rows.change_of(row) for row in connection.execute(query.order_by(history.c.id))]

    def _select(self, *conditions: Any, **page: Any) -> list[Ticket]:
        with self._database.reading() as connection:
            return finding.select(connection, *conditions, **page)

    # Changing

    def change(
        self,
        no: str,
        plan: Plan,
        *,
        actor: str,
        at: datetime,
        expect_version: int | None = None,
        once: str | None = None,
    ) -> Ticket | Refused:
        """Carry out a plan (`bot.tickets.steps`) on the ticket as it stands now, whole or not at all.

        once: an id of what is done. Asked for again under it, nothing is done and the ticket is as it stands.
        """

        def write(connection: Connection) -> Ticket | Refused:
            ticket = writing.for_change(connection, no, expect_version)
            if isinstance(ticket, Refused) or (once is not None and rows.done_with(connection, once) is not None):
                return ticket
            step = plan(ticket)
            if isinstance(step, Refused):
                return step
            after = writing.carry_out(connection, ticket, step, actor=actor, at=at)
            if once is not None and not isinstance(after, Refused):
                rows.mark_done(connection, once, no, at)
            return after

        return self._database.write(write)

    def move(
        self,
        no: str,
        to: State,
        *,
        actor: str,
        at: datetime,
        note: str = "",
        expect_version: int | None = None,
    ) -> Ticket | Refused:
        """Move a ticket to a state, where its lifecycle allows that."""
        return self.change(no, steps.move(to, note=note), actor=actor, at=at, expect_version=expect_version)

    def amend(
        self,
        no: str,
        changes: Mapping[str, Any],
        *,
        actor: str,
        at: datetime,
        note: str = "",
        expect_version: int | None = None,
    ) -> Ticket | Refused:
        """Change fields of a ticket, or write a note on it; each changed field makes a history row.

        Values are typed or as in JSON. A value that is already there changes nothing and leaves
        no trace.
        """
        return self.change(no, steps.amend(changes, note=note), actor=actor, at=at, expect_version=expect_version)

    def revealed(self, nos: Iterable[str], *, actor: str, at: datetime, note: str = "") -> None:
        """Write down that somebody looked at what is masked in these tickets."""
        look = Change(at=at, actor=actor, event="revealed", note=note)
        with self._database.writing() as connection:
            for no in nos:
                rows.append(connection, no, [look])

    # Moving in

    def import_(self, records: Iterable[Any], *, at: datetime, actor: str = "import") -> list[moving_in.Result]:
        """Take over another system's tickets under their own numbers; one already here stays."""
        return [self._import_one(row, at=at, actor=actor) for row in records]

    def _import_one(self, row: Any, *, at: datetime, actor: str) -> moving_in.Result:
        try:
            ticket, earlier = moving_in.read(row, at=at)
        except BadField as error:
            return moving_in.refused(row, str(error))
        try:
            with self._database.writing() as connection:
                if rows.get(connection, ticket.no):
                    return moving_in.Result(ticket.no, "exists")
                ticket = deadlines.follow(connection, None, ticket, at=at)
                arrival = Change(at=at, actor=actor, event="imported", field="state", new=plain(ticket.state))
                rows.insert(connection, ticket, [*earlier, arrival])
        except IntegrityError:
            return moving_in.refused(row, "draft_id: another ticket was opened from this draft")
        return moving_in.Result(ticket.no, "imported")


def _place_in_draft(ticket: Ticket) -> tuple[int, str]:
    """D/2 before D/10."""
    return len(ticket.draft_id or ""), ticket.draft_id or ""

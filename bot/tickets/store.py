"""Where tickets are kept: opened once, moved and amended with their whole history, found again.

Every write is one transaction: the ticket, its history rows and its announcement are stored
together or not at all. What cannot be done is returned as a value; `StoreUnavailable` says that
the database could not be reached or written, and then nothing was stored.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.database import Database, StoreUnavailable
from bot.text import ticket_no
from bot.tickets import lifecycle, moving_in, rows
from bot.tickets.fields import plain
from bot.tickets.lifecycle import Refused
from bot.tickets.model import BadField, Change, Draft, Kind, NewTicket, State, Ticket
from bot.tickets.outbox import enqueue
from bot.tickets.tables import drafts, history, tickets
from bot.tickets.words import Reason

__all__ = ["Filters", "Opened", "Refused", "StoreUnavailable", "TicketStore"]

#: What `amend` leaves as it is.
FIXED = frozenset(
    "no kind state draft_id channel conversation created updated history".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Opened:
    """A ticket that is stored; `created` is false where an earlier call had stored it."""

    ticket: Ticket
    created: bool


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What to look for; None is any."""

    kind: Kind | None = None
    state: State | None = None
    brand: str | None = None
    product: str | None = None
    serial: str | None = None
    related: str | None = None
    conversation: str | None = None
    assignee: str | None = None


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
        """Store a draft's requests, one ticket for each appliance of a visit: all or none, once."""
        numbered = {f"{draft_id}/{n}": request for n, request in enumerate(requests, start=1)}
        return self._open(numbered, draft_id, actor=actor, at=at)

    def _open(
        self, requests: Mapping[str, NewTicket], draft_id: str, *, actor: str, at: datetime
    ) -> tuple[Opened, ...]:
        def write(connection: Connection) -> tuple[Opened, ...]:
            opened = tuple(_open_one(connection, id_, request, actor=actor, at=at) for id_, request in requests.items())
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
            matches = [_ends_with(phone or "", phone_last4) for phone in phones]
            return rows.get(connection, no) if any(matches) else None

    def of_conversation(self, conversation: str) -> list[Ticket]:
        """The tickets opened in a conversation, newest first."""
        return self.search(Filters(conversation=conversation))

    def of_phone(self, phone: str) -> list[Ticket]:
        """The tickets of a phone number, the customer's or the contact's, newest first."""
        key = rows.digits(phone)
        condition = sa.or_(tickets.c.phone == key, tickets.c.contact_phone == key)
        return self._select(condition) if key else []

    def search(self, filters: Filters = Filters(), *, limit: int | None = None, offset: int = 0) -> list[Ticket]:
        """The tickets that fit the filters, newest first."""
        wanted = {f.name: getattr(filters, f.name) for f in fields(filters)}
        conditions = [tickets.c[name] == plain(value) for name, value in wanted.items() if value]
        return self._select(*conditions, limit=limit, offset=offset)

    def history(self, no: str) -> list[Change]:
        """All that happened to a ticket, oldest first."""
        query = sa.select(history).where(history.c.ticket_no == no).order_by(history.c.id)
        with self._database.reading() as connection:
            return [rows.change_of(row) for row in connection.execute(query)]

    def _select(self, *conditions: Any, limit: int | None = None, offset: int = 0) -> list[Ticket]:
        newest = (tickets.c.created.desc(), tickets.c.no)
        query = sa.select(tickets).where(*conditions).order_by(*newest).limit(limit).offset(offset)
        with self._database.reading() as connection:
            return [rows.ticket_of(row) for row in connection.execute(query)]

    # Changing

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
        with self._database.writing() as connection:
            ticket = _for_change(connection, no, expect_version)
            if isinstance(ticket, Refused):
                return ticket
            if refused := lifecycle.refusal(ticket, to, note=note):
                return refused
            return _change_to(connection, ticket, {"state": plain(to)}, actor=actor, at=at, note=note)

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
        with self._database.writing() as connection:
            ticket = _for_change(connection, no, expect_version)
            if isinstance(ticket, Refused):
                return ticket
            try:
                after = _amended(ticket, changes)
            except BadField as error:
                return Refused(Reason.BAD_VALUE, lifecycle.allowed(ticket), str(error))
            before, new = ticket.to_json(), after.to_json()
            changed = {name: new[name] for name in new if new[name] != before[name]}
            if refused := lifecycle.refusal_of_changes(ticket, changed, after):
                return refused
            return _change_to(connection, ticket, changed, actor=actor, at=at, note=note)

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
                arrival = Change(at=at, actor=actor, event="imported", field="state", new=plain(ticket.state))
                rows.insert(connection, ticket, [*earlier, arrival])
        except IntegrityError:
            return moving_in.refused(row, "draft_id: another ticket was opened from this draft")
        return moving_in.Result(ticket.no, "imported")


def _ends_with(phone: str, last4: str) -> bool:
    is_same = hmac.compare_digest(phone[-4:].encode(), last4.encode("utf-8", "replace"))
    return is_same and len(last4) == 4


def _open_one(connection: Connection, draft_id: str, request: NewTicket, *, actor: str, at: datetime) -> Opened:
    stored = sa.select(tickets).where(tickets.c.draft_id == draft_id)
    if (row := connection.execute(stored).one_or_none()) is not None:
        return Opened(rows.ticket_of(row), created=False)
    details = {f.name: getattr(request, f.name) for f in fields(NewTicket)}
    ticket = Ticket(
        **details,
        no=ticket_no.make(secrets.randbelow(10**8)),
        state=lifecycle.first_state(request.kind),
        draft_id=draft_id,
        created=at,
        updated=at,
    )
    ticket = Ticket.from_json(ticket.to_json())  # what cannot be read back is not stored
    opening = Change(at=at, actor=actor, event="opened", field="state", new=plain(ticket.state))
    rows.insert(connection, ticket, [opening])
    enqueue(connection, "ticket.opened", ticket.no, at=at)
    return Opened(ticket, created=True)


def _for_change(connection: Connection, no: str, expect_version: int | None) -> Ticket | Refused:
    """The ticket, held until the transaction ends: whoever else wants to change it waits."""
    ticket = rows.get(connection, no, hold=True)
    if ticket is None:
        return Refused(Reason.UNKNOWN_TICKET)
    if expect_version not in (None, ticket.version):
        return Refused(Reason.CHANGED_MEANWHILE, lifecycle.allowed(ticket))
    return ticket


def _amended(ticket: Ticket, changes: Mapping[str, Any]) -> Ticket:
    for name in changes:
        if name in FIXED:
            raise BadField(f"{name}: is not changed this way")
    return _with(ticket, {name: plain(value) for name, value in changes.items()})


def _with(ticket: Ticket, changes: Mapping[str, Any], *, version: int = 1) -> Ticket:
    return Ticket.from_json({**ticket.to_json(), **changes}, version=version)


def _change_to(
    connection: Connection,
    ticket: Ticket,
    changed: Mapping[str, Any],
    *,
    actor: str,
    at: datetime,
    note: str,
) -> Ticket:
    """Store what changed (fields and their new JSON values), its trace and its announcement."""
    if not changed and not note:
        return ticket
    after = _with(ticket, {**changed, "updated": plain(at)}, version=ticket.version + 1)
    before = ticket.to_json()
    event = "moved" if "state" in changed else "amended"
    trace = [
        Change(at=at, actor=actor, event=event, field=name, old=before[name], new=new, note=note)
        for name, new in changed.items()
    ]
    noted = Change(at=at, actor=actor, event="noted", note=note)
    rows.update(connection, after, trace or [noted])
    if changed:
        what = {"fields": sorted(changed)}
        enqueue(connection, f"ticket.{event}", ticket.no, at=at, payload=what)
    return after

"""One transaction's work on a ticket: opening it, and carrying out a step with its trace and its announcement.

Whatever a change brings about is written here with it: the history row of every field, the
deadlines, the announcement, the tickets it opens, the appointment of the same visit.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.text import ticket_no
from bot.tickets import amends, deadlines, finding, lifecycle, repeats, rows
from bot.tickets.fields import plain
from bot.tickets.lifecycle import Refused
from bot.tickets.model import BadField, Change, Kind, NewTicket, Ticket
from bot.tickets.outbox import enqueue
from bot.tickets.steps import Step
from bot.tickets.tables import tickets
from bot.tickets.words import Reason

#: What `amend` leaves as it is.
FIXED = frozenset(
    "no kind state visit draft_id channel conversation created updated history".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Opened:
    """A ticket that is stored; `created` is false where an earlier call had stored it."""

    ticket: Ticket
    created: bool


def open_one(connection: Connection, draft_id: str, request: NewTicket, *, actor: str, at: datetime) -> Opened:
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
    ticket, repeated = repeats.raised(connection, ticket)
    ticket = deadlines.follow(connection, None, ticket, at=at)
    opening = Change(at=at, actor=actor, event="opened", field="state", new=plain(ticket.state), note=repeated)
    rows.insert(connection, ticket, [opening])
    enqueue(connection, "ticket.opened", ticket.no, at=at)
    return Opened(ticket, created=True)


def for_change(connection: Connection, no: str, expect_version: int | None) -> Ticket | Refused:
    """The ticket, held until the transaction ends: whoever else wants to change it waits."""
    ticket = rows.get(connection, no, hold=True)
    if ticket is None:
        return Refused(Reason.UNKNOWN_TICKET)
    if expect_version not in (None, ticket.version):
        return Refused(Reason.CHANGED_MEANWHILE, lifecycle.allowed(ticket))
    return ticket


def carry_out(connection: Connection, ticket: Ticket, step: Step, *, actor: str, at: datetime) -> Ticket | Refused:
    """Store what a step changes with all that follows from it, or say why it may not be."""
    try:
        after = _amended(ticket, step)
    except BadField as error:
        return Refused(Reason.BAD_VALUE, lifecycle.allowed(ticket), str(error))
    before, new = ticket.to_json(), after.to_json()
    changed = {name: new[name] for name in new if new[name] != before[name]}
    if refused := lifecycle.refusal_of_changes(ticket, changed, after):
        return refused
    if step.to is not None and (
        refused := lifecycle.refusal(replace(after, state=ticket.state), step.to, note=step.note)
    ):
        return refused
    opened = _open_beside(connection, ticket, step, actor=actor, at=at)
    if isinstance(opened, Refused):
        return opened
    stored = _change_to(
        connection, ticket, changed, event=step.event, actor=actor, at=at, note=step.note, led_to=opened
    )
    if "appointment" in changed and ticket.visit is not None:
        _share_appointment(connection, stored, event=step.event, actor=actor, at=at, note=step.note)
    return stored


def _open_beside(
    connection: Connection, ticket: Ticket, step: Step, *, actor: str, at: datetime
) -> tuple[Ticket, ...] | Refused:
    """The tickets that a step opens, or the one that was opened for the same before."""
    for draft_id in step.opens:
        if before := connection.execute(sa.select(tickets.c.no).where(tickets.c.draft_id == draft_id)).scalar():
            return Refused(Reason.ALREADY_OPENED, lifecycle.allowed(ticket), str(before))
    earlier = _earlier(connection, ticket)
    requests = {id_: amends.completed(one, earlier) if earlier else one for id_, one in step.opens.items()}
    return tuple(open_one(connection, id_, one, actor=actor, at=at).ticket for id_, one in requests.items())


def _earlier(connection: Connection, ticket: Ticket) -> Ticket | None:
    """The ticket that a complaint is about, where it is the same customer's: its number alone proves nothing."""
    earlier = rows.get(connection, ticket.related) if ticket.related and ticket.kind is Kind.COMPLAINT else None
    if earlier is None:
        return None
    phones = {rows.digits(phone) for phone in (earlier.phone, earlier.contact and earlier.contact.phone) if phone}
    is_theirs = rows.digits(ticket.phone or "") in phones or (ticket.conversation or "") == earlier.conversation
    return earlier if is_theirs else None


def _share_appointment(
    connection: Connection, changed: Ticket, *, event: str, actor: str, at: datetime, note: str
) -> None:
    """The other appliances of the visit are seen to at the same time."""
    is_other = (tickets.c.visit == changed.visit, tickets.c.no != changed.no, finding.is_open())
    visit = {"appointment": changed.to_json()["appointment"]}
    for no in connection.execute(sa.select(tickets.c.no).where(*is_other).order_by(tickets.c.no)).scalars().all():
        other = rows.get(connection, no, hold=True)
        if other is not None and other.appointment != changed.appointment:
            _change_to(connection, other, visit, event=event, actor=actor, at=at, note=note)


def _amended(ticket: Ticket, step: Step) -> Ticket:
    """The ticket as the step leaves it. Raises `BadField`."""
    for name in step.changes:
        if name in FIXED:
            raise BadField(f"{name}: is not changed this way")
    changes = {name: plain(value) for name, value in step.changes.items()}
    if step.to is not None and step.to is not ticket.state:
        from policies_kb.loader import load  # here: whoever only reads tickets needs no YAML

        brought = {**lifecycle.forgotten(step.to), **amends.follows(load(), ticket, step.to)}
        changes = {**brought, **changes, "state": plain(step.to)}
    return _with(ticket, changes)


def _with(ticket: Ticket, changes: Mapping[str, Any], *, version: int = 1) -> Ticket:
    return Ticket.from_json({**ticket.to_json(), **changes}, version=version)


def _change_to(
    connection: Connection,
    ticket: Ticket,
    changed: Mapping[str, Any],
    *,
    event: str,
    actor: str,
    at: datetime,
    note: str,
    led_to: tuple[Ticket, ...] = (),
) -> Ticket:
    """Store what changed (fields and their new JSON values), its trace and its announcement."""
    if not changed and not note and not led_to:
        return ticket
    after = _with(ticket, {**changed, "updated": plain(at)}, version=ticket.version + 1)
    after = deadlines.follow(connection, ticket, after, at=at)
    before, now = ticket.to_json(), after.to_json()
    changed = {name: now[name] for name in now if now[name] != before[name] and name != "updated"}
    trace = [
        Change(
            at=at,
            actor=actor,
            event="moved" if name == "state" else event,
            field=name,
            old=before[name],
            new=value,
            note=note,
        )
        for name, value in changed.items()
    ]
    if note and not trace:
        trace = [Change(at=at, actor=actor, event="noted" if event == "amended" else event, note=note)]
    trace += [Change(at=at, actor=actor, event="led_to", note=f"{one.kind} {one.no}") for one in led_to]
    rows.update(connection, after, trace)
    if changed:
        what = {"fields": sorted(changed)}
        announced = "ticket.moved" if "state" in changed else "ticket.amended"
        enqueue(connection, announced, ticket.no, at=at, payload=what)
    return after

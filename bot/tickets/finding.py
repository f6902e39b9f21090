"""What tickets are looked for by: filters, pages, and the open requests of one household."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.settings import SHANGHAI
from bot.tickets import rows
from bot.tickets.fields import plain
from bot.tickets.lifecycle import OVER
from bot.tickets.model import Kind, NewTicket, State, Ticket
from bot.tickets.tables import tickets
from bot.tickets.words import Priority

_FIRST, _LAST = date(1900, 1, 1), date(2999, 12, 31)

Condition = Any  # an expression of SQLAlchemy, which is untyped to us


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What to look for; None is any. open: nothing done with it is final yet. since, until: days it was opened on."""

    kind: Kind | None = None
    state: State | None = None
    brand: str | None = None
    product: str | None = None
    serial: str | None = None
    related: str | None = None
    visit: str | None = None
    conversation: str | None = None
    technician: str | None = None
    assignee: str | None = None
    priority: Priority | None = None
    phone: str | None = None
    open: bool | None = None
    since: date | None = None
    until: date | None = None

    def conditions(self) -> list[Condition]:
        """One condition for each filter that is set; all of them hold."""
        special = {"phone", "open", "since", "until"}
        plain_ = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in special}
        found: list[Condition] = [tickets.c[name] == plain(value) for name, value in plain_.items() if value]
        if self.phone is not None:
            found.append(of_phones(self.phone))
        if self.open is not None:
            found.append(is_open() if self.open else ~is_open())
        if self.since is not None:
            found.append(tickets.c.created >= _midnight(self.since))
        if self.until is not None:
            found.append(tickets.c.created < _midnight(self.until, after=1))
        return found


ANY = Filters()


def is_open() -> Condition:
    """Something is still to come."""
    return tickets.c.state.not_in([state.value for state in OVER])


def of_draft(draft_id: str) -> Condition:
    """What a draft has become: one ticket, or one for each appliance of a visit."""
    return sa.or_(tickets.c.draft_id == draft_id, tickets.c.draft_id.startswith(f"{draft_id}/", autoescape=True))


def of_phones(*phones: str | None) -> Condition:
    """The customer's or the contact's phone is one of these, however it is written."""
    keys = [key for phone in phones if (key := rows.digits(phone or ""))]
    return sa.or_(tickets.c.phone.in_(keys), tickets.c.contact_phone.in_(keys))


def end_with(last4: str, *phones: str | None) -> bool:
    """Whether these are the last four digits of one of the phones; how long it takes to say no tells nothing."""
    ends = [rows.digits(phone or "")[-4:] for phone in phones]
    matches = [hmac.compare_digest(end.encode(), last4.encode("utf-8", "replace")) for end in ends]
    return any(matches) and len(last4) == 4


def similar(request: NewTicket) -> Condition:
    """Open, of the same kind, and of the same appliance: its serial number, or its product with one of the phones."""
    household = of_phones(request.phone, request.contact.phone if request.contact else None)
    same = [sa.and_(tickets.c.product == request.product, household)] if request.product else []
    same += [tickets.c.serial == request.serial] if request.serial else []
    return sa.and_(is_open(), tickets.c.kind == request.kind.value, sa.or_(sa.false(), *same))


def select(
    connection: Connection, *conditions: Condition, limit: int | None = None, offset: int = 0, after: str | None = None
) -> list[Ticket]:
    """The tickets of all these conditions, newest first; `after` is the number of the last one seen."""
    place = (tickets.c.created, tickets.c.no)
    if after is not None:
        seen = connection.execute(sa.select(*place).where(tickets.c.no == after)).one_or_none()
        if seen is None:
            return []
        is_older = sa.or_(place[0] < seen.created, sa.and_(place[0] == seen.created, place[1] > seen.no))
        conditions = (*conditions, is_older)
    query = sa.select(tickets).where(*conditions).order_by(place[0].desc(), place[1]).limit(limit).offset(offset)
    return [rows.ticket_of(row) for row in connection.execute(query)]


def _midnight(day: date, *, after: int = 0) -> datetime:
    """The beginning of a day, or so many days later; beyond the calendar's ends the ends do."""
    day = min(max(day, _FIRST), _LAST) + timedelta(days=after)
    return datetime.combine(day, time(), SHANGHAI)

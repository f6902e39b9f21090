"""A complaint about the same thing once more: a level higher, urgent, and a person's.

The same thing is the same ticket, or, where no ticket is named, what the same phone has complained about and nobody
has settled yet. How many it takes stands in `service.yml`.
"""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.tickets import finding
from bot.tickets.model import Kind, Priority, Ticket
from bot.tickets.model import raised as raised_to
from bot.tickets.rules import rules
from bot.tickets.tables import tickets


def raised(connection: Connection, ticket: Ticket) -> tuple[Ticket, str]:
    """The ticket as it is to be opened, and why it is raised: a complaint by as many as there were before it."""
    if ticket.kind is not Kind.COMPLAINT:
        return ticket, ""
    earlier = connection.execute(sa.select(tickets.c.no).where(*_about_the_same(ticket))).scalars().all()
    level = len(earlier) + 2 - rules().complaints
    if not earlier or level < 1:
        return ticket, ""
    why = f"repeated: {', '.join(sorted(earlier))}"
    return replace(ticket, level=raised_to(None, by=level), priority=Priority.URGENT), why


def _about_the_same(ticket: Ticket) -> tuple[finding.Condition, ...]:
    is_complaint = tickets.c.kind == Kind.COMPLAINT.value
    if ticket.related:
        return is_complaint, sa.or_(tickets.c.related == ticket.related, tickets.c.no == ticket.related)
    of_them = finding.of_phones(ticket.phone) if ticket.phone else sa.false()
    same = (tickets.c.brand.is_not_distinct_from(ticket.brand), tickets.c.product.is_not_distinct_from(ticket.product))
    return is_complaint, finding.is_open(), of_them, *same

"""What a ticket still lacks: before a state is entered, and before somebody goes there.

Pure. Each lack names its field by its place in the ticket's JSON (`sheet.fees[1]`) and says in a
word what is wrong with it, so that a form, a command line and the API can say it field by field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from bot.tickets.model import Ticket
from bot.tickets.words import AWAY, VISITED, Kind, State


class Wanting(NamedTuple):
    """A field and what is wrong with it: missing, not_quoted, not_working, not_approved."""

    field: str
    why: str = "missing"


def before(ticket: Ticket, to: State) -> tuple[Wanting, ...]:
    """What the ticket lacks to enter a state; a condition in words or a note is not looked at here."""
    return tuple(_NEEDS_OF_KIND.get((ticket.kind, to), _NEEDS.get(to, _nothing))(ticket))


def for_visit(ticket: Ticket) -> tuple[Wanting, ...]:
    """What whoever goes there still has to ask for; nothing, where nobody goes."""
    if ticket.kind not in VISITED or ticket.mode in AWAY:
        return ()
    fault = ticket.fault or ticket.description
    known = {
        "name": ticket.name or (ticket.contact and ticket.contact.name),
        "phone": ticket.phone or (ticket.contact and ticket.contact.phone),
        "address": ticket.address,
        "model": ticket.model,
        "fault": fault if ticket.kind is Kind.REPAIR else "not asked",
    }
    return tuple(Wanting(name) for name, value in known.items() if not value)


def _nothing(_: Ticket) -> Iterator[Wanting]:
    return iter(())


def _a_day(ticket: Ticket) -> Iterator[Wanting]:
    if ticket.appointment is None:
        yield Wanting("appointment")


def _the_sheet(ticket: Ticket) -> Iterator[Wanting]:
    """The repair sheet in every field, and the word of the customer that it works."""
    sheet = ticket.sheet
    names = ["found", "parts", "fees", "warranty"]
    yield from (Wanting(f"sheet.{name}") for name in names if sheet is None or getattr(sheet, name) is None)
    if sheet is not None and sheet.parts and sheet.old_parts_returned is None:
        yield Wanting("sheet.old_parts_returned")
    yield from _fees_nobody_agreed_to(ticket)
    if ticket.acceptance is None:
        yield Wanting("acceptance")
    elif not ticket.acceptance.works:
        yield Wanting("acceptance.works", "not_working")


def _fees_nobody_agreed_to(ticket: Ticket) -> Iterator[Wanting]:
    """Lines of the bill beyond what the customer said yes to, by name and amount."""
    items = ticket.quote.items if ticket.quote else ()
    agreed = {item.name: item.amount or Decimal(0) for item in items if item.approved}
    billed: dict[str, Decimal] = {}
    for n, line in enumerate((ticket.sheet and ticket.sheet.fees) or ()):
        billed[line.name] = billed.get(line.name, Decimal(0)) + line.amount
        if billed[line.name] > agreed.get(line.name, Decimal(0)):
            yield Wanting(f"sheet.fees[{n}]", "not_quoted")


def _the_review(ticket: Ticket) -> Iterator[Wanting]:
    """The day it counts from, a person's yes, and for an exchange what is wrong with the goods."""
    if ticket.review is None or ticket.review.since is None:
        yield Wanting("review.since")
    if ticket.review is None or ticket.review.verdict is None:
        yield Wanting("review.verdict")
    elif ticket.review.verdict != "approved":
        yield Wanting("review.verdict", "not_approved")
    if ticket.kind is Kind.EXCHANGE and not (ticket.fault or ticket.description):
        yield Wanting("fault")


def _the_refund(ticket: Ticket) -> Iterator[Wanting]:
    """How much, and a person's yes."""
    if ticket.amount is None:
        yield Wanting("amount")
    if ticket.review is None or ticket.review.verdict is None:
        yield Wanting("review.verdict")
    elif ticket.review.verdict != "approved":
        yield Wanting("review.verdict", "not_approved")


_NEEDS: Mapping[State, Callable[[Ticket], Iterator[Wanting]]] = {
    State.SCHEDULED: _a_day,
    State.COMPLETED: _the_sheet,
    State.AWAITING_GOODS: _the_review,
}
_NEEDS_OF_KIND: Mapping[tuple[Kind, State], Callable[[Ticket], Iterator[Wanting]]] = {
    (Kind.REFUND, State.DONE): _the_refund,
}

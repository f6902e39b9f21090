"""What is made good, and the word of a person that it rests on: money back, a service done again, a complaint upheld.

Pure. What is opened for it is a ticket of its own, linked to the one it comes from and opened once. A promise of the
brand's own sources stands on it by its clause (`review.clause`); no other brand's is used. Where a customer asks,
`review.verdict` stays open: that is a person's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.tickets import fields, lifecycle
from bot.tickets.fields import BadField, plain
from bot.tickets.lifecycle import Refused
from bot.tickets.model import Appointment, Kind, NewTicket, Review, State, Ticket
from bot.tickets.steps import Plan, Step, past
from bot.tickets.words import VISITED, Charge, Reason, Verdict
from policies_kb.effects import Promise
from policies_kb.fees import charges
from policies_kb.model import Clause, Knowledge

S = State
#: What a promise is looked for by: its duty, and the topic of its clause. A refund stands among the fees where a
#: prepayment goes back, among the complaints where one is upheld.
_PREPAYMENT, _UPHELD, AGAIN = ("refund", "fees"), ("refund", "complaints"), ("free_redo", "complaints")

#: The desk could not do what was paid for in advance.
NOT_DONE = frozenset({S.UNRESOLVED, S.PARTS_PENDING})
_REVIEWED = frozenset({Kind.RETURN, Kind.EXCHANGE, Kind.REFUND})
_SETTLED = frozenset({S.RESOLVED, S.CLOSED})
_OF_THE_CUSTOMER = ("brand", "product", "name", "phone", "contact", "channel", "conversation", "assignee")
_OF_THE_VISIT = ("part", "fault", "description", "model", "serial", "address", "city")


def review(verdict: Verdict, *, amount: Any = None, note: str = "") -> Plan:
    """A person's yes or no to a return, an exchange or a refund; of a refund perhaps the amount."""

    def plan(ticket: Ticket) -> Step | Refused:
        if ticket.kind not in _REVIEWED or (amount is not None and ticket.kind is not Kind.REFUND):
            return _not_for(ticket)
        if ticket.state in lifecycle.OVER:
            return Refused(Reason.OVER, lifecycle.allowed(ticket), "review")
        given = {} if amount is None else {"amount": plain(amount)}
        return Step(changes={"review": _judged(ticket, verdict), **given}, event="reviewed", note=note)

    return plan


def uphold(kb: Knowledge, *, amount: Any = None, note: str = "") -> Plan:
    """A complaint is found to be true: it is resolved, and what was paid goes back.

    amount: what goes back, without it the amount in dispute. With neither a refund is opened only where the brand
    promises one; somebody then finds out how much.
    """

    def plan(ticket: Ticket) -> Step | Refused:
        if ticket.kind is not Kind.COMPLAINT:
            return _not_for(ticket)
        clause = promise(kb, ticket.brand, ticket.product, _UPHELD)
        sum_ = _yuan(amount) if amount is not None else ticket.amount
        if isinstance(sum_, BadField):
            return Refused(Reason.BAD_VALUE, lifecycle.allowed(ticket), str(sum_))
        owed = sum_ > 0 if sum_ is not None else clause is not None
        back = {f"{ticket.no}/refund": _refund(ticket, sum_, clause, Verdict.APPROVED)} if owed else {}
        to = None if ticket.state in _SETTLED else S.RESOLVED
        changes = {"review": _judged(ticket, Verdict.UPHELD, clause)}
        return Step(changes=changes, to=to, event="upheld", note=note, opens=back)

    return plan


def refund(kb: Knowledge, *, amount: Any, note: str = "") -> Plan:
    """Money goes back, by a person's decision: a prepayment for what could not be done, say."""

    def plan(ticket: Ticket) -> Step | Refused:
        if ticket.kind not in {*VISITED, Kind.RETURN}:
            return _not_for(ticket)
        sum_ = _yuan(amount)
        if isinstance(sum_, BadField):
            return Refused(Reason.BAD_VALUE, lifecycle.allowed(ticket), str(sum_))
        request = _refund(ticket, sum_, prepayment(kb, ticket), Verdict.APPROVED)
        return Step(event="noted", note=note, opens={f"{ticket.no}/refund": request})

    return plan


def redo(
    kb: Knowledge, *, kind: Kind = Kind.REPAIR, appointment: Any = None, today: date | None = None, note: str = ""
) -> Plan:
    """The service of a complaint is done again: free by the brand's own clause, else somebody has to look who pays."""

    def plan(ticket: Ticket) -> Step | Refused:
        if ticket.kind is not Kind.COMPLAINT or kind not in VISITED:
            return _not_for(ticket)
        clause = promise(kb, ticket.brand, ticket.product, AGAIN)
        if today is not None and (why := past(appointment, today)):
            return Refused(Reason.BAD_VALUE, lifecycle.allowed(ticket), why)
        try:
            visit = None if appointment is None else Appointment.from_json(plain(appointment))
        except BadField as error:
            return Refused(Reason.BAD_VALUE, lifecycle.allowed(ticket), str(error))
        request = NewTicket(
            kind=kind,
            related=ticket.no,
            appointment=visit,
            charge=Charge.FREE if clause else Charge.TO_CHECK,
            review=Review(clause=clause.id) if clause else None,
            **_kept(ticket, *_OF_THE_CUSTOMER, *_OF_THE_VISIT),
        )
        return Step(event="noted", note=note, opens={f"{ticket.no}/redo": request})

    return plan


def completed(request: NewTicket, earlier: Ticket) -> NewTicket:
    """What is opened for a complaint, with what the complaint does not tell and the ticket it is about does."""
    names = (*_OF_THE_CUSTOMER, *(_OF_THE_VISIT if request.kind in VISITED else ()))
    known = {name: getattr(earlier, name) for name in names if getattr(request, name) is None}
    return replace(request, **known)


def follows(kb: Knowledge, ticket: Ticket, to: State | None) -> dict[str, Any]:
    """What a state brings with it by the brand's sources: what could not be mended is free, where they say so."""
    is_free = to is S.UNRESOLVED and ticket.kind is Kind.REPAIR and unrepaired(kb, ticket)
    return {"charge": plain(Charge.FREE)} if is_free else {}


def unrepaired(kb: Knowledge, ticket: Ticket) -> tuple[Clause, ...]:
    """The brand's clauses by which what could not be mended costs nothing."""
    product = ticket.product if ticket.product in kb.catalog.products else None
    lines = charges(kb, ticket.brand or "", events=("unrepaired",), product=product)
    return tuple(line.clause for line in lines if line.fee.amount.free)


def prepayment(kb: Knowledge, ticket: Ticket) -> Clause | None:
    """The brand's promise that a prepayment goes back, where it could not be done what it was paid for."""
    return promise(kb, ticket.brand, ticket.product) if ticket.state in NOT_DONE else None


def promise(
    kb: Knowledge, brand: str | None, product: str | None, what: tuple[str, str] = _PREPAYMENT
) -> Clause | None:
    """The clause by which a brand promises this for a product: that a prepayment goes back, unless told otherwise."""
    wanted = {"all", *kb.catalog.lineage(product)} if product in kb.catalog.products and product else None
    for clause in kb.of_brand(brand or ""):
        is_it = isinstance(clause.effect, Promise) and (clause.effect.duty, clause.topic) == what
        if is_it and clause.answerable and (wanted is None or wanted & set(clause.products)):
            return clause
    return None


def _refund(ticket: Ticket, amount: Decimal | None, clause: Clause | None, verdict: Verdict | None) -> NewTicket:
    held = Review(clause=clause.id if clause else None, verdict=verdict)
    known = _kept(ticket, *_OF_THE_CUSTOMER)
    return NewTicket(kind=Kind.REFUND, related=ticket.no, amount=amount, review=held, **known)


def _judged(ticket: Ticket, verdict: Verdict, clause: Clause | None = None) -> Mapping[str, Any]:
    held = ticket.review or Review()
    judged = replace(held, verdict=verdict, clause=clause.id if clause else held.clause)
    return {name: value for name, value in plain(judged).items() if value is not None}


def _kept(ticket: Ticket, *names: str) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in names}


def _yuan(amount: Any) -> Decimal | BadField:
    try:
        found: Decimal = fields.money(plain(amount), "amount")
    except BadField as error:
        return error
    return found


def _not_for(ticket: Ticket) -> Refused:
    return Refused(Reason.NOT_FOR_THIS_KIND, lifecycle.allowed(ticket), str(ticket.kind))

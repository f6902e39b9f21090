"""What is done with a ticket, one function a step: assign, quote, answer a quote, note, attach, complete, accept,
cancel, rate, urge.

Pure. Each makes a `Plan`: asked with the ticket as it stands now, it says what is to change, or why
it is refused. The store carries a plan out in one transaction, so two people who do something with
one ticket at the same time never mix.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from bot.tickets import fields, lifecycle, wanting
from bot.tickets.fields import BadField, plain
from bot.tickets.lifecycle import Refused
from bot.tickets.model import Acceptance, Attachment, Kind, NewTicket, Quote, State, Ticket, raised
from bot.tickets.rules import rules
from bot.tickets.wanting import Wanting
from bot.tickets.words import Priority, Reason

S = State


@dataclass(frozen=True, kw_only=True)
class Step:
    """Fields and their new values, typed or as in JSON; the state to enter; tickets to open beside it, by draft id.

    event: what the history calls it; a change of state is always "moved".
    """

    changes: Mapping[str, Any] = field(default_factory=dict)
    to: State | None = None
    event: str = "amended"
    note: str = ""
    opens: Mapping[str, NewTicket] = field(default_factory=dict)


Plan = Callable[[Ticket], Step | Refused]


def move(to: State, *, note: str = "", appointment: Any = None, today: date | None = None) -> Plan:
    """Enter a state, with the visit that was agreed on where one was; none is agreed on for a day before `today`."""
    changes = {} if appointment is None else {"appointment": appointment}

    def plan(ticket: Ticket) -> Step | Refused:
        if today is not None and (why := past(appointment, today)):
            return Refused(Reason.BAD_VALUE, lifecycle.allowed(ticket), why)
        return Step(changes=changes, to=to, note=note)

    return plan


def past(appointment: Any, today: date) -> str:
    """What is wrong with a visit on a day that is over; nothing, where it is not or cannot be read."""
    day = str((appointment or {}).get("date") or "") if isinstance(appointment, Mapping | None) else ""
    return f"appointment.date: {day} is over; today is {today}" if "" < day < today.isoformat() else ""


def amend(changes: Mapping[str, Any], *, note: str = "") -> Plan:
    """Change fields, or write a note where there are none."""
    return lambda ticket: Step(changes=changes, note=note)


def note(text: str) -> Plan:
    """Write something down."""

    def plan(ticket: Ticket) -> Step | Refused:
        return Step(note=text) if text.strip() else Refused(Reason.NO_NOTE, lifecycle.allowed(ticket))

    return plan


def assign(*, technician: str | None = None, assignee: str | None = None, note: str = "") -> Plan:
    """Say who comes and who at the desk has it; a repair that gets another technician is dispatched to them."""

    def plan(ticket: Ticket) -> Step | Refused:
        given = {"technician": technician, "assignee": assignee}
        changes = {name: value for name, value in given.items() if value}
        is_new = technician not in (None, "", ticket.technician)
        dispatches = is_new and S.DISPATCHED in lifecycle.allowed(ticket)
        return Step(changes=changes, to=S.DISPATCHED if dispatches else None, event="assigned", note=note)

    return plan


def quote(items: Any, *, note: str = "") -> Plan:
    """Say what the work will cost. A line that is new, or whose amount is, waits for the customer's yes.

    items: `[{name, amount}]`; null as amount where nobody can say it yet. While a repair goes on this
    takes it back to `quoted`: added work needs a yes of its own.
    """

    def plan(ticket: Ticket) -> Step | Refused:
        try:
            asked = Quote.from_json({"items": items})
        except BadField as error:
            return Refused(Reason.BAD_VALUE, lifecycle.allowed(ticket), str(error))
        agreed = {(item.name, item.amount) for item in ticket.quote.items if item.approved} if ticket.quote else set()
        lines = [replace(item, approved=True if (item.name, item.amount) in agreed else None) for item in asked.items]
        return _quoted(ticket, lines, note)

    return plan


def _quoted(ticket: Ticket, lines: Sequence[Any], note: str) -> Step | Refused:
    changes = {"quote": {"items": plain(lines)}}
    if ticket.kind is not Kind.REPAIR or ticket.state is S.QUOTED:
        if ticket.state in lifecycle.OVER:
            return Refused(Reason.OVER, lifecycle.allowed(ticket), "quote")
        return Step(changes=changes, event="quoted", note=note)
    return Step(changes=changes, to=S.QUOTED, event="quoted", note=note)


def answer_quote(*, approved: bool, declined: Collection[str] = (), note: str = "") -> Plan:
    """The customer's yes or no to a quote; `declined` are the lines they do not want although the rest is agreed to.

    With a yes to anything a repair goes on, without one it is declined. What was agreed to before
    added work came up stays agreed to.
    """

    def plan(ticket: Ticket) -> Step | Refused:
        if ticket.quote is None:
            return Refused(Reason.NO_QUOTE, lifecycle.allowed(ticket))
        asked = ticket.quote.items
        if strange := set(declined) - {item.name for item in asked}:
            why = f"the quote has no line {', '.join(sorted(strange))}"
            return Refused(Reason.BAD_VALUE, lifecycle.allowed(ticket), why)
        lines = [replace(i, approved=bool(i.approved) or (approved and i.name not in declined)) for i in asked]
        answered = Quote(items=tuple(lines))
        if open_ := [n for n in answered.open_items if lines[n].approved]:
            lacking = tuple(Wanting(f"quote.items[{n}].amount") for n in open_)
            return Refused(Reason.LACKING, lifecycle.allowed(ticket), lacking=lacking)
        event = "consented" if approved else "declined"
        to = None if ticket.kind is not Kind.REPAIR else S.REPAIRING if answered.has_consent else S.DECLINED
        return Step(changes={"quote": {"items": plain(lines)}}, to=to, event=event, note=note)

    return plan


def attach(attachment: Any, *, by: str, at: datetime) -> Plan:
    """Add what is known of a file: `{name, type, bytes}`."""

    def plan(ticket: Ticket) -> Step | Refused:
        try:
            added = replace(Attachment.from_json(attachment, "attachment"), by=by, at=at)
        except BadField as error:
            return Refused(Reason.BAD_VALUE, lifecycle.allowed(ticket), str(error))
        return Step(changes={"attachments": plain([*ticket.attachments, added])}, event="attached")

    return plan


def complete(*, sheet: Any = None, acceptance: Any = None, note: str = "") -> Plan:
    """Say that the work is done; a repair needs its sheet and the customer's acceptance, here or from before."""

    def plan(ticket: Ticket) -> Step | Refused:
        given = {"sheet": sheet, "acceptance": acceptance}
        changes = {name: plain(value) for name, value in given.items() if value is not None}
        return Step(changes=changes, to=lifecycle.completion(ticket.kind), event="completed", note=note)

    return plan


def accept(*, works: bool, at: datetime) -> Plan:
    """The customer's word on work that is shown to them: with a yes a repair whose sheet is whole is completed, one
    whose sheet is not waits for it; with a no the work goes on."""

    def plan(ticket: Ticket) -> Step | Refused:
        if ticket.state is not S.AWAITING_ACCEPTANCE:
            return Refused(Reason.NOT_ALLOWED, lifecycle.allowed(ticket))
        judged = replace(ticket, acceptance=Acceptance(by=ticket.name or "customer", works=works, at=at))
        done = S.COMPLETED if not wanting.before(judged, S.COMPLETED) else None
        return Step(changes={"acceptance": judged.acceptance}, to=done if works else S.REPAIRING, event="accepted")

    return plan


def cancel(*, fee_told: Any = None, note: str = "") -> Plan:
    """The customer does not want it any more; `fee_told` is what they were told that this may cost."""
    changes = {} if fee_told is None else {"fee_told": plain(fee_told)}
    return lambda ticket: Step(changes=changes, to=S.CANCELLED, note=note)


def rate(rating: int, *, note: str = "") -> Plan:
    """The customer's judgement, once. A poor one opens a call back, which ends only with a word on what came of it."""

    def plan(ticket: Ticket) -> Step | Refused:
        step = Step(changes={"rating": rating}, event="rated", note=note)
        try:
            is_poor = fields.whole(1, 5)(rating, "rating") <= rules().low_rating
        except BadField as error:
            return Refused(Reason.BAD_VALUE, lifecycle.allowed(ticket), str(error))
        return replace(step, opens={f"{ticket.no}/rating": _follow_up(ticket)}) if is_poor else step

    return plan


def _follow_up(ticket: Ticket) -> NewTicket:
    kept = ("brand", "product", "name", "phone", "contact", "address", "city", "channel", "conversation", "assignee")
    known = {name: getattr(ticket, name) for name in kept}
    return NewTicket(kind=Kind.CALLBACK, related=ticket.no, priority=Priority.URGENT, **known)


def urge(*, note: str = "") -> Plan:
    """The customer asks to hurry; from the time that brings in a person on, the ticket is urgent."""

    def plan(ticket: Ticket) -> Step | Refused:
        urged = (ticket.urged or 0) + 1
        changes: dict[str, Any] = {"urged": urged}
        if urged >= rules().urges:
            changes["priority"] = plain(Priority.URGENT)
        if urged == rules().urges:
            changes["level"] = raised(ticket.level)
        return Step(changes=changes, event="urged", note=note)

    return plan


def wants_a_person(ticket: Ticket) -> bool:
    """Whether it was urged so often that a person must take it up."""
    return (ticket.urged or 0) >= rules().urges

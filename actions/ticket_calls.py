"""The calls about requests that are stored: which may be shown to this customer, and what they want done with one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.dialogue import Call, Context
from bot.tickets import steps
from bot.tickets.codes import NotSent, Proven, Sent, TooSoon, Wrong
from bot.tickets.identity import Locked, Shown
from bot.tickets.lifecycle import Refused, allowed
from bot.tickets.model import NewTicket, Ticket
from bot.tickets.steps import Plan, Step
from bot.tickets.words import Reason, State

Stores = Any  # actions.calls.Stores, which imports this table
Result = Mapping[str, Any]
CUSTOMER = "customer"


def customers_tickets(stores: Stores, context: Context, call: Call) -> Result:
    """The tickets of this conversation, those that were identified in it and the open ones of a phone that it has
    proven, newest first; `done`: the one that this very message has changed before, where it is told again."""
    found = {ticket.no: ticket for ticket in stores.tickets.of_conversation(context.conversation)}
    if proven := stores.codes.proven(context.conversation, at=context.now):
        found |= {ticket.no: ticket for ticket in stores.identity.of_proven_phone(proven.phone).tickets}
    others = [stores.tickets.get(no) for no in call.args["also"] if no not in found]
    found |= {ticket.no: ticket for ticket in others if ticket is not None}
    return {
        "tickets": sorted(found.values(), key=lambda ticket: ticket.created, reverse=True),
        "done": stores.tickets.changed_under(call.args["once"]),
    }


def of_card(stores: Stores, context: Context, call: Call) -> Result:
    """The ticket that the draft of an old card has become, or that the card was of; the card proves that it was shown
    here (bot.conversations.buttons)."""
    about = call.args["about"]
    return {"ticket": stores.tickets.of_draft(about) or stores.tickets.get(about)}


def identify(stores: Stores, context: Context, call: Call) -> Result:
    """The ticket of a number for whoever knows the end of its phone. Unknown and mismatched numbers give the same
    nothing; too many wrong answers lock."""
    found = stores.identity.by_last4(
        call.args["no"], call.args["last4"], conversation=context.conversation, at=context.now
    )
    return {
        "ticket": found.tickets[0] if isinstance(found, Shown) else None,
        "locked": isinstance(found, Locked),
    }


def send_code(stores: Stores, context: Context, call: Call) -> Result:
    """A one-time code on its way to a phone: `sent`, too `soon` for another one, or neither."""
    try:
        sent = stores.codes.send(call.args["phone"], conversation=context.conversation, at=context.now)
    except NotSent:
        return {"sent": False, "soon": False}
    return {"sent": isinstance(sent, Sent), "soon": isinstance(sent, TooSoon)}


def check_code(stores: Stores, context: Context, call: Call) -> Result:
    """Whether the code is the one that was sent, and how many tries are left."""
    found = stores.codes.check(call.args["code"], conversation=context.conversation, at=context.now)
    return {"proven": isinstance(found, Proven), "tries_left": found.tries_left if isinstance(found, Wrong) else 0}


def completed_on(stores: Stores, context: Context, call: Call) -> Result:
    """The day on which the work was last said to be done."""
    done = (State.COMPLETED.value, State.UNRESOLVED.value)
    changes = stores.tickets.history(call.args["no"])
    days = [one.at.date() for one in changes if one.field == "state" and one.new in done]
    day: date | None = days[-1] if days else None
    return {"ticket": call.args["ticket"], "day": day}


def news(stores: Stores, context: Context, call: Call) -> Result:
    """What others than the customer did with the tickets since the versions that the customer has seen, here or by a
    push."""
    found, pushed = [], stores.told.versions(call.args["seen"])
    for no, seen in call.args["seen"].items():
        version = max(seen, pushed.get(no, 0))
        changes = [one for one in stores.tickets.changes_since(no, version) if one.actor != CUSTOMER]
        if changes and (ticket := stores.tickets.get(no)) is not None:
            found.append((ticket, changes))
    return {"news": found}


def similar_open(stores: Stores, context: Context, call: Call) -> Result:
    """Open requests of the same household for the same thing, and which of them are this conversation's own."""
    fields = {name: value for name, value in call.args["ticket"].items() if value is not None}
    found: Sequence[Ticket] = stores.tickets.similar_open(NewTicket.from_json(fields))
    return {"similar": found, "own": [t.no for t in found if t.conversation == context.conversation]}


def change_ticket(stores: Stores, context: Context, call: Call) -> Result:
    """Do a step with a ticket on the customer's word: the ticket as it is then, or why it was refused."""
    args = {name: value for name, value in call.args.items() if name not in ("no", "step", "once")}
    plan = _STEPS[call.args["step"]](context.now, **args)
    after = stores.tickets.change(call.args["no"], plan, actor=CUSTOMER, at=context.now, once=call.args["once"])
    return {"ticket": after}


def _answer_quote(now: datetime, *, approved: bool, lines: Sequence[str], without: Sequence[str] = ()) -> Plan:
    """A yes or no to the lines that were shown, and to no others."""
    answer = steps.answer_quote(approved=approved, declined=without)

    def plan(ticket: Ticket) -> Step | Refused:
        asked = [f"{item.name}={item.amount}" for item in ticket.quote.items] if ticket.quote else []
        return answer(ticket) if asked == list(lines) else Refused(Reason.CHANGED_MEANWHILE, allowed(ticket))

    return plan


_STEPS: Mapping[str, Callable[..., Plan]] = {
    "amend": lambda now, changes: steps.amend(changes),
    "note": lambda now, text: steps.note(text),
    "cancel": lambda now, fee_told, note: steps.cancel(fee_told=fee_told, note=note),
    "urge": lambda now: steps.urge(),
    "answer_quote": _answer_quote,
    "rate": lambda now, rating: steps.rate(rating),
    "accept": lambda now, works: steps.accept(works=works, at=now),
}

TICKET_CALLS: Mapping[str, Callable[[Any, Context, Call], Result]] = {
    "customers_tickets": customers_tickets,
    "of_card": of_card,
    "identify": identify,
    "send_code": send_code,
    "check_code": check_code,
    "completed_on": completed_on,
    "news": news,
    "similar_open": similar_open,
    "change_ticket": change_ticket,
}

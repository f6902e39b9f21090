"""What the dialogue's calls do: keep a draft, store a request once, look one up, hand a conversation over.

Any topic's turn may end in another topic's call (what was interrupted is read back again), so there is one table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from actions.ticket_calls import TICKET_CALLS
from bot.conversations.mode import Mode, Modes
from bot.conversations.questions import Question, Questions
from bot.database import Database
from bot.dialogue import Call, Context
from bot.tickets.codes import OneTimeCodes
from bot.tickets.identity import Identity
from bot.tickets.model import Draft, NewTicket
from bot.tickets.store import TicketStore
from bot.tickets.telling import Told

Result = Mapping[str, Any]


class Stores:
    """The stores that actions write to, opened at first use."""

    def __init__(self, url: str) -> None:
        database = Database(url)
        self.tickets = TicketStore(database)
        self.identity = Identity(database)
        self.codes = OneTimeCodes(database)
        self.told = Told(database)
        self.modes = Modes(database)
        self.questions = Questions(database)


def save_draft(stores: Stores, context: Context, call: Call) -> Result:
    """Store the draft before it is read back, so that a yes always finds it."""
    draft = Draft(
        id=call.args["draft"],
        conversation=context.conversation,
        channel=context.channel,
        topic=call.args["topic"],
        payload=dict(call.args["slots"]),
        at=context.now,
    )
    stores.tickets.save_draft(draft)
    return {}


def drop_draft(stores: Stores, context: Context, call: Call) -> Result:
    """Forget the draft; `ticket`: what it had become before, where the answer to a yes was lost on its way."""
    draft = call.args.get("draft")
    if not draft:
        return {"ticket": None}
    stores.tickets.drop_draft(draft)
    return {"ticket": stores.tickets.of_draft(draft)}


def open_ticket(stores: Stores, context: Context, call: Call) -> Result:
    """Store the request; `created` is false where this draft had become a ticket before."""
    fields: dict[str, Any] = {k: v for k, v in call.args["ticket"].items() if v is not None}
    ticket = NewTicket.from_json({**fields, "channel": context.channel, "conversation": context.conversation})
    opened = stores.tickets.open(call.args["draft"], ticket, actor="customer", at=context.now)
    return {"ticket": opened.ticket, "created": opened.created}


def hand_over(stores: Stores, context: Context, call: Call) -> Result:
    """Put the conversation before people: it waits, with the reason, and the assistant goes on meanwhile."""
    stores.modes.set_mode(
        context.conversation,
        Mode.WAITING,
        reason=call.args["reason"],
        summary=call.args["summary"],
        at=context.now,
    )
    return {}


def record_question(stores: Stores, context: Context, call: Call) -> Result:
    """Keep a question that the sources do not answer, for the support team."""
    question = Question(**call.args, at=context.now, channel=context.channel, conversation=context.conversation)
    stores.questions.record(question, message_id=context.message_id)
    return {}


def open_many(stores: Stores, context: Context, call: Call) -> Result:
    """Store one request for each appliance of a visit, all or none; `created` as for one."""
    common = {"channel": context.channel, "conversation": context.conversation}
    fields = [{**{k: v for k, v in one.items() if v is not None}, **common} for one in call.args["tickets"]]
    requests = [NewTicket.from_json(one) for one in fields]
    opened = stores.tickets.open_many(call.args["draft"], requests, actor="customer", at=context.now)
    return {"tickets": [one.ticket for one in opened], "created": opened[0].created}


#: Call name → what it does. Raises StoreUnavailable where the database cannot be reached or written.
CALLS: Mapping[str, Callable[[Stores, Context, Call], Result]] = {
    "save_draft": save_draft,
    "drop_draft": drop_draft,
    "open_ticket": open_ticket,
    "open_many": open_many,
    "hand_over": hand_over,
    "record_question": record_question,
    **TICKET_CALLS,
}

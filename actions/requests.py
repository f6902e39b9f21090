"""What actions do for a request: keep its draft, store it once, hand a conversation over."""

from __future__ import annotations

from typing import Any

from actions.base import Result, Stores
from bot.conversations.mode import Mode
from bot.dialogue import Call, Context
from bot.tickets.model import Draft, NewTicket


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
    if call.args.get("draft"):
        stores.tickets.drop_draft(call.args["draft"])
    return {}


def open_ticket(stores: Stores, context: Context, call: Call) -> Result:
    """Store the request; `created` is false where this draft had become a ticket before."""
    fields: dict[str, Any] = {k: v for k, v in call.args["ticket"].items() if v is not None}
    ticket = NewTicket.from_json({**fields, "channel": context.channel, "conversation": context.conversation})
    opened = stores.tickets.open(call.args["draft"], ticket, actor="customer", at=context.now)
    return {"ticket": opened.ticket, "created": opened.created}


def hand_over(stores: Stores, context: Context, call: Call) -> Result:
    """Put the conversation before people: it waits, with the reason, and the assistant goes on meanwhile."""
    stores.modes.set_mode(
        context.conversation, Mode.WAITING, reason=call.args["reason"], summary=call.args["summary"], at=context.now
    )
    return {}

"""Where a request stands: shown to its own conversation, or to whoever knows number and phone."""

from __future__ import annotations

from actions.base import Result, Stores, TopicAction
from bot.dialogue import Call, Context


def own_tickets(stores: Stores, context: Context, call: Call) -> Result:
    """The tickets of this conversation, newest first."""
    return {"tickets": stores.tickets.of_conversation(context.conversation)}


def find_ticket(stores: Stores, context: Context, call: Call) -> Result:
    """The ticket of a number: one's own at once, another only with the last four digits of its phone. Unknown and
    mismatched numbers give the same nothing."""
    no, last4 = call.args["no"], call.args.get("last4")
    own = [t for t in stores.tickets.of_conversation(context.conversation) if t.no == no]
    if own or last4 is None:
        return {"tickets": own, "needs_last4": not own}
    found = stores.tickets.find(no, last4)
    return {"tickets": [found] if found else [], "needs_last4": False}


class ActionProgress(TopicAction):
    topic = "progress"
    performs = {"own_tickets": own_tickets, "find_ticket": find_ticket}

"""A booking is not wanted any more: what that costs is told first, by the brand's own clause; then a yes is needed."""

from __future__ import annotations

from typing import Any

from bot.dialogue.topics.base import NO
from bot.dialogue.topics.ticket import OfTicket, says_yes
from bot.dialogue.turn import Turn
from bot.tickets.lifecycle import allowed
from bot.tickets.model import Kind, State, Ticket
from bot.tickets.words import AWAY, VISITED
from policies_kb.fees import Charge, to_tell_before


class Cancel(OfTicket):
    name = "cancel"
    intents = frozenset({"cancel_service"})

    def concerns(self, ticket: Ticket) -> bool:
        return ticket.kind is not Kind.CALLBACK and State.CANCELLED in allowed(ticket)

    def act(self, turn: Turn, ticket: Ticket) -> None:
        costs = _costs(turn, ticket)
        if turn.task.stage == "confirming" and says_yes(turn.wish, *self.intents):
            self.change(turn, ticket, "cancel", fee_told=_told(costs), note=turn.wish.text)
            return
        if turn.task.stage == "confirming" and (turn.wish.intent == NO or "keep" in turn.wish.asks):
            turn.finish()
            turn.say("cancel.kept", ticket=ticket)
            return
        if costs:
            turn.say("cancel.costs", brand=ticket.brand, clauses=[charge.clause for charge in costs])
        turn.say("cancel.confirm", ticket=ticket, about=ticket.no)
        turn.change(stage="confirming")

    def done(self, turn: Turn, ticket: Ticket) -> None:
        turn.finish()
        stored = ("stored", "stored_repair", "stored_complaint")
        gone = {name: None for name in stored if turn.desk.known.get(name) == ticket.no}
        turn.desk = turn.desk.learn(gone)
        comes = ticket.kind in VISITED and ticket.mode not in AWAY
        turn.say("cancel.done" if comes else "cancel.withdrawn", ticket=ticket)


def _costs(turn: Turn, ticket: Ticket) -> tuple[Charge, ...]:
    """What the sources charge for a service that is cancelled; a request to the desk is withdrawn for nothing."""
    if ticket.kind not in VISITED:
        return ()
    return to_tell_before(turn.kb, ticket.brand or "", "cancel", product=ticket.product)


def _told(costs: tuple[Charge, ...]) -> dict[str, Any] | None:
    """What was disclosed, as the ticket keeps it."""
    if not costs:
        return None
    return {
        "amount": str(costs[0].fee.amount.high),
        "why": "cancel",
        "clauses": [charge.clause.id for charge in costs],
    }

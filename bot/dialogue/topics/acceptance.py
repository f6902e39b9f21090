"""修好了, 还是不行: the customer's word on work that was shown to them. Nothing is completed without it."""

from __future__ import annotations

from bot.dialogue.topics.ticket import OfTicket
from bot.dialogue.turn import Turn
from bot.tickets.model import Kind, State, Ticket


class Acceptance(OfTicket):
    name = "acceptance"
    intents = frozenset()  # told by the words themselves (bot.text.asks), where a ticket is known

    def concerns(self, ticket: Ticket) -> bool:
        return ticket.state is State.AWAITING_ACCEPTANCE

    def step(self, turn: Turn) -> None:
        if not turn.task.slots.keys() & {"works"}:
            turn.change(slots={**turn.task.slots, "works": "not_fixed" not in turn.wish.asks})
        super().step(turn)

    def act(self, turn: Turn, ticket: Ticket) -> None:
        self.change(turn, ticket, "accept", works=turn.task.slots["works"])

    def done(self, turn: Turn, ticket: Ticket) -> None:
        if not turn.task.slots["works"]:
            turn.finish()
            turn.say("acceptance.goes_on", ticket=ticket)
        elif ticket.state is State.COMPLETED:
            turn.say("acceptance.completed", ticket=ticket)
            turn.hand_on("rating", no=ticket.no)
        else:
            turn.finish()
            turn.say("acceptance.sheet_to_come", ticket=ticket)

    def unfit(self, turn: Turn, ticket: Ticket) -> None:
        """Not shown to them by us: what is not mended goes the way of a fault that is back."""
        if not turn.task.slots["works"]:
            turn.hand_on("rework")
        elif ticket.state is State.COMPLETED and ticket.rating is None:
            turn.hand_on("rating", no=ticket.no)
        else:
            turn.finish()
            turn.say("acceptance.not_yet" if ticket.kind is Kind.REPAIR else "as_you_like", ticket=ticket)

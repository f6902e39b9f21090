"""A word for whoever comes: written on the ticket as it was said; nobody's own number is given out."""

from __future__ import annotations

from bot.dialogue.topics.ticket import OfTicket, is_open
from bot.dialogue.turn import Turn
from bot.tickets.model import Ticket
from bot.tickets.words import VISITED


class Message(OfTicket):
    name = "message"

    def begin(self, turn: Turn) -> None:
        super().begin(turn)
        turn.change(slots={"text": turn.wish.text})  # kept while it is asked which ticket is meant

    def concerns(self, ticket: Ticket) -> bool:
        return ticket.kind in VISITED and is_open(ticket)

    def act(self, turn: Turn, ticket: Ticket) -> None:
        self.change(turn, ticket, "note", text=turn.task.slots["text"])

    def done(self, turn: Turn, ticket: Ticket) -> None:
        turn.finish()
        turn.say("message.kept", ticket=ticket)

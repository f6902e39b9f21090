"""What it cost, line by line: the sheet of what was done, or the quote that stands, told back to whoever asks."""

from __future__ import annotations

from bot.dialogue.topics.ticket import OfTicket
from bot.dialogue.turn import Turn
from bot.tickets.model import Ticket
from bot.tickets.words import VISITED


class Bill(OfTicket):
    name = "bill"

    def concerns(self, ticket: Ticket) -> bool:
        is_written = ticket.sheet is not None and ticket.sheet.fees is not None
        return ticket.kind in VISITED and (is_written or ticket.quote is not None)

    def act(self, turn: Turn, ticket: Ticket) -> None:
        turn.finish()
        turn.saw(ticket)
        turn.say("bill.shown", ticket=ticket)

"""Another phone, name or address for what is stored: the customer's own words are the yes, and it is said back."""

from __future__ import annotations

from typing import ClassVar

from bot.dialogue.topics.ticket import NUMBER, OfTicket, is_open
from bot.dialogue.turn import Turn
from bot.tickets.model import Ticket

OF_THE_CONTACT = ("name", "phone", "address", "city")


class Details(OfTicket):
    name = "details"
    uses: ClassVar[frozenset[str]] = frozenset({*NUMBER, *OF_THE_CONTACT})

    def concerns(self, ticket: Ticket) -> bool:
        return is_open(ticket)

    def act(self, turn: Turn, ticket: Ticket) -> None:
        changes = {name: turn.task.slots[name] for name in OF_THE_CONTACT if name in turn.task.slots}
        self.change(turn, ticket, "amend", changes=changes)

    def done(self, turn: Turn, ticket: Ticket) -> None:
        changed = [name for name in OF_THE_CONTACT if name in turn.task.slots and name in turn.kb.catalog.fields]
        turn.finish()
        turn.say("details.done", ticket=ticket, changed=changed)

"""Another phone, name or address for what is stored: the customer's own words are the yes, and it is said back."""

from __future__ import annotations

from typing import ClassVar

from bot.dialogue.topics.ticket import NUMBER, OfTicket, is_open
from bot.dialogue.turn import Turn
from bot.tickets.model import Ticket

OF_THE_CONTACT = ("name", "phone", "address", "city")
BACKUP = "backup"  # another number, to be rung where the first is not answered


class Details(OfTicket):
    name = "details"
    uses: ClassVar[frozenset[str]] = frozenset({*NUMBER, *OF_THE_CONTACT, BACKUP})

    def concerns(self, ticket: Ticket) -> bool:
        return is_open(ticket)

    def act(self, turn: Turn, ticket: Ticket) -> None:
        changes = {name: turn.task.slots[name] for name in OF_THE_CONTACT if name in turn.task.slots}
        if BACKUP in turn.task.slots:
            changes["contact"] = {"phone": turn.task.slots[BACKUP]}
        if changes:
            self.change(turn, ticket, "amend", changes=changes)
            return
        field = str(turn.wish.facts.get("field", "phone"))  # 地址写错了: what is it to be?
        turn.ask(field, code="change_to", slot=field)

    def done(self, turn: Turn, ticket: Ticket) -> None:
        slots = turn.task.slots
        changed = [name for name in OF_THE_CONTACT if name in slots and name in turn.kb.catalog.fields]
        turn.finish()
        if changed:
            turn.say("details.done", ticket=ticket, changed=changed, address=slots.get("address", ""))
        if BACKUP in slots:
            turn.say("details.backup", ticket=ticket, end=slots[BACKUP][-4:])

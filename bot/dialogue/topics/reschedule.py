"""Another time for a visit that is booked: the customer's own words are the yes, and the new time is said back."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from bot.dialogue.topics.ticket import MOVABLE, NUMBER, OfTicket
from bot.dialogue.topics.visits import appointment, say_if_unusual
from bot.dialogue.turn import Turn
from bot.tickets.model import Ticket
from bot.tickets.words import AWAY, VISITED


class Reschedule(OfTicket):
    name = "reschedule"
    intents = frozenset({"reschedule_visit"})
    uses: ClassVar[frozenset[str]] = frozenset({*NUMBER, "visit"})

    def concerns(self, ticket: Ticket) -> bool:
        return ticket.kind in VISITED and ticket.state in MOVABLE and ticket.mode not in AWAY

    def act(self, turn: Turn, ticket: Ticket) -> None:
        visit = self._visit(turn, ticket)
        if visit.get("day") is None:
            turn.ask("visit", code="reschedule.ask_visit", ticket=ticket)
            return
        say_if_unusual(turn, visit, ticket.brand, ticket.product)
        self.change(turn, ticket, "amend", changes={"appointment": appointment(visit, turn.kb)})

    def _visit(self, turn: Turn, ticket: Ticket) -> dict[str, Any]:
        """The time that was asked for; 下午三点 alone is of the day that stands."""
        visit = dict(turn.task.slots.get("visit") or {})
        stands = ticket.appointment.date if ticket.appointment else date.min
        if visit.pop("implied", False) and stands > turn.context.now.date():
            visit["day"] = stands.isoformat()
        agreed = ticket.appointment
        if agreed is not None and agreed.from_ and visit.get("day") and not visit.keys() & {"start", "end", "asap"}:
            hours = {"start": agreed.from_, "end": agreed.to}  # another day, the same time
            visit |= {name: f"{value:%H:%M}" for name, value in hours.items() if value is not None}
            visit |= {"approximate": True} if agreed.to_confirm else {}
        return visit

    def done(self, turn: Turn, ticket: Ticket) -> None:
        turn.finish()
        turn.say("reschedule.done", ticket=ticket)

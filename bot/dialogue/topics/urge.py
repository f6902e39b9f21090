"""Hurry up: counted, and answered with what comes next, without a promise; the third time a person takes it up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialogue.topics.ticket import OfTicket, is_open
from bot.dialogue.turn import Turn
from bot.tickets.model import Ticket
from bot.tickets.steps import wants_a_person


class Urge(OfTicket):
    name = "urge"
    intents = frozenset({"urge_ticket"})

    def concerns(self, ticket: Ticket) -> bool:
        return is_open(ticket)

    def act(self, turn: Turn, ticket: Ticket) -> None:
        self.change(turn, ticket, "urge")

    def done(self, turn: Turn, ticket: Ticket) -> None:
        if wants_a_person(ticket):
            turn.change(stage="person")
            turn.say("urge.person", ticket=ticket)
            turn.call("hand_over", reason="urge", summary=f"urge {ticket.no}")
        else:
            turn.finish()
            turn.say("urge.counted", ticket=ticket)

    def resume(self, turn: Turn, result: Mapping[str, Any]) -> None:
        if result["call"] == "hand_over":
            turn.finish()
        else:
            super().resume(turn, result)

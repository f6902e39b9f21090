"""Where a request stands: the conversation's own tickets, or one by number and the last four digits of the phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.topics.complaint import say_when_it_is_answered
from bot.dialogue.topics.ticket import WHICH, OfTicket, is_open
from bot.dialogue.turn import Turn
from bot.tickets import amends
from bot.tickets.model import Kind, State, Ticket

TOLD_AT_ONCE = 3  # more of them are listed and asked for


class Progress(OfTicket):
    name = "progress"
    intents = frozenset({"ask_ticket_status"})

    def concerns(self, ticket: Ticket) -> bool:
        return True

    def step(self, turn: Turn) -> None:
        if turn.wish.about is not None:  # a card that is no longer in hand was tapped
            turn.call("of_card", about=turn.wish.about)
        else:
            super().step(turn)

    def resume(self, turn: Turn, result: Mapping[str, Any]) -> None:
        if result["call"] != "of_card":
            super().resume(turn, result)
        elif result["ticket"] is None:
            turn.finish()
            turn.say("progress.card_over")
        else:
            turn.say("progress.card_stored")
            self.act(turn, result["ticket"])

    def chosen(self, turn: Turn, tickets: Sequence[Ticket]) -> None:
        """What is open is told, what is over only where nothing is; of several each in short."""
        ordered = sorted(tickets, key=lambda ticket: ticket.kind is Kind.CALLBACK)
        told = [ticket for ticket in ordered if is_open(ticket)] or ordered[:1]
        if len(told) == 1:
            self.act(turn, told[0])
        elif len(told) > TOLD_AT_ONCE:
            self._ask_which(turn, told, code="progress.which")
        else:
            for ticket in told:
                turn.saw(ticket)
                turn.say("progress.brief", ticket=ticket)
            turn.change(slots={"offered": [ticket.no for ticket in told]}, stage="told", asked=(WHICH,))

    def act(self, turn: Turn, ticket: Ticket) -> None:
        turn.saw(ticket)
        turn.say("progress.shown", ticket=ticket)
        if ticket.kind is Kind.COMPLAINT and "deadline" in turn.wish.asks:
            say_when_it_is_answered(turn, ticket.brand)
        if ticket.state is State.UNRESOLVED and (clauses := amends.unrepaired(turn.kb, ticket)):
            turn.say("progress.unrepaired", brand=ticket.brand, clauses=clauses[:1])
        if ticket.state is State.QUOTED:
            turn.hand_on("quote", no=ticket.no)
        else:
            turn.finish()

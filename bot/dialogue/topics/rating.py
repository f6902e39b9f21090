"""The customer's judgement, one to five, once, of work that is over; a poor one is followed up."""

from __future__ import annotations

from typing import ClassVar

from bot.dialogue.state import Task
from bot.dialogue.topics.base import NO
from bot.dialogue.topics.ticket import NUMBER, OfTicket
from bot.dialogue.turn import Turn, Wish
from bot.text.ratings import stars_given
from bot.text.reading import read
from bot.tickets.lifecycle import RATEABLE, Refused
from bot.tickets.model import Kind, State, Ticket
from bot.tickets.rules import rules
from bot.tickets.words import Reason


class Rating(OfTicket):
    name = "rating"
    intents = frozenset({"rate_service"})
    uses: ClassVar[frozenset[str]] = frozenset({*NUMBER, "rating"})

    def concerns(self, ticket: Ticket) -> bool:
        return ticket.state in RATEABLE and ticket.rating is None and ticket.kind not in (Kind.CALLBACK, Kind.LEAD)

    def takes(self, task: Task, wish: Wish) -> bool:
        return super().takes(task, wish) or ("rating" in task.asked and stars_given(wish.text) is not None)

    def step(self, turn: Turn) -> None:
        if "rating" in turn.task.asked and turn.wish.intent == NO:
            turn.finish()
            turn.say("as_you_like")
            return
        stars = stars_given(turn.wish.text)
        found = read(turn.wish.text, turn.context.now, expected="rating").ratings
        if stars is not None and not 1 <= stars <= 5:
            turn.ask("rating", code="rating.out_of_range")
            return
        if found:
            turn.change(slots={**turn.task.slots, "rating": found[-1].value})
        super().step(turn)

    def act(self, turn: Turn, ticket: Ticket) -> None:
        if rating := turn.task.slots.get("rating"):
            self.change(turn, ticket, "rate", rating=rating)
        else:
            turn.ask("rating", code="rating.ask", ticket=ticket)

    def done(self, turn: Turn, ticket: Ticket) -> None:
        turn.finish()
        is_poor = (ticket.rating or 0) <= rules().low_rating
        turn.say("rating.poor" if is_poor else "rating.thanks", ticket=ticket)

    def unfit(self, turn: Turn, ticket: Ticket) -> None:
        turn.finish()
        if ticket.rating is not None:
            turn.say("rating.already", ticket=ticket)
        elif ticket.state is State.AWAITING_ACCEPTANCE:
            turn.say("rating.accept_first", ticket=ticket)
        else:
            turn.say("rating.not_over", ticket=ticket)

    def refused(self, turn: Turn, refused: Refused) -> None:
        if refused.reason_code is Reason.ALREADY_RATED:
            turn.finish()
            turn.say("rating.given_before")
        else:
            super().refused(turn, refused)

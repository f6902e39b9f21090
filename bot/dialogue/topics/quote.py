"""A quote: shown line by line, and answered. Only what was shown is agreed to; what a no costs is told before it."""

from __future__ import annotations

from bot.dialogue.topics.base import NO, YES
from bot.dialogue.topics.ticket import OfTicket
from bot.dialogue.turn import Turn
from bot.tickets.lifecycle import OVER, Refused
from bot.tickets.model import State, Ticket
from bot.tickets.words import Reason
from policies_kb.fees import to_tell_before

APPROVE, DECLINE = "approve_quote", "decline_quote"


class Quote(OfTicket):
    name = "quote"
    intents = frozenset({APPROVE, DECLINE})

    def concerns(self, ticket: Ticket) -> bool:
        waits = ticket.quote is not None and any(item.approved is None for item in ticket.quote.items)
        return ticket.state is State.QUOTED or (waits and ticket.state not in OVER)

    def unfit(self, turn: Turn, ticket: Ticket) -> None:
        """不修了, though nobody has quoted: what is booked is to be cancelled."""
        lets_go = turn.wish.intent == DECLINE and "quote" not in turn.wish.asks
        if lets_go and ticket.quote is None and ticket.state not in OVER:
            turn.hand_on("cancel", no=ticket.no)
        else:
            super().unfit(turn, ticket)

    def act(self, turn: Turn, ticket: Ticket) -> None:
        assert ticket.quote is not None
        shown = turn.desk.known.get("quotes", {}).get(ticket.no) == lines_of(ticket)
        declining = turn.task.stage == "declining"
        without = [item.name for item in ticket.quote.items if item.approved is None and item.name in turn.wish.text]
        if turn.wish.asks & {"show_quote", "question"}:
            self._show(turn, ticket)
        elif turn.wish.intent == DECLINE and without and len(without) < len(ticket.quote.items):
            self._show(turn, ticket, without)
        elif declining and turn.wish.intent in (YES, DECLINE):
            self.change(turn, ticket, "answer_quote", approved=False, lines=lines_of(ticket))
        elif declining and turn.wish.intent == NO:
            self._show(turn, ticket)
        elif turn.wish.intent in (DECLINE, NO):
            self._ask_before_a_no(turn, ticket)
        elif ticket.quote.open_items:
            self._show(turn, ticket)
        elif shown and turn.wish.intent in (APPROVE, YES):
            left_out = turn.task.slots.get("without", [])
            turn.change(stage="confirming")
            self.change(turn, ticket, "answer_quote", approved=True, without=left_out, lines=lines_of(ticket))
        else:
            self._show(turn, ticket)

    def _show(self, turn: Turn, ticket: Ticket, without: list[str] | None = None) -> None:
        quotes = {**turn.desk.known.get("quotes", {}), ticket.no: lines_of(ticket)}
        turn.desk = turn.desk.learn({"quotes": quotes})
        turn.change(stage="confirming", slots={**turn.task.slots, "without": without or []})
        turn.say("quote.shown", ticket=ticket, without=without or [], about=ticket.no)

    def _ask_before_a_no(self, turn: Turn, ticket: Ticket) -> None:
        costs = to_tell_before(turn.kb, ticket.brand or "", "decline_quote", product=ticket.product)
        if costs:
            turn.say("quote.costs", brand=ticket.brand, clauses=[charge.clause for charge in costs])
        turn.change(stage="declining", asked=("answer",))
        turn.say("quote.confirm_no", ticket=ticket, known=bool(costs), about=ticket.no)

    def done(self, turn: Turn, ticket: Ticket) -> None:
        declined = turn.task.stage == "declining"
        turn.finish()
        turn.say("quote.declined" if declined else "quote.approved", ticket=ticket)

    def refused(self, turn: Turn, refused: Refused) -> None:
        """A line was added between showing and answering: the new quote is shown, and asked for again."""
        if refused.reason_code is Reason.CHANGED_MEANWHILE:
            turn.desk = turn.desk.learn({"quotes": {}})
            turn.change(stage="asking")
            turn.say("quote.changed")
            self.look(turn)
        else:
            super().refused(turn, refused)


def lines_of(ticket: Ticket) -> list[str]:
    """The lines of a quote as they were shown: name and amount."""
    return [f"{item.name}={item.amount}" for item in ticket.quote.items] if ticket.quote else []

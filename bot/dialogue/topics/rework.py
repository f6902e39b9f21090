"""It broke again: the repair it comes from is found, and what its warranty says; then it is booked like any repair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.dialogue.topics.ticket import OfTicket
from bot.dialogue.turn import Turn, Wish
from bot.tickets.model import Kind, State, Ticket
from bot.tickets.reworks import rework

#: The work is over, one way or the other.
DONE = frozenset({State.COMPLETED, State.CLOSED, State.UNRESOLVED})
#: Faults that do not say what is wrong.
UNNAMED = frozenset({"broken"})


class Rework(OfTicket):
    name = "rework"
    intents = frozenset({"report_recurrence"})

    def concerns(self, ticket: Ticket) -> bool:
        return ticket.kind is Kind.REPAIR and ticket.state in {*DONE, State.AWAITING_ACCEPTANCE}

    def step(self, turn: Turn) -> None:
        """修好以后再坏呢 asks what would hold then: nothing is broken that could be booked."""
        if _only_supposes(turn.wish):
            turn.hand_on("fees", request="after_repair")
        else:
            super().step(turn)

    def _choose(self, turn: Turn, tickets: Sequence[Ticket]) -> None:
        """Without a repair of theirs that is over it is a new one, of which they tell that it was mended before."""
        if turn.task.slots.keys() & {"no", "ticket_no"} or any(self.concerns(ticket) for ticket in tickets):
            super()._choose(turn, tickets)
        else:
            self._book(turn)

    def _ask_which(self, turn: Turn, tickets: Sequence[Ticket], *, code: str) -> None:
        """Another appliance than those that were mended is a new repair."""
        if code == "ticket.no_such":
            self._book(turn)
        else:
            super()._ask_which(turn, tickets, code=code)

    def unfit(self, turn: Turn, ticket: Ticket) -> None:
        self._book(turn)

    def look(self, turn: Turn) -> None:
        """What is handed on is changed by who it is handed to."""
        turn.call("customers_tickets", also=self._identified(turn), once=turn.draft_id("acceptance"))

    def done(self, turn: Turn, ticket: Ticket) -> None:
        turn.hand_on("acceptance", no=ticket.no, works=False)

    def act(self, turn: Turn, ticket: Ticket) -> None:
        if ticket.state is State.AWAITING_ACCEPTANCE:
            turn.hand_on("acceptance", no=ticket.no, works=False)
        else:
            turn.call("completed_on", no=ticket.no, ticket=ticket)

    def resume(self, turn: Turn, result: Mapping[str, Any]) -> None:
        if result["call"] == "completed_on":
            self._tell(turn, result["ticket"], result["day"])
        else:
            super().resume(turn, result)

    def _tell(self, turn: Turn, ticket: Ticket, completed: date | None) -> None:
        """What the sources say of it; another fault than the mended one has to be looked at first."""
        today = turn.context.now.date()
        is_other = len({ticket.fault, turn.wish.facts.get("fault", ticket.fault)} - {None, *UNNAMED}) > 1
        found = rework(turn.kb, ticket, completed or ticket.updated.date(), on=today)
        charge = "to_check" if is_other else str(found.charge)
        turn.say(
            f"rework.{'other_fault' if is_other else charge}", ticket=ticket, clauses=found.clauses, until=found.until
        )
        kept = ("brand", "product", "part", "fault", "name", "phone", "address", "city", "model")
        known = {name: getattr(ticket, name) for name in kept if getattr(ticket, name)}
        told = {name: turn.wish.facts[name] for name in ("fault", "description") if name in turn.wish.facts}
        self._book(turn, **{**known, **told, "related": ticket.no, "charge": charge, "terms_told": True})

    def _book(self, turn: Turn, **slots: Any) -> None:
        turn.hand_on("repair", rework=True, **slots)


def _only_supposes(wish: Wish) -> bool:
    named = wish.facts.get("fault", "broken") not in UNNAMED or wish.has("visit", "ticket_no", "phone")
    return {"question", "supposed"} <= wish.asks and not named

"""A prepayment is wanted back: taken down with what the sources say of it; a person decides, nothing is promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bot.dialogue.topics.base import Form, Need
from bot.dialogue.topics.ticket import is_open
from bot.dialogue.turn import Turn
from bot.tickets import amends
from bot.tickets.model import State, Ticket
from bot.tickets.words import VISITED
from policies_kb.model import Clause

#: The customer's own decision: what was paid for was not left undone by the desk.
OWN_CHOICE = frozenset({State.CANCELLED, State.DECLINED})
_OF_THE_TICKET = ("brand", "product", "name", "phone")


class Refund(Form):
    name = "refund"
    uses: ClassVar[frozenset[str]] = frozenset({"brand", "product", "amount", "name", "phone"})
    needs = (
        Need(("brand",), "refund.ask_brand"),
        Need(("amount",), "refund.ask_amount"),
        Need(("name", "phone"), "refund.ask_contact"),
    )
    read_back = "refund.read_back"
    confirm = "refund.please_confirm"

    def take_in(self, turn: Turn) -> None:
        super().take_in(turn)
        if "amount" in turn.task.asked and "amount" not in turn.task.slots and not turn.wish.problems:
            turn.fill({"amount": None})  # asked once: a person finds it out

    def proceed(self, turn: Turn) -> None:
        slots = turn.task.slots
        if not slots.get("looked"):
            turn.change(slots={**slots, "looked": True})
            turn.call("customers_tickets", also=turn.desk.known.get("identified", ()), once=turn.draft_id(self.name))
        elif "brand" in slots and not slots.get("told"):
            self._tell(turn)
            super().proceed(turn)
        else:
            super().proceed(turn)

    def resume(self, turn: Turn, result: Mapping[str, Any]) -> None:
        if result["call"] == "customers_tickets":
            self._take_ticket(turn, result["tickets"])
        else:
            super().resume(turn, result)

    def _take_ticket(self, turn: Turn, tickets: Sequence[Ticket]) -> None:
        """It is about the customer's own ticket, if there is one; of two the one that could not be done."""
        slots = turn.task.slots
        named = [one for one in tickets if one.kind in VISITED and slots.get("product", one.product) == one.product]
        found = min(named, key=lambda one: (one.state not in amends.NOT_DONE, not is_open(one)), default=None)
        if found is not None and found.state in OWN_CHOICE:
            turn.finish()
            clauses = self._clauses(turn, found.brand, found.product)
            turn.say("refund.own_choice", ticket=found, clauses=clauses)
            return
        if found is not None:
            known = {name: getattr(found, name) for name in _OF_THE_TICKET if getattr(found, name)}
            turn.change(slots={**known, **slots, "related": found.no}, draft=f"{found.no}/refund")
        self.proceed(turn)

    def _tell(self, turn: Turn) -> None:
        """What the brand's own sources say of it, before anything is taken down."""
        slots = turn.task.slots
        brand = turn.kb.catalog.brand_of(slots["brand"], slots.get("product"))
        clauses = self._clauses(turn, brand, slots.get("product"))
        turn.change(slots={**slots, "told": True})
        turn.say("refund.sources" if clauses else "refund.silent", brand=brand, clauses=clauses)

    def _clauses(self, turn: Turn, brand: str | None, product: str | None) -> list[Clause]:
        clause = amends.promise(turn.kb, brand, product)
        return [clause] if clause else []

    def stored(self, turn: Turn, ticket: Any, *, created: bool) -> None:
        turn.stored(ticket.no)
        turn.say("refund.registered" if created else "refund.registered_before", ticket=ticket)

    def ticket(self, turn: Turn) -> dict[str, Any]:
        slots = turn.task.slots
        brand = turn.kb.catalog.brand_of(slots["brand"], slots.get("product"))
        clauses = self._clauses(turn, brand, slots.get("product"))
        known = {name: slots.get(name) for name in ("product", "amount", "name", "phone", "related")}
        return {
            "kind": "refund",
            "brand": brand,
            "wish": "prepayment",
            "review": {"clause": clauses[0].id} if clauses else None,
            **known,
        }

"""Sending goods back, or having them exchanged: the brand's own term is counted, and a person reviews."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from bot.dialogue.topics.base import NO, YES, Form, Need
from bot.dialogue.turn import Turn
from bot.text.choices import completeness_in, kinds_in
from bot.tickets.goods import review
from bot.tickets.model import Kind
from bot.tickets.words import Term
from policies_kb.model import Knowledge


class Goods(Form):
    name = "goods"
    uses: ClassVar[frozenset[str]] = frozenset(
        {"brand", "product", "purchased", "fault", "description", "name", "phone"}
    )
    needs = (
        Need(("kind",), "goods.ask_kind"),
        Need(("product",), "goods.ask_product"),
        Need(("purchased",), "goods.ask_since"),
        Need(("fault", "description"), "goods.ask_fault", enough=True),
        Need(("complete",), "goods.ask_complete"),
        Need(("name", "phone"), "goods.ask_contact"),
    )
    read_back = "goods.read_back"
    confirm = "goods.please_confirm"

    def take_in(self, turn: Turn) -> None:
        super().take_in(turn)
        wish, asked = turn.wish, turn.task.asked
        new: dict[str, Any] = {}
        kinds = kinds_in(wish.text) & {"return", "exchange"}
        if len(kinds) == 1 and ("kind" in asked or "kind" not in turn.task.slots):
            new["kind"] = next(iter(kinds))
        told = completeness_in(wish.text)
        if told is not None or ("complete" in asked and wish.intent in (YES, NO)):
            new["complete"] = told if told is not None else wish.intent == YES
        if "description" in asked and wish.intent not in (YES, NO) and len(wish.words) > 1:
            new.setdefault("description", wish.words)
        turn.change(slots={**turn.task.slots, **new})

    def proceed(self, turn: Turn) -> None:
        slots = turn.task.slots
        if slots.get("kind") == "return" and not {"fault", "description"} & slots.keys():
            turn.change(slots={**slots, "description": None})  # nobody has to say why within the term
        elif slots.get("kind") == "exchange" and "complete" not in slots:
            turn.change(slots={**slots, "complete": None})  # a fault is not refused for a torn box
        if {"kind", "purchased"} <= slots.keys() and not slots.get("counted"):
            self._count(turn)
            return
        super().proceed(turn)

    def _count(self, turn: Turn) -> None:
        """Say whether it is in time by the clause; beyond it no request is made of a rule that does not hold."""
        found = self._review(turn)
        clause = turn.kb.clauses[found["clause"]]
        turn.change(slots={**turn.task.slots, "counted": True})
        if found["term"] == Term.OUTSIDE:
            turn.finish()
            turn.say("goods.outside", brand=clause.brand, clauses=[clause], until=found["until"])
        else:
            turn.say("goods.within", brand=clause.brand, clauses=[clause], until=found["until"])
            super().proceed(turn)

    def _review(self, turn: Turn) -> dict[str, Any]:
        slots = turn.task.slots
        since = date.fromisoformat(slots["purchased"][0])
        brand = turn.kb.catalog.brand_of(slots["brand"], slots.get("product"))
        found = review(
            turn.kb, Kind(slots["kind"]), brand, slots.get("product"), since=since, on=turn.context.now.date()
        )
        until = found.until.isoformat() if found.until else None
        return {"since": slots["purchased"][0], "term": str(found.term), "until": until, "clause": found.clause}

    def stored(self, turn: Turn, ticket: Any, *, created: bool) -> None:
        turn.stored(ticket.no)
        turn.say("goods.registered" if created else "goods.registered_before", ticket=ticket)

    def ticket(self, turn: Turn) -> dict[str, Any]:
        slots = turn.task.slots
        names = ("kind", "product", "fault", "description", "name", "phone")
        return {
            **{name: slots.get(name) for name in names},
            "brand": turn.kb.catalog.brand_of(slots["brand"], slots.get("product")),
            "purchased": {"from": slots["purchased"][0], "to": slots["purchased"][1]},
            "review": {**self._review(turn), "complete": slots.get("complete")},
        }


def has_terms(kb: Knowledge, known: Mapping[str, Any]) -> bool:
    """Whether the brand that is talked of has clauses that goods are sent back by."""
    brand = kb.catalog.brand_of(known["brand"], known.get("product")) if known.get("brand") else ""
    gives = [getattr(clause.effect, "gives", "") for clause in kb.of_brand(brand) if clause.answerable]
    return {"return_within", "exchange_within"} <= {*gives}

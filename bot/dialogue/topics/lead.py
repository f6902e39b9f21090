"""Somebody wants an extended warranty: what the brand's sources say of it, and a call back where they offer one."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.dialogue.topics.base import Form, Need
from bot.dialogue.turn import Turn
from policies_kb.model import Clause

MOST = 3  # clauses that a customer still reads


class Lead(Form):
    name = "lead"
    uses: ClassVar[frozenset[str]] = frozenset({"brand", "product", "name", "phone"})
    needs = (
        Need(("brand",), "lead.ask_brand"),
        Need(("product",), "lead.ask_product"),
        Need(("name", "phone"), "lead.ask_contact"),
    )
    read_back = "lead.read_back"
    confirm = "lead.please_confirm"

    def proceed(self, turn: Turn) -> None:
        slots = turn.task.slots
        if {"brand", "product"} <= slots.keys() and not slots.get("told"):
            clauses = _offers(turn)
            brand = turn.kb.catalog.brand_of(slots["brand"], slots["product"])
            if not clauses:
                turn.finish()
                turn.say("lead.none", brand=brand, clauses=())
                return
            turn.change(slots={**slots, "told": True})
            turn.say("lead.offers", brand=brand, clauses=clauses[:MOST])
        super().proceed(turn)

    def stored(self, turn: Turn, ticket: Any, *, created: bool) -> None:
        turn.stored(ticket.no)
        turn.say("lead.registered" if created else "lead.registered_before", ticket=ticket)

    def ticket(self, turn: Turn) -> dict[str, Any]:
        slots = turn.task.slots
        brand = turn.kb.catalog.brand_of(slots["brand"], slots.get("product"))
        known = {name: slots.get(name) for name in ("product", "name", "phone")}
        return {"kind": "lead", "wish": "extended_warranty", "brand": brand, **known}


def _offers(turn: Turn) -> list[Clause]:
    slots = turn.task.slots
    wanted = {"all", *turn.kb.catalog.lineage(slots["product"])}
    of_brand = turn.kb.of_brand(turn.kb.catalog.brand_of(slots["brand"], slots["product"]))
    return [c for c in of_brand if c.topic == "extended_warranty" and c.answerable and wanted & set(c.products)]

"""A warranty looked up by serial number: taken down for a person, never answered with a result that nobody has seen."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.dialogue.topics.base import Form, Need
from bot.dialogue.turn import Turn


class Check(Form):
    name = "check"
    uses: ClassVar[frozenset[str]] = frozenset({"brand", "product", "serial_no", "purchased", "name", "phone"})
    needs = (
        Need(("brand",), "check.ask_brand"),
        Need(("product",), "check.ask_product"),
        Need(("serial_no",), "check.ask_serial"),
        Need(("name", "phone"), "check.ask_contact"),
    )
    read_back = "check.read_back"
    confirm = "check.please_confirm"

    def stored(self, turn: Turn, ticket: Any, *, created: bool) -> None:
        turn.stored(ticket.no)
        turn.say("check.registered" if created else "check.registered_before", ticket=ticket)

    def ticket(self, turn: Turn) -> dict[str, Any]:
        slots = turn.task.slots
        days = slots.get("purchased")
        return {
            "kind": "check",
            "brand": turn.kb.catalog.brand_of(slots["brand"], slots.get("product")),
            "serial": slots["serial_no"],
            "purchased": {"from": days[0], "to": days[1]} if days else None,
            **{name: slots.get(name) for name in ("product", "name", "phone")},
        }

"""A complaint: acknowledged first, never argued with, never judged; its facts, the amount, a number to follow it by."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.dialogue.state import Task
from bot.dialogue.topics.base import Form, Need
from bot.dialogue.turn import Turn, Wish
from policies_kb.fees import charges

#: Complaints about money ask for the amount; a repair's number helps but is not demanded.
MONEY = frozenset({"overcharge", "private_charge", "unapproved_item", "deposit_request"})


class Complaint(Form):
    name = "complaint"
    intents = frozenset({"complain_fee", "complain_service"})
    uses: ClassVar[frozenset[str]] = frozenset(
        {
            "brand",
            "product",
            "category",
            "amount",
            "related",
            "description",
            "name",
            "phone",
            "wish",
        }
    )
    needs = (
        Need(("brand",), "complaint.ask_brand"),
        Need(("amount",), "complaint.ask_amount"),
        Need(("description",), "complaint.ask_description"),
        Need(("name", "phone"), "complaint.ask_contact"),
    )
    read_back = "complaint.read_back"

    def begin(self, turn: Turn) -> None:
        known = {
            name: value
            for name, value in turn.desk.known.items()
            if name in self.uses - {"category", "amount", "description"}
        }
        category = "overcharge" if turn.wish.intent == "complain_fee" else "other"
        turn.desk = turn.desk.push(Task(self.name, slots={"category": category, **known}))
        turn.say("complaint.acknowledge", money=turn.wish.intent == "complain_fee")

    def takes(self, task: Task, wish: Wish) -> bool:
        return super().takes(task, wish) or wish.intent in self.intents

    def step(self, turn: Turn) -> None:
        if turn.wish.intent in self.intents or turn.task.asked == ("description",):
            told = turn.task.slots.get("description")
            turn.fill({"description": f"{told} / {turn.wish.text}" if told else turn.wish.text})
        if turn.task.slots["category"] not in MONEY or self._cannot_say(turn):
            turn.fill({"amount": turn.task.slots.get("amount")})
        super().step(turn)

    def _cannot_say(self, turn: Turn) -> bool:
        """Asked for the amount, the customer answered without one: it is not asked a second time."""
        return turn.task.asked == ("amount",) and "amount" not in turn.wish.facts

    def resume(self, turn: Turn, result: Any) -> None:
        if result["call"] == "save_draft":
            self._say_what_the_sources_charge(turn)
            self.saved(turn)
            return
        turn.stored(result["ticket"].no)
        code = "complaint.registered" if result["created"] else "complaint.registered_before"
        turn.say(
            code, ticket=result["ticket"], deadline=self._deadline(turn, result["ticket"].brand)
        )

    def _say_what_the_sources_charge(self, turn: Turn) -> None:
        """For a visit fee the sources may contradict each other: both lines are quoted, no verdict is given."""
        slots = turn.task.slots
        if slots["category"] in MONEY and not slots.get("quoted"):
            lines = charges(
                turn.kb, slots["brand"], events=("visit",), product=slots.get("product")
            )
            disputed = [line.clause for line in lines if line.disputed]
            if disputed:
                turn.say("complaint.sources_on_fee", clauses=disputed)
            turn.fill({"quoted": True})

    def _deadline(self, turn: Turn, brand: str | None) -> str | None:
        """The clause that promises an answer by some day, where the brand's sources have one."""
        for clause in turn.kb.of_brand(brand or ""):
            if (
                getattr(clause.effect, "duty", "") == "resolve_complaint"
                and clause.answerable
                and clause.effect.within
            ):  # type: ignore[union-attr]
                return clause.id
        return None

    def ticket(self, turn: Turn) -> dict[str, Any]:
        slots = turn.task.slots
        names = ("product", "category", "amount", "description", "name", "phone", "related", "wish")
        brand = turn.kb.catalog.brand_of(slots["brand"], slots.get("product"))
        return {"kind": "complaint", "brand": brand, **{name: slots.get(name) for name in names}}

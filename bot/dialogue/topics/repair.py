"""Booking a repair or an installation: what, where it hurts, when, who and where; read back; stored after a yes."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.dialogue.state import Task
from bot.dialogue.topics.base import NO, YES, Form, Need
from bot.dialogue.topics.coverage import CASE_FACTS, case_of
from bot.dialogue.turn import Turn, Wish
from policies_kb.coverage import decide

CONTACT = ("name", "phone", "address")


class Repair(Form):
    name = "repair"
    intents = frozenset({"book_repair", "book_installation", "describe_fault", "report_recurrence"})
    uses: ClassVar[frozenset[str]] = CASE_FACTS | {
        "fault", "description", "model", "serial_no", "visit", "city", *CONTACT,
    }  # fmt: skip
    needs = (
        Need(("product",), "repair.ask_product"),
        Need(("brand",), "repair.ask_brand"),
        Need(("fault", "description"), "repair.ask_fault", enough=True),
        Need(("visit",), "repair.ask_visit"),
        Need(CONTACT, "repair.ask_contact"),
    )
    read_back = "repair.read_back"

    def takes(self, task: Task, wish: Wish) -> bool:
        return (
            super().takes(task, wish) or wish.intent in self.intents or wish.has(*CONTACT, "visit")
        )

    def begin(self, turn: Turn) -> None:
        super().begin(turn)
        kind = "installation" if turn.wish.intent == "book_installation" else "repair"
        stage = "offered" if turn.wish.intent == "describe_fault" else "asking"
        turn.change(stage=stage)
        turn.fill({"kind": kind})
        if kind == "installation" or turn.wish.intent == "report_recurrence":
            turn.fill({"description": turn.wish.text})

    def step(self, turn: Turn) -> None:
        if turn.task.stage == "offered":
            self._offered(turn)
            return
        super().step(turn)

    def _offered(self, turn: Turn) -> None:
        """Somebody only told what is wrong: do they want the cover looked up, or somebody to come?"""
        new = self._take_in(turn)
        if turn.wish.intent == NO:
            turn.finish()
            turn.say("as_you_like")
        elif turn.wish.intent in (YES, "book_repair", "book_installation") or turn.wish.has(
            "visit", *CONTACT
        ):
            turn.change(stage="asking")
            self.proceed(turn)
        elif turn.task.asked == ("offer",) and not new:
            turn.say("repair.please_choose")
        else:
            turn.ask("offer", code="repair.offer", slots=dict(turn.task.slots))

    def again(self, turn: Turn) -> None:
        if turn.task.stage != "offered":
            super().again(turn)

    def resume(self, turn: Turn, result: Any) -> None:
        if result["call"] == "save_draft":
            self.saved(turn)
            return
        ticket, kind = result["ticket"], turn.task.slots.get("kind", "repair")
        turn.stored(ticket.no)
        code = "repair.registered" if result["created"] else "repair.registered_before"
        turn.say(code, ticket=ticket, kind=kind)

    def ticket(self, turn: Turn) -> dict[str, Any]:
        slots = dict(turn.task.slots)
        visit = slots.get("visit") or {}
        decision = self._decision(turn)
        return {
            "kind": slots.get("kind", "repair"),
            "brand": turn.kb.catalog.brand_of(slots["brand"], slots.get("product")),
            **{
                name: slots.get(name)
                for name in ("product", "part", "fault", "description", "model", "proof", *CONTACT)
            },
            "serial": slots.get("serial_no"),
            "city": slots.get("city"),
            "appointment": appointment(visit),
            "mode": "onsite",
            "purchased": span(slots.get("purchased")),
            "decision": decision,
            "charge": charge(decision),
        }

    def _decision(self, turn: Turn) -> dict[str, Any] | None:
        """The verdict as it would be told now, so that the engineer sees the same one."""
        if not turn.task.slots.get("purchased"):
            return None
        found = decide(
            case_of(dict(turn.task.slots), turn.kb, turn.context.now.date()), turn.kb
        ).to_json()
        return {
            name: found[name]
            for name in ("outcome", "until", "assuming", "citations", "on")
            if found[name]
        }


def appointment(visit: dict[str, Any]) -> dict[str, Any] | None:
    """A visit as understood → the ticket's appointment; "as soon as possible" has no day yet."""
    if not visit.get("day"):
        return None
    hours = {"from": visit.get("start"), "to": visit.get("end")}
    return {
        "date": visit["day"],
        **hours,
        "to_confirm": bool(visit.get("approximate")) or not visit.get("start"),
    }


def span(days: list[str] | None) -> dict[str, str] | None:
    return {"from": days[0], "to": days[1]} if days else None


def charge(decision: dict[str, Any] | None) -> str:
    """Nobody is promised a free repair before an engineer has looked."""
    return "paid" if decision and decision["outcome"] == "not_covered" else "to_check"

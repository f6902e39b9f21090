"""Where a request stands: the conversation's own tickets, or one by its number and the last four digits of the phone."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.dialogue.state import Task
from bot.dialogue.topics.base import Topic
from bot.dialogue.turn import Turn, Wish


class Progress(Topic):
    name = "progress"
    intents = frozenset({"ask_ticket_status"})
    uses: ClassVar[frozenset[str]] = frozenset({"ticket_no", "last4"})

    def begin(self, turn: Turn) -> None:
        turn.desk = turn.desk.push(Task(self.name))

    def takes(self, task: Task, wish: Wish) -> bool:
        return wish.has("ticket_no", "last4", "phone") or wish.intent in self.intents

    def step(self, turn: Turn) -> None:
        facts = dict(turn.wish.facts)
        if "phone" in facts:
            facts.setdefault("last4", facts["phone"][-4:])
        turn.fill({name: facts[name] for name in ("ticket_no", "last4") if name in facts})
        slots = turn.task.slots
        if problem := next((p for p in turn.wish.problems if p.slot in self.uses), None):
            turn.ask("ticket_no", code=f"problem.{problem.code}", slot=problem.slot, **problem.data)
        elif "ticket_no" in slots:
            turn.call("find_ticket", no=slots["ticket_no"], last4=slots.get("last4"))
        elif turn.task.stage == "not_found":
            turn.ask("ticket_no", "last4", code="progress.ask_number")
        else:
            turn.call("own_tickets")

    def resume(self, turn: Turn, result: Any) -> None:
        if result["call"] == "own_tickets" and not result["tickets"]:
            turn.ask("ticket_no", "last4", code="progress.ask_number")
        elif result["call"] == "find_ticket" and result["needs_last4"]:
            turn.ask("last4", code="progress.ask_last4")
        elif not result["tickets"]:
            slots = {
                name: value for name, value in turn.task.slots.items() if name not in self.uses
            }
            turn.change(slots=slots, stage="not_found", unsure=turn.task.unsure + 1)
            turn.ask("ticket_no", "last4", code="progress.not_found", tries=turn.task.unsure)
        else:
            turn.finish()
            for ticket in result["tickets"][:3]:
                turn.say("progress.shown", ticket=ticket)

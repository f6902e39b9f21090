"""Where a request stands: the conversation's own tickets, or one by number and the last four digits of the phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from bot.dialogue.state import Task
from bot.dialogue.topics.base import Topic
from bot.dialogue.turn import Turn, Wish

TRIES = 3  # wrong numbers or digits, then only a person looks (DESIGN: identity)


class Progress(Topic):
    name = "progress"
    intents = frozenset({"ask_ticket_status"})
    uses: ClassVar[frozenset[str]] = frozenset({"ticket_no", "last4"})

    def begin(self, turn: Turn) -> None:
        turn.desk = turn.desk.push(Task(self.name))

    def takes(self, task: Task, wish: Wish) -> bool:
        return wish.has("ticket_no", "last4", "phone") or wish.intent in (*self.intents, "inform", "deny")

    def step(self, turn: Turn) -> None:
        facts = dict(turn.wish.facts)
        if "phone" in facts:
            facts.setdefault("last4", facts["phone"][-4:])
        new = {name: facts[name] for name in self.uses if name in facts}
        asked_before = bool(turn.task.asked)
        turn.change(slots={**turn.task.slots, **new})
        slots = turn.task.slots
        if turn.desk.known.get("locked"):
            turn.finish()
            turn.say("progress.locked")
        elif problem := next((p for p in turn.wish.problems if p.slot in self.uses), None):
            turn.ask("ticket_no", "last4", code=f"problem.{problem.code}", **problem.data)
        elif "ticket_no" in slots and (new or not asked_before):
            turn.call("find_ticket", no=slots["ticket_no"], last4=slots.get("last4"))
        elif asked_before and turn.wish.intent not in self.intents and not new:
            turn.finish()  # 没有单号
            turn.say("progress.without_number")
        elif asked_before:
            turn.ask("ticket_no", "last4", code="progress.ask_number")
        else:
            turn.call("own_tickets")

    def resume(self, turn: Turn, result: Mapping[str, Any]) -> None:
        if result["call"] == "own_tickets" and not result["tickets"]:
            turn.ask("ticket_no", "last4", code="progress.ask_number")
        elif result["call"] == "find_ticket" and result["needs_last4"]:
            turn.ask("last4", code="progress.ask_last4")
        elif not result["tickets"]:
            # The number is kept: often only the four digits were wrong. The words are the same either way.
            tries = turn.task.unsure + 1
            turn.change(slots={"ticket_no": turn.task.slots["ticket_no"]}, stage="not_found", unsure=tries)
            if tries >= TRIES:
                turn.desk = turn.desk.learn({"locked": True})
                turn.finish()
                turn.say("progress.locked")
                return
            turn.ask("ticket_no", "last4", code="progress.not_found")
        else:
            turn.finish()
            for ticket in sorted(result["tickets"], key=lambda t: t.kind == "callback")[:3]:
                turn.say("progress.shown", ticket=ticket)

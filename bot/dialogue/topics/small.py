"""The short topics: danger first, a person, small talk, privacy, and asking back when unsure."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.dialogue.state import Task
from bot.dialogue.topics.base import Answer, Form, Need
from bot.dialogue.turn import Turn, Wish

SMALLTALK = {
    "greet": "greet",
    "goodbye": "goodbye",
    "thank": "thank",
    "bot_challenge": "bot_challenge",
    "out_of_scope": "out_of_scope",
}


class Safety(Answer):
    """Gas, smoke, shock, water near power: what to do now, and a person, before anything else."""

    name = "safety"

    def step(self, turn: Turn) -> None:
        hazard = turn.kb.hazards[turn.wish.facts["hazard"]]
        turn.say("safety.advice", hazard=hazard)
        turn.call("hand_over", reason="safety", summary=hazard.zh)

    def resume(self, turn: Turn, result: Any) -> None:
        turn.finish()
        turn.say("safety.person")


class Handoff(Form):
    """A person is wanted, or something only a person can do here: a call back, with what it is about."""

    name = "handoff"
    #: Intent → the reason code that the desk sees (DESIGN §1: handoff reasons are codes).
    reasons: ClassVar[dict[str, str]] = {
        "request_human": "customer_request",
        "urge_ticket": "urge",
        "reschedule_visit": "reschedule",
        "cancel_service": "cancel",
        "approve_quote": "approve_quote",
        "decline_quote": "decline_quote",
        "rate_service": "rating",
        "delete_my_data": "delete_my_data",
    }
    intents = frozenset(reasons)
    uses: ClassVar[frozenset[str]] = frozenset(
        {"name", "phone", "brand", "product", "related", "visit"}
    )
    needs = (Need(("phone",), "handoff.ask_phone"),)
    read_back = ""

    def begin(self, turn: Turn) -> None:
        super().begin(turn)
        reason = self.reasons.get(turn.wish.intent, "customer_request")
        turn.fill({"reason": reason, "description": turn.wish.text})
        turn.change(stage="new")

    def step(self, turn: Turn) -> None:
        if turn.task.stage == "new":
            turn.change(stage="asking")
            turn.call(
                "hand_over", reason=turn.task.slots["reason"], summary=turn.task.slots["reason"]
            )
            return
        if turn.wish.intent == "deny" and not turn.wish.has("phone"):
            turn.finish()
            turn.say("handoff.waiting")
            return
        super().step(turn)

    def proceed(self, turn: Turn) -> None:
        """No read-back here: leaving a number to be called on is the yes."""
        if "phone" not in turn.task.slots:
            turn.ask("phone", code="handoff.ask_phone", reason=turn.task.slots["reason"])
            return
        if turn.task.draft is None:
            turn.change(draft=turn.draft_id(self.name))
        turn.call("open_ticket", draft=turn.task.draft, ticket=self.ticket(turn))

    def resume(self, turn: Turn, result: Any) -> None:
        if result["call"] == "hand_over":
            self.proceed(turn)
            return
        turn.stored(result["ticket"].no)
        turn.say(
            "handoff.registered", ticket=result["ticket"], reason=turn.desk.known.get("reason")
        )

    def ticket(self, turn: Turn) -> dict[str, Any]:
        slots = turn.task.slots
        names = ("brand", "product", "name", "phone", "related", "description")
        return {
            "kind": "callback",
            "wish": slots["reason"],
            **{name: slots.get(name) for name in names},
        }


class Smalltalk(Answer):
    name = "smalltalk"
    intents = frozenset(SMALLTALK)

    def step(self, turn: Turn) -> None:
        turn.finish()
        if turn.wish.intent in SMALLTALK:
            turn.say(f"smalltalk.{SMALLTALK[turn.wish.intent]}")
        else:  # a second yes to what is stored already
            turn.say("already_registered", no=turn.desk.known["stored"])


class Stop(Answer):
    """算了: what was in hand is let go, and said so; what is stored stays."""

    name = "stop"
    intents = frozenset({"stop"})

    def step(self, turn: Turn) -> None:
        turn.finish()
        dropped = turn.desk.top
        if dropped is not None:
            turn.desk = turn.desk.pop()
            turn.call("drop_draft", draft=dropped.draft)
        turn.say("stopped", topic=dropped.topic if dropped else None)


class Unsure(Answer):
    """Not understood: the two likeliest readings to choose from; the second time in a row a person."""

    name = "unsure"

    def begin(self, turn: Turn) -> None:
        turn.desk = turn.desk.push(Task(self.name))

    def takes(self, task: Task, wish: Wish) -> bool:
        return False

    def step(self, turn: Turn) -> None:
        turn.finish()
        if turn.desk.unsure >= 2:
            turn.say("unsure.person")
            return
        likely = [name for name, _ in turn.wish.ranking if name in CHOICES][:2]
        repair_or_cover = {"ask_coverage", "book_repair", "ask_warranty_period"} >= set(
            likely
        ) and len(likely) == 2
        turn.say("unsure.repair_or_cover" if repair_or_cover else "unsure.choose", choices=likely)


#: Intents that can be offered to choose from; their words stand in bot/wording.
CHOICES = frozenset(
    "ask_coverage ask_warranty_period book_repair book_installation ask_fee complain_fee complain_service "
    "ask_ticket_status ask_policy find_outlet request_human return_or_exchange".split()
)

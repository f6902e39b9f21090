"""The short topics: danger first, a person, small talk, letting go, and asking back when unsure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from bot.dialogue.state import Task
from bot.dialogue.topics.base import NO, YES, Answer, Topic
from bot.dialogue.turn import Turn, Wish
from bot.text.claims import asks_what_to_do, is_made_safe
from bot.tickets.model import State

#: Questions about the service itself and rude words (bot.text.asks), each with an answer of its own.
ABOUT_US = ("privacy", "official", "abuse", "abilities", "photos", "hold", "hours", "haggle", "praise")
SMALLTALK = frozenset({"greet", "goodbye", "thank", "bot_challenge", "out_of_scope"})


class Handoff(Topic):
    """A person is wanted, or something only a person can do here: a call back, with what it is about."""

    name = "handoff"
    #: Intent → the reason code that the desk sees (DESIGN §1: handoff reasons are codes).
    reasons: ClassVar[dict[str, str]] = {
        "request_human": "customer_request",
        "delete_my_data": "delete_my_data",
    }
    intents = frozenset(reasons)
    uses: ClassVar[frozenset[str]] = frozenset({"name", "phone", "brand", "product"})

    def begin(self, turn: Turn) -> None:
        super().begin(turn)
        related = turn.wish.facts.get("ticket_no") or turn.desk.known.get("stored_repair")
        reason = self.reasons.get(turn.wish.intent, "customer_request")
        turn.change(
            stage="new", slots={**turn.task.slots, "reason": reason, "description": turn.wish.text, "related": related}
        )

    def takes(self, task: Task, wish: Wish) -> bool:
        return wish.has("phone") or any(p.slot == "phone" for p in wish.problems) or wish.intent == NO

    def step(self, turn: Turn) -> None:
        before = turn.desk.known.get("handed_over", {}).get(turn.task.slots["reason"])
        if turn.task.stage == "new" and before:
            turn.finish()
            turn.say("handoff.already", no=before)
        elif turn.task.stage == "new":
            turn.change(stage="asking")
            reason = turn.task.slots["reason"]
            turn.call("hand_over", reason=reason, summary=reason)
        elif turn.wish.problems:
            for problem in turn.wish.problems:
                turn.say(f"problem.{problem.code}", **problem.data)
        elif turn.wish.has("phone"):
            turn.fill({"phone": turn.wish.facts["phone"]})
            self._register(turn)
        else:  # no number: the conversation waits for a person all the same
            turn.finish()
            turn.say("handoff.waiting")

    def resume(self, turn: Turn, result: Mapping[str, Any]) -> None:
        if result["call"] == "hand_over":
            if "phone" in turn.task.slots:
                self._register(turn)
            else:
                turn.ask("phone", code="handoff.ask_phone", reason=turn.task.slots["reason"])
            return
        reason = turn.task.slots["reason"]
        turn.stored(result["ticket"].no)
        earlier = turn.desk.known.get("handed_over", {})
        turn.desk = turn.desk.learn({"handed_over": {**earlier, reason: result["ticket"].no}})
        turn.say("handoff.registered", ticket=result["ticket"], reason=reason)

    def _register(self, turn: Turn) -> None:
        """No read-back here: leaving a number to be called on is the yes."""
        if turn.task.draft is None:
            turn.change(draft=turn.draft_id(self.name))
        slots = turn.task.slots
        names = ("brand", "product", "name", "phone", "related", "description")
        ticket = {"kind": "callback", "wish": slots["reason"], **{name: slots.get(name) for name in names}}
        if slots["reason"] == "safety":
            ticket["priority"] = "urgent"
        turn.call("open_ticket", draft=turn.task.draft, ticket=ticket)


class Safety(Handoff):
    """Gas, smoke, shock, water near power: what to do now, and a person, before anything else."""

    name = "safety"
    intents = frozenset()

    def begin(self, turn: Turn) -> None:
        super().begin(turn)
        hazard = turn.kb.hazards[turn.wish.facts["hazard"]]
        description = f"{hazard.zh}: {turn.wish.words or turn.wish.text}"
        slots = {**turn.task.slots, "reason": "safety", "description": description, "hazard": hazard.slug}
        turn.change(slots=slots, stage="new")

    def takes(self, task: Task, wish: Wish) -> bool:
        """What is asked next is answered with safety first, once; a request, and further questions, go their way."""
        if "service" in wish.asks and not wish.has("phone"):
            return False
        if task.slots.get("safe") and not wish.has("phone", "hazard") and not is_made_safe(wish.text):
            return False  # what was to be done is done: other things can be talked of
        asks_on = wish.has("request") or (wish.sure and wish.intent in ASKING and "question" in wish.asks)
        if task.slots.get("reminded") and asks_on and not asks_what_to_do(wish.text):
            return False
        return wish.intent not in LEAVING or is_made_safe(wish.text)

    def step(self, turn: Turn) -> None:
        hazard = turn.wish.facts.get("hazard")
        asks = not turn.wish.has("phone") and not turn.wish.problems
        if turn.task.stage == "asking" and not hazard and asks and is_made_safe(turn.wish.text):
            turn.change(slots={**turn.task.slots, "safe": True})
            turn.ask("phone", code="safety.safe")
            return
        if hazard and turn.kb.hazards[hazard].slug not in turn.task.slots.get("advised", ()):
            turn.say("safety.advice", hazard=turn.kb.hazards[hazard])
            turn.fill({"advised": [*turn.task.slots.get("advised", ()), hazard]})
        elif hazard or (turn.task.stage == "asking" and "question" in turn.wish.asks):
            turn.say("safety.again", hazard=turn.kb.hazards[hazard or turn.task.slots["hazard"]])
            turn.fill({"reminded": True})
        if hazard and turn.task.stage != "new":
            turn.change(slots={**turn.task.slots, "hazard": hazard})
        if turn.task.stage == "asking" and asks and any(say.code == "safety.again" for say in turn.says):
            turn.change(asked=("phone",))
        elif turn.task.stage == "asking" and asks:
            turn.ask("phone", code="handoff.waiting_safety")
        else:
            super().step(turn)


#: Questions that are answered from the sources, danger or not.
ASKING = frozenset({"ask_coverage", "ask_warranty_period", "ask_fee", "ask_policy", "find_outlet", "ask_hotline"})
LEAVING = frozenset(
    {"book_repair", "book_installation", "complain_fee", "complain_service", "stop", "goodbye", "thank"}
)


class Smalltalk(Answer):
    name = "smalltalk"
    intents = SMALLTALK

    def step(self, turn: Turn) -> None:
        turn.finish()
        stored = turn.desk.known.get("stored")
        if about := next((name for name in ABOUT_US if name in turn.wish.asks), None):
            turn.say(f"smalltalk.{about}", **({"hours": turn.kb.desk.hours} if about == "hours" else {}))
        elif turn.wish.intent in SMALLTALK:
            turn.say(f"smalltalk.{turn.wish.intent}")
        elif turn.wish.intent not in (YES, NO) and stored:
            turn.say("booked_already", no=turn.desk.known.get("stored_repair", stored))
        elif turn.wish.intent == YES and stored:
            turn.desk = turn.desk.push(Task(self.name, slots={"stored": stored}))
            turn.call("customers_tickets", also=turn.desk.known.get("identified", ()), once=turn.draft_id(self.name))
        else:
            turn.say("as_you_like")

    def resume(self, turn: Turn, result: Mapping[str, Any]) -> None:
        """A yes to a quote that was told of by itself, which is shown first; or a second one to what is stored."""
        quoted = next((one for one in result["tickets"] if one.state is State.QUOTED), None)
        if quoted is not None:
            turn.hand_on("quote", no=quoted.no)
        else:
            stored = turn.task.slots["stored"]
            turn.finish()
            turn.say("already_registered", no=stored)


class Stop(Answer):
    """算了: what was in hand is let go, and said so; what is stored stays."""

    name = "stop"
    intents = frozenset({"stop"})
    requests: ClassVar[frozenset[str]] = frozenset({"repair", "complaint", "goods", "check", "lead", "refund"})

    def step(self, turn: Turn) -> None:
        turn.finish()
        dropped = turn.desk.top
        if dropped is not None:
            turn.desk = turn.desk.pop()
        if dropped is not None and dropped.topic == "complaint":  # 算了, and then 还是要投诉
            turn.desk = turn.desk.learn({"complaint_let_go": dropped.slots})
        is_request = dropped is not None and dropped.topic in self.requests
        if dropped is not None and dropped.draft is not None:
            turn.desk = turn.desk.push(Task(self.name, slots={"is_request": is_request}))
            turn.call("drop_draft", draft=dropped.draft)
        else:
            self._say_it_is_let_go(turn, is_request=is_request)

    def resume(self, turn: Turn, result: Mapping[str, Any]) -> None:
        """What the draft had become, where the answer to a yes was lost, is stored, and that is said."""
        is_request = bool(turn.task.slots["is_request"])
        turn.finish()
        if (ticket := result["ticket"]) is None:
            self._say_it_is_let_go(turn, is_request=is_request)
        else:
            turn.saw(ticket)
            turn.desk = turn.desk.learn({"stored": ticket.no})
            turn.say("stored_before_it_was_let_go", ticket=ticket)

    @staticmethod
    def _say_it_is_let_go(turn: Turn, *, is_request: bool) -> None:
        if is_request and "no_complaint" not in turn.wish.asks:
            turn.desk = turn.desk.learn({"dropped": True})
        turn.say("stopped" if is_request else "as_you_like")


class Unsure(Answer):
    """Not understood: the two likeliest readings to choose from; the second time in a row a person."""

    name = "unsure"

    def takes(self, task: Task, wish: Wish) -> bool:
        return False

    def step(self, turn: Turn) -> None:
        turn.finish()
        likely = [name for name, _ in turn.wish.ranking if name in CHOICES][:2]
        if turn.desk.unsure >= 2:
            turn.say("unsure.person")
        elif "repair_or_cover" in turn.wish.asks or _are_repair_and_cover(likely):
            turn.say("unsure.repair_or_cover")
        else:
            turn.say("unsure.choose", choices=likely)


def _are_repair_and_cover(likely: list[str]) -> bool:
    return len(likely) == 2 and "book_repair" in likely and bool({"ask_coverage", "ask_warranty_period"} & set(likely))


#: Intents that can be offered to choose from; their words stand in bot/wording.
CHOICES = frozenset(
    [
        "ask_coverage",
        "ask_warranty_period",
        "book_repair",
        "book_installation",
        "ask_fee",
        "complain_fee",
        "complain_service",
        "ask_ticket_status",
        "ask_policy",
        "find_outlet",
        "request_human",
        "return_or_exchange",
    ]
)

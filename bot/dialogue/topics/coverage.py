"""Is this covered? Asks only what can change the verdict, says it with both readings, offers what comes next."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from bot.dialogue.state import Task
from bot.dialogue.topics.base import NO, YES, Topic
from bot.dialogue.turn import Turn, Wish
from policies_kb.calendar import DayRange
from policies_kb.case import DAY_FACTS, Case
from policies_kb.coverage import decide
from policies_kb.model import Knowledge, ValueKind
from policies_kb.rules import Outcome

WORD_FACTS = frozenset(
    "proof opened_by use origin serial cause installed_by same_fault membership extended".split()
)
CASE_FACTS = WORD_FACTS | {
    "brand",
    "product",
    "part",
    "purchased",
    "made",
    "repaired",
    "card_months",
}


class Coverage(Topic):
    name = "coverage"
    intents = frozenset({"ask_coverage"})
    uses: ClassVar[frozenset[str]] = CASE_FACTS | {"fault", "description"}

    def takes(self, task: Task, wish: Wish) -> bool:
        if wish.has(*CASE_FACTS) and (
            wish.intent in ("inform", "correct", "ask_coverage") or wish.has(*task.asked)
        ):
            return True
        return wish.intent in (YES, NO) and task.stage == "told" and not wish.has("visit", "phone", "address")

    def step(self, turn: Turn) -> None:
        wish, task = turn.wish, turn.task
        if wish.problems:
            for problem in wish.problems:
                turn.say(f"problem.{problem.code}", slot=problem.slot, **problem.data)
            return
        if task.stage == "told" and wish.intent == YES and not wish.has(*CASE_FACTS):
            turn.finish()
            turn.say("handing_on", topic="repair")
            return
        if task.stage == "told" and wish.intent == NO and not wish.has(*CASE_FACTS):
            turn.finish()
            turn.say("coverage.as_you_like")
            return
        turn.fill({name: value for name, value in wish.facts.items() if name in self.uses})
        self._decide(turn)

    def again(self, turn: Turn) -> None:
        if turn.task.stage == "asking":
            self._decide(turn)

    def _decide(self, turn: Turn) -> None:
        known = dict(turn.desk.known)
        if "brand" not in known and "other_brand" in turn.wish.facts:
            turn.say("other_brand", name=turn.wish.facts["other_brand"])
            turn.finish()
            return
        decision = decide(case_of(known, turn.kb, turn.context.now.date()), turn.kb)
        if decision.outcome is Outcome.NEED_FACTS:
            turn.change(stage="asking")
            first = decision.missing[0]
            turn.ask(first, code="coverage.ask", slot=first, known=known, decision=decision)
            return
        turn.change(
            stage="told", asked=("card_months",) if "warranty_card" in decision.settled_by else ()
        )
        turn.say("coverage.verdict", decision=decision, known=known)


def case_of(known: dict[str, Any], kb: Knowledge, on: date) -> Case:
    """The case that the facts of a conversation make."""
    days = {
        name: DayRange(*map(date.fromisoformat, known[name]))
        for name in DAY_FACTS
        if known.get(name)
    }
    brand = (
        kb.catalog.brand_of(known["brand"], known.get("product")) if known.get("brand") else None
    )
    words = {
        name: known[name]
        for name, f in kb.facts.items()
        if f.kind is ValueKind.WORD and known.get(name)
    }
    plain = {name: known.get(name) for name in ("product", "part", "card_months")}
    return Case(on=on, brand=brand, facts=words, **plain, **days)

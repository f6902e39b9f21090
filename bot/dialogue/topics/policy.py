"""Every other policy question, by search. Nothing found is said, and a person is offered."""

from __future__ import annotations

from typing import Any

from bot.dialogue.sources import clauses_on, told_both_ways, told_last
from bot.dialogue.topics.answers import PLAINLY, OfBrand
from bot.dialogue.topics.circumstances import tell_of
from bot.dialogue.topics.terms import asks_the_terms, tell_the_terms
from bot.dialogue.turn import Turn
from policies_kb.search import Fit

#: What the last answer was about → who tells which of its readings holds.
DECIDERS = {"fees": "quote", "repair_warranty": "repair_sheet", "warranty": "card", "proof": "card"}


class Policy(OfBrand):
    """What the sources say to a question; the customer's own circumstances where the question finds nothing."""

    name = "policy"
    intents = frozenset({"ask_policy"})

    def step(self, turn: Turn) -> None:
        """那到底听谁的, of two readings that were told: the sources do not say, and nobody here picks one."""
        if "which_holds" in turn.wish.asks and told_both_ways(turn.desk):
            turn.say(f"policy.which_holds.{_decider(turn)}")
            turn.finish()
        elif turn.wish.facts.get("request") == "sources" and (told := told_last(turn.desk)):
            turn.say("policy.sources", clauses=told)
            turn.finish()
        else:
            super().step(turn)

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        if asks_the_terms(turn, kept):
            tell_the_terms(turn, kept, brand, product)
            return
        circumstances = kept.get("circumstances", {})
        if _was_of_circumstances(turn, kept) and tell_of(turn, brand, product, circumstances):
            return
        found = self.found(turn, kept, brand, product)
        if found.certainty < PLAINLY and (clauses := clauses_on(turn.kb, brand, product, circumstances)):
            turn.say("policy.told", brand=brand, clauses=clauses)
            return
        self.tell(turn, found, brand)
        if found.fit is not Fit.ANSWERS:
            turn.call("record_question", text=kept["question"], brand=brand, product=product)


def _was_of_circumstances(turn: Turn, kept: dict[str, Any]) -> bool:
    """小米的也这样吗, after it was told what another brand makes of 自己拆过."""
    clauses = [turn.kb.clauses[name] for name in kept.get("told", ()) if name in turn.kb.clauses]
    told = kept.get("circumstances", {}).items()
    return kept["question"] != turn.wish.text and any(v in c.when.get(n, ()) for c in clauses for n, v in told)


def _decider(turn: Turn) -> str:
    told = told_last(turn.desk)
    known = (DECIDERS[clause.topic] for clause in told if clause.topic in DECIDERS)
    return next(known, "official" if told else "card")

"""Every other policy question, by search. Nothing found is said, and a person is offered."""

from __future__ import annotations

from typing import Any

from bot.dialogue.sources import MOST, told_both_ways
from bot.dialogue.topics.answers import OfBrand
from bot.dialogue.topics.coverage import WORD_FACTS
from bot.dialogue.topics.terms import asks_the_terms, tell_the_terms
from bot.dialogue.turn import Turn
from policies_kb.model import Clause
from policies_kb.search import Fit


class Policy(OfBrand):
    """What the sources say to a question; the customer's own circumstances where the question finds nothing."""

    name = "policy"
    intents = frozenset({"ask_policy"})

    def step(self, turn: Turn) -> None:
        """那到底听谁的, of two readings that were told: the sources do not say, and nobody here picks one."""
        if "which_holds" in turn.wish.asks and told_both_ways(turn.desk):
            turn.say("policy.which_holds")
            turn.finish()
        else:
            super().step(turn)

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        if asks_the_terms(turn, kept):
            tell_the_terms(turn, kept, brand, product)
            return
        found = self.found(turn, kept, brand, product)
        if found.fit is not Fit.ANSWERS and (clauses := _of_what_is_told(turn, brand, product)):
            turn.say("policy.told", brand=brand, clauses=clauses)
            return
        self.tell(turn, found, brand)
        if found.fit is not Fit.ANSWERS:
            turn.call("record_question", text=kept["question"], brand=brand, product=product)


def _of_what_is_told(turn: Turn, brand: str, product: str | None) -> list[Clause]:
    """订单截图行不行: the brand's clauses on just this circumstance, however the question is put."""
    wanted = {"all", *(turn.kb.catalog.lineage(product) if product else ())}
    told = {name: turn.wish.facts[name] for name in WORD_FACTS if name in turn.wish.facts}
    return [
        clause
        for clause in turn.kb.of_brand(brand)
        if clause.answerable and clause.when and not wanted.isdisjoint(clause.products)
        if any(told.get(name) in values for name, values in clause.when.items())
    ][:MOST]

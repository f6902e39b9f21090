"""How to reach a brand, and where its outlets are listed; a warning for any number the customer brings."""

from __future__ import annotations

from typing import Any

from bot.dialogue.topics.answers import OfBrand
from bot.dialogue.turn import Turn
from policies_kb.search import Fit, search


class Contacts(OfBrand):
    """Ways of contact that the sources name; no address and no number is made up."""

    name = "contacts"
    intents = frozenset({"ask_hotline", "find_outlet"})

    def step(self, turn: Turn) -> None:
        if number := turn.wish.facts.get("service_number"):
            turn.say("contacts.number_warning", number=number)
            turn.finish()
            turn.desk = turn.desk.learn({"last": {"topic": self.name, "question": turn.wish.text, "told": []}})
            return  # 小米的呢, then, asks how to reach that brand
        if turn.wish.intent in self.intents:
            turn.change(slots={"outlet": turn.wish.intent == "find_outlet"})
        elif turn.wish.has("area"):
            turn.change(slots={"outlet": True})  # who only says where wants a place
        super().step(turn)

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        topics = ("outlets",) if kept.get("outlet") else ("contacts", "channels")
        found = self.found(turn, kept, brand, product)
        if self.answer_elsewhere(turn, found, brand, "outlets", "contacts", "channels"):
            return
        meant = [clause for clause in found.clauses if found.fit is Fit.ANSWERS and clause.topic in topics]
        near = {h.clause.id: h.score for h in search(kept["question"], turn.kb, brand=brand, limit=40)}
        known = [c for c in turn.kb.of_brand(brand) if c.topic in topics and c.answerable]
        known.sort(key=lambda clause: -near.get(clause.id, 0.0))
        clauses = list({clause.id: clause for clause in (*meant, *known)}.values())[: max(2, len(meant))]
        code = "contacts.outlets" if kept.get("outlet") else "contacts.told"
        where = turn.desk.known.get("city") or turn.desk.known.get("area") or ""
        turn.say(code if clauses else "contacts.silent", brand=brand, clauses=clauses, what=where)

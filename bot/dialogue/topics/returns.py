"""Returning and exchanging: what the brand's sources say, counted by the calendar; a person for the request itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.dialogue.sources import rule_of
from bot.dialogue.topics.answers import PLAINLY, OfBrand
from bot.dialogue.turn import Turn
from bot.tickets.goods import review
from bot.tickets.words import Kind
from policies_kb.search import Fit


class Returns(OfBrand):
    """The brand's terms for sending goods back, or that it has none."""

    name = "returns"
    intents = frozenset({"return_or_exchange"})

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        known = [c for c in turn.kb.of_brand(brand) if c.topic == "returns" and c.answerable]
        if not known and "send_back" in turn.wish.asks:
            turn.say("returns.silent", brand=brand, clauses=[])  # 就要换: no rule of repairs answers that
            return
        found = self.found(turn, kept, brand, product)
        meant = [c for c in found.clauses if found.fit is Fit.ANSWERS and c.topic == "returns"]
        if _tell_by_the_calendar(turn, brand, product):
            return
        if max(found.certainty, found.silence) >= PLAINLY and self.answer_elsewhere(turn, found, brand, "returns"):
            return
        benefits = [rule_of(turn.kb, clause, product) for clause in known if clause.effect.kind == "benefit"]
        clauses = meant or list({part.id: part for rule in benefits for part in rule}.values())
        turn.say("returns.told" if clauses else "returns.silent", brand=brand, clauses=clauses)


def _tell_by_the_calendar(turn: Turn, brand: str, product: str | None) -> bool:
    """买了五天: until when it can be returned and exchanged by the brand's own terms; whether there are any."""
    bought = turn.wish.facts.get("purchased")
    if bought is None or bought[0] != bought[1]:
        return False
    since, today = date.fromisoformat(bought[0]), turn.context.now.date()
    found = [review(turn.kb, kind, brand, product, since=since, on=today) for kind in (Kind.RETURN, Kind.EXCHANGE)]
    counted = [one for one in found if one.clause and one.until]
    if counted:
        turn.say("returns.counted", brand=brand, reviews=counted)
    return bool(counted)

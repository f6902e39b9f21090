"""What is charged when; without a total, and never "free" where a reading charges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.dialogue.sources import MOST, SURELY
from bot.dialogue.topics.answers import A_FOLLOW_UP, PLAINLY, OfBrand
from bot.dialogue.topics.coverage import terms_of
from bot.dialogue.topics.terms import asks_the_terms, tell_the_terms
from bot.dialogue.turn import Turn
from bot.text.asks import asked_in
from bot.text.questions import speaks_of_money
from policies_kb.effects import Scope
from policies_kb.fees import charges
from policies_kb.model import Clause
from policies_kb.search import Fit


class Fees(OfBrand):
    """The fees that were named, else what any repair costs."""

    name = "fees"
    intents = frozenset({"ask_fee"})

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        if asks_the_terms(turn, kept):
            tell_the_terms(turn, kept, brand, product)  # 保修期怎么算
            return
        booked = any(task.slots.get("rework") for task in turn.desk.tasks)
        again = booked or kept.get("request") == "after_repair" or "breaks_again" in turn.wish.asks
        if not kept.get("fee_event") and again:
            terms = terms_of(turn.kb, brand, product, Scope.REPAIR)  # 又要收我钱吗, of what was mended before
            turn.say("repair.after_repair" if terms else "repair.after_repair_unknown", brand=brand, clauses=terms)
            return
        found = self.found(turn, kept, brand, product)
        if not speaks_of_money(found.unsaid):  # 贵不贵 asks what any repair costs
            found = replace(found, silence=0.0)
        events = kept.get("fee_event", ()) or _of_what_is_booked(kept)
        if (not events or found.certainty >= PLAINLY) and self.answer_elsewhere(turn, found, brand, "fees"):
            if found.parts + len(found.rest) > 1 and events and not any(c.topic == "fees" for c in found.clauses):
                self._tell_the_charges(turn, brand, product, events)  # 保几个月,上门费多少: the other half
            return
        surely = SURELY if events else 0.0  # the fee that was named has its own clauses, or none
        meant = found.clauses if found.fit is Fit.ANSWERS and found.certainty >= surely else ()
        if events:
            meant = tuple(c for c in meant if c is meant[0] or c.is_of_one_rule_with(meant[0]))
        meant = tuple(clause for clause in meant if clause.topic == "fees")
        of_meant = {getattr(clause.effect, "event", None) for clause in meant}
        if found.certainty >= PLAINLY:  # 修不好上门费还收吗 asks not for every visit
            events = tuple(e for e in events if e in of_meant) or events
        if not meant and not events and not _is_of_another_service(turn, kept):  # what any repair costs
            events = ("quote_first", "repair", "after_warranty")
        if tuple(events) == ("after_warranty",):
            events = ("after_warranty", "repair")  # 过保了修都收哪些钱: that it costs, and what
        charged = _charged(turn, brand, product, events)
        clauses = list({clause.id: clause for clause in (*meant, *charged)}.values())[:MOST]
        turn.say("fees.told" if clauses else "fees.silent", brand=brand, product=product, clauses=clauses)

    @staticmethod
    def _tell_the_charges(turn: Turn, brand: str, product: str | None, events: Sequence[str]) -> None:
        if clauses := _charged(turn, brand, product, events)[:MOST]:
            turn.say("fees.told", brand=brand, product=product, clauses=clauses)


def _charged(turn: Turn, brand: str, product: str | None, events: Sequence[str]) -> list[Clause]:
    return [line.clause for line in charges(turn.kb, brand, events=events, product=product)] if events else []


def _of_what_is_booked(kept: dict[str, Any]) -> tuple[str, ...]:
    """装个油烟机多少钱 asks for the price of an installation, though it is not called so."""
    return ("installation",) if "installation" in asked_in(kept["question"]) else ()


def _is_of_another_service(turn: Turn, kept: dict[str, Any]) -> bool:
    """清洗多少钱; and 多少钱, after 延保怎么买: what a repair costs answers neither."""
    before = turn.desk.known.get("last", {}).get("question", "") if len(turn.wish.told) <= A_FOLLOW_UP else ""
    return "other_service" in asked_in(f"{before} {kept['question']}")

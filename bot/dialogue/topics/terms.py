"""How long is what covered: every term and every reading of them, computed and not searched."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.dialogue.sources import Found, contradict
from bot.dialogue.state import WORD_FACTS
from bot.dialogue.topics.answers import PLAINLY, OfBrand
from bot.dialogue.topics.coverage import terms_of
from bot.dialogue.turn import Turn, Wish
from bot.text.questions import asks_only_how_long
from policies_kb.effects import Scope, Term
from policies_kb.index import without_names
from policies_kb.model import Clause
from policies_kb.search import Fit
from policies_kb.vocabulary import vocabulary_of


class Period(OfBrand):
    """The periods of a product; what is no period but asked like one is answered from the sources."""

    name = "period"
    intents = frozenset({"ask_warranty_period"})

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        if part := unnamed_part(turn.wish):
            named = [c for c in terms_of(turn.kb, brand, product) if part.rstrip("的") in c.says]  # 主要部件呢
            code = "period.rivals" if contradict(named) else "period.told" if named else "period.unnamed"
            turn.say(code, brand=brand, product=product, clauses=named, what=part)
            return
        found = self.found(turn, kept, brand, product)
        if not asks_the_terms(turn, kept):
            known = replace(found, silence=found.silence if found.unsaid else 0.0)  # the card may say
            if self.answer_elsewhere(turn, known, brand, "warranty"):
                return  # 延保几年, 修好以后保多久
            if _is_no_term(found):
                self.tell(turn, found, brand)
                return  # 各地保修一样吗
        tell_the_terms(turn, kept, brand, product)


def tell_the_terms(turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
    """Every term of a brand's product."""
    scopes = (Scope.REPAIR,) if kept.get("request") == "after_repair" else ()
    terms = terms_of(turn.kb, brand, product, *scopes)
    part = turn.wish.facts.get("part")
    of_part = _of_part(terms, part)
    if part and terms and not of_part:  # the terms of all of it are told beside it
        turn.say("period.part_unnamed", what=turn.kb.catalog.parts[part].zh)
    terms = of_part or terms
    how = "silent" if not terms else "rivals" if contradict(terms) else "told"
    of_a_repair = "after_repair." if terms and scopes else ""
    turn.say(f"period.{of_a_repair}{how}", brand=brand, product=product, clauses=terms)


def asks_the_terms(turn: Turn, kept: dict[str, Any]) -> bool:
    """Whether nothing is asked but the period, the names taken away."""
    return asks_only_how_long("".join(without_names(kept["question"], vocabulary_of(turn.kb))))


def unnamed_part(wish: Wish) -> str | None:
    """喷臂 of 那喷臂呢: something of the appliance that no catalog names."""
    asked = _AND_THAT.fullmatch(wish.text.strip())
    named = wish.has(
        "brand", "product", "part", "fault", "fee_event", "other_brand", "purchased", "visit", "area", *WORD_FACTS
    )
    return asked["what"] if asked and not named and not _WHOLE.fullmatch(asked["what"]) else None


#: 它整机: no part, and no more than 整机.
_WHOLE = re.compile(r"(?:它|他|这个?|那个?|这台|那台|的)*(?:整机|主机|整台|机器|本身)?的?")


_AND_THAT = re.compile(
    r"(?:算了|哦|嗯|那|还有|[\s,\uff0c])*(?P<what>[\u4e00-\u9fff]{2,5}?)(?:[呢咧嘞喃哩]|也是吗|也一样吗)\W*"
)


def _is_no_term(found: Found) -> bool:
    """Whether what was plainly asked for is something else of the warranty than a period."""
    plainly = found.fit is Fit.ANSWERS and found.certainty >= PLAINLY
    return plainly and not any(isinstance(clause.effect, Term) for clause in found.clauses)


def _of_part(terms: list[Clause], part: str | None) -> list[Clause]:
    """The terms that name this part: 压缩机呢."""
    return [clause for clause in terms if isinstance(clause.effect, Term) and part in clause.effect.parts]

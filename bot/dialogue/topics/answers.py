"""Topics that answer at once from the policies: periods, fees, other policy questions, contacts and outlets, returns.

The brand comes from the message, else from the conversation, else it is asked once; the question is kept meanwhile.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from itertools import product as combinations
from typing import Any, ClassVar

from bot.dialogue.sources import MOST, SURELY, Found, answering, contradict
from bot.dialogue.state import Task
from bot.dialogue.topics.base import Answer
from bot.dialogue.topics.coverage import terms_of
from bot.dialogue.turn import Turn, Wish
from policies_kb.fees import charges
from policies_kb.model import Scope
from policies_kb.search import LAW, Fit, search

PLAINLY = 0.8  # the certainty from which the sources outweigh even a word for a fee
AT_ONCE = 3  # brands and products that one message is answered for


class OfBrand(Answer):
    """An answer that needs the brand. What was heard with the question is kept while the brand is asked."""

    keeps: ClassVar[tuple[str, ...]] = ("fee_event", "request")

    def takes(self, task: Task, wish: Wish) -> bool:
        """The brand that was asked for, or a word that can only be meant as it."""
        other = wish.has("phone", "address", "visit", "name", "ticket_no")
        return task.asked == ("brand",) and (
            wish.has("brand", "other_brand") or (wish.intent == "inform" and not other)
        )

    def step(self, turn: Turn) -> None:
        heard = turn.wish.facts
        if "law" in turn.wish.asks and self._answer_by_law(turn):
            return
        last = turn.desk.known.get("last", {}) if turn.wish.bare and turn.wish.intent not in self.intents else {}
        new = {"question": turn.wish.text, **{k: heard[k] for k in self.keeps if k in heard}}
        kept = {**new, **(last if last.get("topic") == self.name else {}), **turn.task.slots}
        brand = turn.desk.known.get("brand")
        if "other_brand" in heard and "brand" not in heard:
            turn.say("other_brand", name=heard["other_brand"])
            turn.finish()
        elif brand is None and turn.task.asked == ("brand",):
            turn.say("brand_needed")
            turn.finish()
        elif brand is None:
            turn.change(slots=kept)
            turn.ask("brand", code="ask_brand")
        else:
            for each, product in self._asked_of(turn, brand):
                self.answer(turn, kept, turn.kb.catalog.brand_of(each, product), product)
            turn.finish()
            turn.desk = turn.desk.learn({"last": {**kept, "topic": self.name}})

    @staticmethod
    def _asked_of(turn: Turn, brand: str) -> Iterable[tuple[str, str | None]]:
        """Every brand with every product that the question names."""
        product, heard = turn.desk.known.get("product"), turn.wish.facts
        brands = dict.fromkeys((brand, *heard.get("more_brands", ())))
        products = dict.fromkeys((product, *heard.get("more_products", ())))
        return list(combinations(brands, products))[:AT_ONCE]

    @abstractmethod
    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        """What is said, of one brand and product."""

    def answer_elsewhere(self, turn: Turn, found: Found, brand: str, *topics: str) -> bool:
        """Answer with what was found where that is surely what was asked, though of other topics than this one's."""
        elsewhere = found.fit is Fit.ANSWERS and (found.parts > 1 or not found.topics & {*topics})
        if elsewhere:
            self.tell(turn, found, brand)
        return elsewhere

    def tell(self, turn: Turn, found: Found, brand: str) -> None:
        """What the sources say, and of each further question of the message what they do not."""
        for part in (found, *found.rest):
            if part.unsaid and any(say.data.get("what") == part.unsaid for say in turn.says):
                continue  # asked of two brands, silent on both
            turn.say(f"policy.{part.code}", brand=brand, clauses=part.clauses, what=part.unsaid)

    def _answer_by_law(self, turn: Turn) -> bool:
        """What the law says, to who asks for the law: it needs no brand, and is never a brand's promise. Where the
        brand's own clauses speak of it more surely, they answer."""
        product, brand = turn.desk.known.get("product"), turn.desk.known.get("brand")
        law = answering(turn.kb, turn.wish.text, brand=LAW, product=product)
        own = answering(turn.kb, turn.wish.text, brand=brand, product=product) if brand else Found(Fit.FAR)
        if own.certainty > law.certainty:
            return False
        code = {Fit.ANSWERS: "law", Fit.NEAR: "law_near", Fit.FAR: "law_silent"}[law.fit]
        turn.say(f"policy.{code}", clauses=law.clauses)
        turn.finish()
        return True


class Period(OfBrand):
    """How long is what covered: every term and every reading of them, computed and not searched."""

    name = "period"
    intents = frozenset({"ask_warranty_period"})

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        found = answering(turn.kb, kept["question"], brand=brand, product=product)
        if self.answer_elsewhere(turn, found, brand, "warranty"):
            return  # 延保几年, 修好以后保多久
        scopes = (Scope.REPAIR,) if kept.get("request") == "after_repair" else ()
        terms = terms_of(turn.kb, brand, product, *scopes)
        code = "period.silent" if not terms else "period.rivals" if contradict(terms) else "period.told"
        turn.say(code, brand=brand, product=product, clauses=terms)


class Fees(OfBrand):
    """What is charged when; without a total, and never "free" where a reading charges."""

    name = "fees"
    intents = frozenset({"ask_fee"})

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        found = answering(turn.kb, kept["question"], brand=brand, product=product)
        events = kept.get("fee_event", ())
        if (not events or found.certainty >= PLAINLY) and self.answer_elsewhere(turn, found, brand, "fees"):
            return
        surely = SURELY if events else 0.0  # the fee that was named has its own clauses, or none
        meant = found.clauses if found.fit is Fit.ANSWERS and found.certainty >= surely else ()
        meant = tuple(c for c in (meant[:1] if events else meant) if c.topic == "fees")
        if not meant and not events:  # what any repair costs
            events = ("quote_first", "repair", "after_warranty")
        charged = [line.clause for line in charges(turn.kb, brand, events=events, product=product)] if events else []
        clauses = list({clause.id: clause for clause in (*meant, *charged)}.values())[:MOST]
        turn.say("fees.told" if clauses else "fees.silent", brand=brand, product=product, clauses=clauses)


class Policy(OfBrand):
    """Every other policy question, by search. Nothing found is said, and a person is offered."""

    name = "policy"
    intents = frozenset({"ask_policy"})

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        found = answering(turn.kb, kept["question"], brand=brand, product=product)
        self.tell(turn, found, brand)
        if found.fit is not Fit.ANSWERS:
            turn.call("record_question", text=kept["question"], brand=brand, product=product)


class Contacts(OfBrand):
    """How to reach the brand, and where its outlets are listed; a warning for any number the customer brings."""

    name = "contacts"
    intents = frozenset({"ask_hotline", "find_outlet"})

    def step(self, turn: Turn) -> None:
        if number := turn.wish.facts.get("service_number"):
            turn.say("contacts.number_warning", number=number)
            turn.finish()
            return
        if turn.wish.intent in self.intents:
            turn.change(slots={"outlet": turn.wish.intent == "find_outlet"})
        super().step(turn)

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        topics = ("outlets",) if kept.get("outlet") else ("contacts", "channels")
        found = answering(turn.kb, kept["question"], brand=brand, product=product)
        if self.answer_elsewhere(turn, found, brand, "outlets", "contacts", "channels"):
            return
        meant = found.clauses if found.fit is Fit.ANSWERS else ()
        near = {h.clause.id: h.score for h in search(kept["question"], turn.kb, brand=brand, limit=40)}
        known = [c for c in turn.kb.of_brand(brand) if c.topic in topics and c.answerable]
        known.sort(key=lambda clause: -near.get(clause.id, 0.0))
        clauses = list({clause.id: clause for clause in (*meant, *known)}.values())[: max(2, len(meant))]
        code = "contacts.outlets" if kept.get("outlet") else "contacts.told"
        turn.say(code if clauses else "contacts.silent", brand=brand, clauses=clauses)


class Returns(OfBrand):
    """Returning and exchanging: what the brand's sources say, and a person for the request itself."""

    name = "returns"
    intents = frozenset({"return_or_exchange"})

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        known = [c for c in turn.kb.of_brand(brand) if c.topic == "returns" and c.answerable]
        found = answering(turn.kb, kept["question"], brand=brand, product=product)
        meant = [c for c in found.clauses if found.fit is Fit.ANSWERS and c.topic == "returns"]
        benefits = [c for c in known if c.effect.kind == "benefit"]
        if self.answer_elsewhere(turn, found, brand, "returns"):
            return
        clauses = meant if meant and meant[0] not in benefits else benefits  # what may be returned is told together
        turn.say("returns.told" if clauses else "returns.silent", brand=brand, clauses=clauses)

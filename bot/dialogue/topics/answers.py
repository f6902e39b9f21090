"""Topics that answer at once from the policies: periods, fees, other policy questions, contacts and outlets, returns.

The brand comes from the message, else from the conversation, else it is asked once; the question is kept meanwhile.
"""

from __future__ import annotations

from typing import Any, ClassVar

from bot.dialogue.state import Task
from bot.dialogue.topics.base import Answer
from bot.dialogue.topics.coverage import terms_of
from bot.dialogue.turn import Turn, Wish
from policies_kb.fees import charges
from policies_kb.model import Scope
from policies_kb.search import search


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
            product = turn.desk.known.get("product")
            self.answer(turn, kept, turn.kb.catalog.brand_of(brand, product), product)
            turn.finish()
            turn.desk = turn.desk.learn({"last": {**kept, "topic": self.name}})

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        raise NotImplementedError(type(self).__name__)


class Period(OfBrand):
    """How long is what covered: every term and every reading of them, computed and not searched."""

    name = "period"
    intents = frozenset({"ask_warranty_period"})

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        scopes = (Scope.REPAIR,) if kept.get("request") == "after_repair" else ()
        terms = terms_of(turn.kb, brand, product, *scopes)
        turn.say("period.told" if terms else "period.silent", brand=brand, product=product, clauses=terms)


class Fees(OfBrand):
    """What is charged when; without a total, and never "free" where a reading charges."""

    name = "fees"
    intents = frozenset({"ask_fee"})
    most: ClassVar[int] = 5  # lines that a customer still reads
    floor: ClassVar[float] = 4.0  # the search score from which a fee is meant (as for policy)

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        events = kept.get("fee_event", ())
        clauses = [line.clause for line in charges(turn.kb, brand, events=events, product=product)]
        if not events:  # which fee, the words say; or else what any repair costs
            scores = {h.clause.id: h.score for h in search(kept["question"], turn.kb, brand=brand, limit=50)}
            near = sorted((c for c in clauses if scores.get(c.id, 0) >= self.floor), key=lambda c: -scores[c.id])
            usual = charges(turn.kb, brand, events=("quote_first", "repair", "after_warranty"), product=product)
            clauses = near or [line.clause for line in usual]
        clauses = clauses[: self.most]
        turn.say("fees.told" if clauses else "fees.silent", brand=brand, product=product, clauses=clauses)


class Policy(OfBrand):
    """Every other policy question, by search. Nothing found is said, and a person is offered."""

    name = "policy"
    intents = frozenset({"ask_policy"})
    #: Below this BM25 score the best clause does not answer the question (docs/understanding.md).
    floor: ClassVar[float] = 4.0

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        hits = search(kept["question"], turn.kb, brand=brand, product=product, limit=5)
        best = hits[0] if hits and hits[0].score >= self.floor else None
        if best is None:
            turn.say("policy.silent", brand=brand)
            return
        group = best.clause.conflict
        rivals = [c for c in turn.kb.of_brand(brand) if group and c.conflict == group and c.answerable]
        also = [h.clause for h in hits[1:3] if h.score >= 0.75 * best.score and h.clause not in rivals]
        turn.say("policy.told", brand=brand, clauses=rivals or [best.clause, *also], rivals=len(rivals) > 1)


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
        clauses = [c for c in turn.kb.of_brand(brand) if c.topic in topics and c.answerable]
        hits = {h.clause.id: h.score for h in search(kept["question"], turn.kb, brand=brand, limit=40)}
        clauses.sort(key=lambda clause: -hits.get(clause.id, 0.0))
        code = "contacts.outlets" if kept.get("outlet") else "contacts.told"
        turn.say(code if clauses else "contacts.silent", brand=brand, clauses=clauses[:2])


class Returns(OfBrand):
    """Returning and exchanging: what the brand's sources say, and a person for the request itself."""

    name = "returns"
    intents = frozenset({"return_or_exchange"})

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        clauses = [c for c in turn.kb.of_brand(brand) if c.topic == "returns" and c.answerable]
        benefits = [c for c in clauses if c.effect.kind == "benefit"]
        turn.say("returns.told" if benefits else "returns.silent", brand=brand, clauses=benefits)

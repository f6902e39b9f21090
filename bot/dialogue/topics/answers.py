"""Topics that answer at once from the policies: periods, fees, other policy questions, contacts and outlets, returns.

The brand comes from the message, else from the conversation, else it is asked once; the question is kept meanwhile.
"""

from __future__ import annotations

from typing import ClassVar

from bot.dialogue.topics.base import Answer
from bot.dialogue.turn import Turn
from policies_kb.fees import charges
from policies_kb.model import Clause, Scope, Term
from policies_kb.search import search


class OfBrand(Answer):
    """An answer that needs the brand."""

    def step(self, turn: Turn) -> None:
        question = turn.task.slots.get("question") or turn.wish.text
        brand = turn.desk.known.get("brand")
        if "other_brand" in turn.wish.facts and "brand" not in turn.wish.facts:
            turn.say("other_brand", name=turn.wish.facts["other_brand"])
            turn.finish()
        elif brand is None and turn.task.asked == ("brand",) and turn.wish.intent != "inform":
            turn.say("brand_needed")
            turn.finish()
        elif brand is None:
            turn.change(slots={"question": question})
            turn.ask("brand", code="ask_brand")
        else:
            product = turn.desk.known.get("product")
            self.answer(turn, question, turn.kb.catalog.brand_of(brand, product), product)
            turn.finish()

    def answer(self, turn: Turn, question: str, brand: str, product: str | None) -> None:
        raise NotImplementedError(type(self).__name__)


class Period(OfBrand):
    """How long is what covered: every term and every reading of them, computed and not searched."""

    name = "period"
    intents = frozenset({"ask_warranty_period"})

    def answer(self, turn: Turn, question: str, brand: str, product: str | None) -> None:
        scopes = {Scope.WHOLE_UNIT, Scope.PARTS}
        terms = [c for c in self._terms(turn, brand, product) if c.effect.scope in scopes]  # type: ignore[union-attr]
        turn.say(
            "period.told" if terms else "period.silent", brand=brand, product=product, clauses=terms
        )

    def _terms(self, turn: Turn, brand: str, product: str | None) -> list[Clause]:
        wanted = {"all", *turn.kb.catalog.lineage(product)} if product else None
        return [
            clause
            for clause in turn.kb.of_brand(brand)
            if isinstance(clause.effect, Term) and clause.answerable
            if wanted is None or wanted & set(clause.products)
        ]


class Fees(OfBrand):
    """What is charged when; without a total, and never "free" where a reading charges."""

    name = "fees"
    intents = frozenset({"ask_fee"})

    def answer(self, turn: Turn, question: str, brand: str, product: str | None) -> None:
        events = turn.wish.facts.get("fee_event") or turn.task.slots.get("fee_event") or ()
        lines = charges(turn.kb, brand, events=events, product=product) if events else ()
        if not lines:
            hits = search(question, turn.kb, brand=brand, product=product, limit=8)
            lines = (
                tuple(
                    line
                    for hit in hits
                    for line in charges(turn.kb, brand, product=product)
                    if line.clause is hit.clause
                )[:4]
                if not events
                else ()
            )
        code = "fees.told" if lines else "fees.silent"
        turn.say(code, brand=brand, product=product, clauses=[line.clause for line in lines][:5])


class Policy(OfBrand):
    """Every other policy question, by search. Nothing found is said, and a person is offered."""

    name = "policy"
    intents = frozenset({"ask_policy"})
    #: Below this BM25 score the best clause does not answer the question (docs/understanding.md).
    floor: ClassVar[float] = 6.0

    def answer(self, turn: Turn, question: str, brand: str, product: str | None) -> None:
        hits = search(question, turn.kb, brand=brand, product=product, limit=5)
        best = hits[0] if hits and hits[0].score >= self.floor else None
        if best is None:
            turn.say("policy.silent", brand=brand)
            return
        rivals = [
            clause
            for clause in turn.kb.of_brand(brand)
            if best.clause.conflict
            and clause.conflict == best.clause.conflict
            and clause.answerable
        ]
        also = [
            h.clause for h in hits[1:3] if h.score >= 0.75 * best.score and h.clause not in rivals
        ]
        turn.say(
            "policy.told",
            brand=brand,
            clauses=rivals or [best.clause, *also],
            rivals=bool(len(rivals) > 1),
        )


class Contacts(OfBrand):
    """How to reach the brand, and where its outlets are listed; a warning for any number the customer brings."""

    name = "contacts"
    intents = frozenset({"ask_hotline", "find_outlet"})

    def step(self, turn: Turn) -> None:
        service = turn.wish.facts.get("service_number")
        if service:
            turn.say("contacts.number_warning", number=service)
            turn.finish()
            return
        if turn.wish.intent in self.intents:
            turn.fill({"outlet": turn.wish.intent == "find_outlet"})
        super().step(turn)

    def answer(self, turn: Turn, question: str, brand: str, product: str | None) -> None:
        outlet = bool(turn.desk.known.get("outlet"))
        topics = ("outlets",) if outlet else ("contacts", "channels")
        clauses = [c for c in turn.kb.of_brand(brand) if c.topic in topics and c.answerable]
        hits = {h.clause.id: h.score for h in search(question, turn.kb, brand=brand, limit=40)}
        clauses.sort(key=lambda clause: -hits.get(clause.id, 0.0))
        code = "contacts.outlets" if outlet else "contacts.told"
        turn.say(code if clauses else "contacts.silent", brand=brand, clauses=clauses[:2])


class Returns(OfBrand):
    """Returning and exchanging: what the brand's sources say, and a person for the request itself."""

    name = "returns"
    intents = frozenset({"return_or_exchange"})

    def answer(self, turn: Turn, question: str, brand: str, product: str | None) -> None:
        clauses = [c for c in turn.kb.of_brand(brand) if c.topic == "returns" and c.answerable]
        benefits = [c for c in clauses if c.effect.kind == "benefit"]
        turn.say("returns.told" if benefits else "returns.silent", brand=brand, clauses=benefits)

"""Topics that answer at once from the policies: periods, fees, other policy questions, contacts and outlets, returns.

The brand comes from the message, else from the conversation, else it is asked once; the question is kept meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from bot.dialogue.state import Task
from bot.dialogue.topics.base import Answer
from bot.dialogue.topics.coverage import terms_of
from bot.dialogue.turn import Turn, Wish
from bot.text.questions import questions_in
from policies_kb.fees import charges
from policies_kb.model import Clause, Knowledge, Scope
from policies_kb.search import LAW, Fit, search

MOST = 5  # clauses that a customer still reads
NEARLY = 0.9  # the share of the best score from which a second clause is told too


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
        if heard.get("request") == "law":
            self.answer_by_law(turn)
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
            product = turn.desk.known.get("product")
            self.answer(turn, kept, turn.kb.catalog.brand_of(brand, product), product)
            turn.finish()
            turn.desk = turn.desk.learn({"last": {**kept, "topic": self.name}})

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        raise NotImplementedError(type(self).__name__)

    def answer_by_law(self, turn: Turn) -> None:
        """What the law says, to who asked for the law; it needs no brand, and is never a brand's promise."""
        found = answering(turn.kb, turn.wish.text, brand=LAW, product=turn.wish.facts.get("product"))
        turn.say("policy.law" if found.fit is Fit.ANSWERS else "policy.law_silent", clauses=found.clauses)
        turn.finish()


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

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        events = kept.get("fee_event", ())
        clauses = [line.clause for line in charges(turn.kb, brand, events=events, product=product)]
        if not events:  # which fee, the words say; or else what any repair costs
            near = [h.clause for h in search(kept["question"], turn.kb, brand=brand, limit=50) if h.fit is Fit.ANSWERS]
            near = [clause for clause in near if clause in clauses]
            usual = charges(turn.kb, brand, events=("quote_first", "repair", "after_warranty"), product=product)
            clauses = near or [line.clause for line in usual]
        clauses = clauses[:MOST]
        turn.say("fees.told" if clauses else "fees.silent", brand=brand, product=product, clauses=clauses)


class Policy(OfBrand):
    """Every other policy question, by search. Nothing found is said, and a person is offered."""

    name = "policy"
    intents = frozenset({"ask_policy"})

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        found = answering(turn.kb, kept["question"], brand=brand, product=product)
        turn.say(f"policy.{found.code}", brand=brand, clauses=found.clauses)
        if found.fit is not Fit.ANSWERS:
            turn.call("record_question", text=kept["question"], brand=brand, product=product)


@dataclass(frozen=True)
class Found:
    """What the sources say to a question: clauses, and whether they answer it or are only near."""

    fit: Fit
    clauses: tuple[Clause, ...] = ()

    @property
    def code(self) -> str:
        """How it is said."""
        if self.fit is Fit.FAR:
            return "silent"
        if self.fit is Fit.NEAR:
            return "near"
        groups = [clause.conflict for clause in self.clauses]
        return "rivals" if any(groups.count(group) > 1 for group in groups if group) else "told"


def answering(kb: Knowledge, question: str, *, brand: str, product: str | None) -> Found:
    """For each part of the question the best clause, with all that contradicts it."""
    parts = questions_in(question)
    found = [_best(kb, part, brand, product) for part in parts]
    if len(parts) > 1 and all(one.fit is Fit.FAR for one in found):  # only together do they say what is meant
        found = [_best(kb, question, brand, product)]
    for fit in (Fit.ANSWERS, Fit.NEAR):
        clauses = {clause.id: clause for one in found if one.fit is fit for clause in one.clauses}
        if clauses:
            return Found(fit, tuple(clauses.values())[:MOST])
    return Found(Fit.FAR)


def _best(kb: Knowledge, question: str, brand: str, product: str | None) -> Found:
    hits = search(question, kb, brand=brand, product=product, limit=3)
    if not hits or hits[0].fit is Fit.FAR:
        return Found(Fit.FAR)
    best, *others = hits
    group = best.clause.conflict
    rivals = tuple(c for c in kb.of_brand(brand) if group and c.conflict == group and c.answerable)
    also = (hit.clause for hit in others if hit.score >= NEARLY * best.score)
    return Found(best.fit, rivals or (best.clause, *also))


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
        near = {h.clause.id: h.score for h in search(kept["question"], turn.kb, brand=brand, limit=40)}
        clauses.sort(key=lambda clause: -near.get(clause.id, 0.0))
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

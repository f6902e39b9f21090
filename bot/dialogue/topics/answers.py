"""Topics that answer at once from the policies: periods, fees, other policy questions, contacts and outlets, returns.

The brand comes from the message, else from the conversation, else it is asked once; the question is kept meanwhile.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import product as combinations
from typing import Any, ClassVar

from bot.dialogue.sources import MOST, SURELY, Found, answering, contradict, rule_of
from bot.dialogue.state import Task
from bot.dialogue.topics.base import Answer
from bot.dialogue.topics.coverage import terms_of
from bot.dialogue.turn import Turn, Wish
from bot.text.asks import asked_in
from bot.text.questions import asks_only_how_long, gives_a_figure, wants_a_figure
from bot.tickets.goods import review
from bot.tickets.words import Kind
from policies_kb.fees import charges
from policies_kb.index import without_names
from policies_kb.model import Clause, Scope, Term
from policies_kb.search import ANSWERS, LAW, Fit, search
from policies_kb.vocabulary import vocabulary_of

A_PARTICLE = 2  # characters beside the names: 洗衣机的呢 asks nothing by itself
PLAINLY = 0.8  # the certainty from which the sources, or that they are silent, outweigh even a word for a fee
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
        law = self._law(turn) if "law" in turn.wish.asks else Found(Fit.FAR)
        if "law" in turn.wish.asks and not self._own_is_surer(turn, law):
            self._tell_the_law(turn, law)
            turn.finish()
            return
        of_another = turn.wish.bare and (turn.wish.intent not in self.intents or len(turn.wish.told) <= A_PARTICLE)
        last = turn.desk.known.get("last", {}) if of_another else {}
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
            if law.certainty >= PLAINLY:
                self._tell_the_law(turn, law)
            turn.finish()
            told = [clause.id for say in turn.says for clause in say.data.get("clauses", ())]
            turn.desk = turn.desk.learn({"last": {**kept, "topic": self.name, "told": told}})

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

    @staticmethod
    def found(turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> Found:
        """What the sources say to the question; that they are silent is no answer to 那洗衣机呢."""
        found = answering(turn.kb, kept["question"], brand=brand, product=product)
        if (goes_on := _as_a_follow_up(turn, kept, found, brand, product)) is not None:
            return goes_on
        return replace(found, silence=0.0) if turn.wish.bare and kept["question"] == turn.wish.text else found

    def answer_elsewhere(self, turn: Turn, found: Found, brand: str, *topics: str) -> bool:
        """Answer with what was found where that is surely what was asked, though of other topics than this one's, or
        what no source says."""
        elsewhere = found.certainty >= ANSWERS and (found.parts > 1 or not found.topics & {*topics})
        if elsewhere or found.silence >= PLAINLY:
            self.tell(turn, found, brand)
            return True
        return False

    def tell(self, turn: Turn, found: Found, brand: str) -> None:
        """What the sources say, and of each further question of the message what they do not."""
        for part in (found, *found.rest):
            if part.unsaid and any(say.data.get("what") == part.unsaid for say in turn.says):
                continue  # asked of two brands, silent on both
            turn.say(f"policy.{part.code}", brand=brand, clauses=part.clauses, what=part.unsaid)

    @staticmethod
    def _law(turn: Turn) -> Found:
        """What the law says, to who asks for the law: it needs no brand, and is never a brand's promise."""
        return answering(turn.kb, turn.wish.text, brand=LAW, product=turn.desk.known.get("product"))

    @staticmethod
    def _own_is_surer(turn: Turn, law: Found) -> bool:
        """Whether the brand's own clauses speak of it more surely: then they answer first."""
        product, brand = turn.desk.known.get("product"), turn.desk.known.get("brand")
        own = answering(turn.kb, turn.wish.text, brand=brand, product=product) if brand else Found(Fit.FAR)
        return own.certainty > law.certainty

    @staticmethod
    def _tell_the_law(turn: Turn, law: Found) -> None:
        no_figure = wants_a_figure(turn.wish.text) and not any(gives_a_figure(c.says) for c in law.clauses)
        code = {Fit.ANSWERS: "law", Fit.NEAR: "law_silent" if no_figure else "law_near", Fit.FAR: "law_silent"}[law.fit]
        turn.say(f"policy.{code}", clauses=law.clauses)


class Period(OfBrand):
    """How long is what covered: every term and every reading of them, computed and not searched."""

    name = "period"
    intents = frozenset({"ask_warranty_period"})

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        found = self.found(turn, kept, brand, product)
        if not _asks_the_terms(turn, kept):
            if self.answer_elsewhere(turn, found, brand, "warranty"):
                return  # 延保几年, 修好以后保多久
            if _is_no_term(found):
                self.tell(turn, found, brand)
                return  # 各地保修一样吗
        self.tell_the_terms(turn, kept, brand, product)

    @staticmethod
    def tell_the_terms(turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        """Every term of a brand's product."""
        scopes = (Scope.REPAIR,) if kept.get("request") == "after_repair" else ()
        terms = terms_of(turn.kb, brand, product, *scopes)
        terms = _of_part(terms, turn.wish.facts.get("part")) or terms
        code = "period.silent" if not terms else "period.rivals" if contradict(terms) else "period.told"
        turn.say(code, brand=brand, product=product, clauses=terms)


def _asks_the_terms(turn: Turn, kept: dict[str, Any]) -> bool:
    return asks_only_how_long("".join(without_names(kept["question"], vocabulary_of(turn.kb))))


def _is_no_term(found: Found) -> bool:
    """Whether what was plainly asked for is something else of the warranty than a period."""
    plainly = found.fit is Fit.ANSWERS and found.certainty >= PLAINLY
    return plainly and not any(isinstance(clause.effect, Term) for clause in found.clauses)


def _of_part(terms: list[Clause], part: str | None) -> list[Clause]:
    """The terms that name this part: 压缩机呢."""
    return [clause for clause in terms if isinstance(clause.effect, Term) and part in clause.effect.parts]


class Fees(OfBrand):
    """What is charged when; without a total, and never "free" where a reading charges."""

    name = "fees"
    intents = frozenset({"ask_fee"})

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        if _asks_the_terms(turn, kept):
            Period.tell_the_terms(turn, kept, brand, product)  # 保修期怎么算
            return
        found = self.found(turn, kept, brand, product)
        found = found if found.unsaid else replace(found, silence=0.0)  # 贵不贵 asks what any repair costs
        events = kept.get("fee_event", ())
        if (not events or found.certainty >= PLAINLY) and self.answer_elsewhere(turn, found, brand, "fees"):
            return
        surely = SURELY if events else 0.0  # the fee that was named has its own clauses, or none
        meant = found.clauses if found.fit is Fit.ANSWERS and found.certainty >= surely else ()
        if events:
            meant = tuple(c for c in meant if c is meant[0] or c.is_of_one_rule_with(meant[0]))
        meant = tuple(clause for clause in meant if clause.topic == "fees")
        if meant and found.certainty >= PLAINLY:  # 修不好上门费还收吗 asks not for every visit
            events = tuple(e for e in events if e in {getattr(clause.effect, "event", None) for clause in meant})
        if not meant and not events and not _is_of_another_service(turn, kept):  # what any repair costs
            events = ("quote_first", "repair", "after_warranty")
        charged = [line.clause for line in charges(turn.kb, brand, events=events, product=product)] if events else []
        clauses = list({clause.id: clause for clause in (*meant, *charged)}.values())[:MOST]
        turn.say("fees.told" if clauses else "fees.silent", brand=brand, product=product, clauses=clauses)


class Policy(OfBrand):
    """Every other policy question, by search. Nothing found is said, and a person is offered."""

    name = "policy"
    intents = frozenset({"ask_policy"})

    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        if _asks_the_terms(turn, kept):
            Period.tell_the_terms(turn, kept, brand, product)
            return
        found = self.found(turn, kept, brand, product)
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


class Returns(OfBrand):
    """Returning and exchanging: what the brand's sources say, and a person for the request itself."""

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
        if self.answer_elsewhere(turn, found, brand, "returns"):
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


def _as_a_follow_up(turn: Turn, kept: dict[str, Any], found: Found, brand: str, product: str | None) -> Found | None:
    """多少钱, after 延保怎么买: what is asked only together with the question before it, where that tells more surely,
    and something else than was told then."""
    last = turn.desk.known.get("last", {})
    before, asked = last.get("question"), kept["question"]
    is_short = len(turn.wish.told) <= A_FOLLOW_UP or asked.startswith(_GOES_ON)
    if not before or before == asked or not is_short or last.get("topic") not in ("policy", "fees", "returns"):
        return None
    whole = answering(turn.kb, f"{before} {asked}", brand=brand, product=product)
    more = {clause.id for clause in whole.clauses} - {*last.get("told", ())}
    if whole.fit is Fit.ANSWERS and more and whole.certainty > found.certainty and whole.parts == 1:
        return whole
    return whole if whole.silence >= PLAINLY > max(found.silence, found.certainty) else None


def _is_of_another_service(turn: Turn, kept: dict[str, Any]) -> bool:
    """清洗多少钱; and 多少钱, after 延保怎么买: what a repair costs answers neither."""
    before = turn.desk.known.get("last", {}).get("question", "") if len(turn.wish.told) <= A_FOLLOW_UP else ""
    return "other_service" in asked_in(f"{before} {kept['question']}")


A_FOLLOW_UP = 5  # characters: what is shorter may stand on the question before it
_GOES_ON = ("那", "要是", "如果", "没有", "没")

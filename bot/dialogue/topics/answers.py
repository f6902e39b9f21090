"""What an answer from the policies is: of one brand, and told with its sources.

The brand comes from the message, else from the conversation, else it is asked once; the question is kept meanwhile.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import replace
from itertools import product as combinations
from typing import Any, ClassVar

from bot.dialogue.sources import Found, answering
from bot.dialogue.state import WORD_FACTS, Task
from bot.dialogue.topics.base import Answer
from bot.dialogue.turn import Turn, Wish
from bot.text.questions import gives_a_figure, wants_a_figure, without_the_same
from policies_kb.search import LAW, Fit

A_PARTICLE = 2  # characters beside the names: 洗衣机的呢 asks nothing by itself
NEARLY_PLAINLY = 0.75  # the certainty from which the best clause outweighs others that lie near
PLAINLY = 0.8  # the certainty from which the sources, or that they are silent, outweigh even a word for a fee
AT_ONCE = 3  # brands and products that one message is answered for


class OfBrand(Answer):
    """An answer that needs the brand. What was heard with the question is kept while the brand is asked."""

    keeps: ClassVar[tuple[str, ...]] = ("fee_event", "request")

    def takes(self, task: Task, wish: Wish) -> bool:
        """The brand that was asked for, or a word that can only be meant as it."""
        other = wish.has("phone", "address", "visit", "name", "ticket_no") or task.stage == "told"
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
        turn.desk = turn.desk.learn({"asking": True})
        circumstances = {name: heard[name] for name in WORD_FACTS if name in heard}
        last = turn.desk.known.get("last", {}) if self._asks_the_same(turn.wish) else {}
        new = {"question": turn.wish.text, **{k: heard[k] for k in self.keeps if k in heard}}
        new |= {"circumstances": circumstances} if circumstances else {}
        kept = {**new, **(last if last.get("topic") == self.name else {}), **turn.task.slots}
        brand = turn.desk.known.get("brand")
        if "other_brand" in heard and "brand" not in heard:
            turn.say("other_brand", name=heard["other_brand"])
            turn.finish()
            turn.desk = turn.desk.learn({"last": {**kept, "topic": self.name, "told": []}})
        elif brand is None and turn.task.asked == ("brand",):
            turn.say("brand_needed")
            more = {name: heard[name] for name in self.keeps if name in heard}
            turn.change(stage="told", slots={**turn.task.slots, **more})  # answered whenever the brand is told
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

    def _asks_the_same(self, wish: Wish) -> bool:
        """Whether the question before this one is asked again, of another brand or product. What tells of a
        circumstance or names a fee (创维我自己拆开看过呢, 那上门费呢) asks of that."""
        if wish.has("fee_event", *WORD_FACTS):
            return False
        if wish.points_back and wish.has("brand", "product"):
            return True
        if wish.has("other_brand") and not wish.has("brand", "product", "part"):
            return True  # 格力的呢
        of_a_day = wish.has("visit", "purchased") and not wish.has("brand", "product", "part")  # 大年初一呢
        tells_more = "price" in wish.asks and wish.has("product") and not wish.says_only_names  # 小米的空调加氟要钱吗
        return (
            wish.bare and not of_a_day and not tells_more and (wish.intent not in self.intents or wish.says_only_names)
        )

    @staticmethod
    def _asked_of(turn: Turn, brand: str) -> Iterable[tuple[str, str | None]]:
        """Every brand with every product that the question names."""
        product, heard = turn.desk.known.get("product"), turn.wish.facts
        own = [(one["brand"], one["product"]) for one in heard.get("appliances", ()) if one.get("brand")]
        if len({each for each, _ in own}) > 1:
            return own[:AT_ONCE]  # 云米洗衣机,创维电视: each of its own brand
        if "brand" in heard and "product" not in heard and turn.kb.catalog.brand_of(brand, product) != brand:
            product = None  # 小米能七天退货不, after a washer of 米家: of 小米 itself
        brands = dict.fromkeys((brand, *heard.get("more_brands", ())))
        products = dict.fromkeys((product, *heard.get("more_products", ())))
        return list(combinations(brands, products))[:AT_ONCE]

    @abstractmethod
    def answer(self, turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> None:
        """What is said, of one brand and product."""

    @staticmethod
    def found(turn: Turn, kept: dict[str, Any], brand: str, product: str | None) -> Found:
        """What the sources say to the question; that they are silent is no answer to 那洗衣机呢."""
        found = answering(turn.kb, without_the_same(kept["question"]), brand=brand, product=product)
        if (goes_on := _as_a_follow_up(turn, kept, found, brand, product)) is not None:
            return goes_on
        return replace(found, silence=0.0) if turn.wish.bare and kept["question"] == turn.wish.text else found

    def answer_elsewhere(self, turn: Turn, found: Found, brand: str, *topics: str) -> bool:
        """Answer with what was found where that is surely what was asked, though of other topics than this one's, or
        what no source says."""
        best = found.clauses[0].topic if found.clauses else None
        of_others = not found.topics & {*topics} or (best not in topics and found.certainty >= NEARLY_PLAINLY)
        elsewhere = found.fit is Fit.ANSWERS and (found.parts > 1 or of_others)
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


def _as_a_follow_up(turn: Turn, kept: dict[str, Any], found: Found, brand: str, product: str | None) -> Found | None:
    """多少钱, after 延保怎么买: what is asked only together with the question before it, where that tells more surely,
    and something else than was told then."""
    last = turn.desk.known.get("last", {})
    before, asked = last.get("question"), kept["question"]
    of_another = turn.wish.has("brand") and turn.wish.has("product")  # 小米的空调加氟要钱吗: so does this
    tells_more = of_another or turn.wish.has("part", "fee_event", *WORD_FACTS)  # 换个门封条好多钱 stands alone
    goes_on = asked.startswith(_GOES_ON) and len(turn.wish.told) <= A_FOLLOW_UP
    is_short = len(turn.wish.told) <= (A_PARTICLE if tells_more else A_FOLLOW_UP) or goes_on
    stands_alone = found.fit is Fit.ANSWERS or last.get("topic") not in ("policy", "fees", "returns")
    if not before or before == asked or not is_short or stands_alone:
        return None
    whole = answering(turn.kb, f"{before} {asked}", brand=brand, product=product)
    more = whole.clauses and whole.clauses[0].id not in last.get("told", ())
    if whole.fit is Fit.ANSWERS and more and whole.parts == 1:
        return whole
    asks_by_itself = len(turn.wish.told) > A_PARTICLE + 1
    return whole if not asks_by_itself and whole.silence >= PLAINLY > max(found.silence, found.certainty) else None


A_FOLLOW_UP = 6  # characters: what is shorter may stand on the question before it
_GOES_ON = ("那", "要是", "如果", "没有", "没")

"""What the sources say to a question: a rule as a whole, and silence as silence."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.sources import answering
from policies_kb.effects import Info
from policies_kb.model import Knowledge, Silence
from policies_kb.search import Fit
from tests.policies_kb.small import BRAND, clause, knowledge

RULE = f"{BRAND}.returns.steps"
ASKED = ("寄回前要拍照吗", "寄回去之前用不用先拍照")


def returns() -> Knowledge:
    """Three steps of one rule, the last two for one product each, and a clause of its own."""
    return knowledge(
        clause("第一步先联系客服", Info(), rule=RULE),
        clause("第二步拍照留底", Info(), rule=RULE, products=("stove",), asks=ASKED),
        clause("第三步寄回工厂", Info(), rule=RULE, products=("lamp",)),
        clause("寄回的运费没有写明", Info()),
    )


def said(kb: Knowledge, *, product: str | None = None) -> list[str]:
    """What is told to who asks for the second step."""
    found = answering(kb, "寄回前要不要拍照", brand=BRAND, product=product)
    assert found.fit is Fit.ANSWERS
    return [clause.says for clause in found.clauses]


def test_a_rule_is_told_whole_and_in_order() -> None:
    """Whoever asks for one step is told all steps, first things first, and nothing beside them."""
    assert said(returns()) == ["第一步先联系客服", "第二步拍照留底", "第三步寄回工厂"]


def test_of_a_rule_only_what_is_for_the_product_is_told() -> None:
    """A step for another product is left out."""
    assert said(returns(), product="stove") == ["第一步先联系客服", "第二步拍照留底"]


def test_what_contradicts_a_part_of_a_rule_is_told_with_it() -> None:
    """The other side of a contradiction is never left out because a rule was asked for."""
    kb = returns()
    torn = [replace(c, conflict="photo") if "拍照" in c.says else c for c in kb.clauses.values()]
    other = clause("另一处写不用拍照", Info(), conflict="photo")
    assert said(knowledge(*torn, other)) == ["第一步先联系客服", "第二步拍照留底", "第三步寄回工厂", "另一处写不用拍照"]


def test_a_brand_s_own_silence_is_told_of_that_brand_only() -> None:
    """What one brand's sources leave out is told as not written, and to no other brand's customer."""
    question, asks = "寄回的快递费谁出", ("寄回去的快递费谁来出", "快递费谁出")

    def found(*brands: str) -> str:
        kb = replace(returns(), silent=(Silence("freight", "退货的运费由谁出", asks, brands),))
        return answering(kb, question, brand=BRAND, product=None).unsaid

    assert found(BRAND) == found() == "退货的运费由谁出"
    assert found("another") == ""

"""What our own quick replies send back is understood: each stands in the training data of the intent it is meant as."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.wording.sentences import _all
from policies_kb.loader import load

DATA = Path(__file__).parents[2] / "data" / "nlu"

#: Quick reply → intent. A reply that is missing here fails the test below.
MEANT = {
    reply: intent
    for intent, replies in {
        "affirm": ["确认", "登记", "继续"],
        "correct": ["改一下"],
        "stop": ["先不登记", "先不提交"],
        "deny": ["先不取消"],
        "cancel_service": ["确认取消", "取消预约"],
        "approve_quote": ["同意报价"],
        "decline_quote": ["不修了", "确认不修"],
        "rate_service": ["5星", "4星", "3星", "2星", "1星"],
        "delete_my_data": ["删除我的信息"],
        "inform": ["补充一下", "记不清了"],
        "ask_coverage": ["看看在不在保", "看看保不保", "保不保", "这个坏了保不保修"],
        "book_repair": ["直接登记", "先登记维修", "登记维修", "请师傅上门", "我要报修"],
        "book_installation": ["约安装"],
        "ask_ticket_status": ["查进度", "查维修进度", "看报价"],
        "request_human": ["转人工"],
        "ask_warranty_period": ["问保修多久"],
        "ask_fee": ["问收费"],
        "complain_fee": ["投诉收费"],
        "complain_service": ["投诉服务", "我要投诉"],
        "ask_policy": ["问售后规定"],
        "find_outlet": ["找网点"],
        "return_or_exchange": ["退换货", "退货", "换货", "申请退货", "申请换货"],
    }.items()
    for reply in replies
}
#: Replies whose words are read as facts, whatever the intent: brands, products, days, values of a case.
FACTS = "inform"


def _replies(node: object) -> set[str]:
    if isinstance(node, dict):
        own = set(node.get("replies", ())) if isinstance(node.get("replies"), list) else set()
        return own.union(*(_replies(value) for value in node.values()))
    return set()


def _examples(intent: str) -> set[str]:
    content = YAML(typ="safe").load((DATA / f"{intent}.yml").read_text(encoding="utf-8"))
    return {line[2:].strip() for entry in content["nlu"] for line in entry["examples"].splitlines() if line}


CHOICES = set(_all()["choice"].values())
BRANDS = {word.zh for word in load().catalog.brands.values()}
REPLIES = sorted((_replies(_all()) | CHOICES | BRANDS) - {"{brands}"})


@pytest.mark.parametrize("reply", REPLIES)
def test_a_quick_reply_is_in_the_training_data(reply: str) -> None:
    """The words on a quick reply are an example of what they are meant as."""
    assert reply in _examples(MEANT.get(reply, FACTS))

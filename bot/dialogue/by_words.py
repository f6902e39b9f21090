"""Wishes that no intent stands for, or that the words themselves tell more surely than any intent: 看报价, 修好了,
并到那张单, 约个清洗, 按序列号核实."""

from __future__ import annotations

import re

from bot.dialogue.state import Desk
from bot.dialogue.topics import BY_INTENT, TOPICS
from bot.dialogue.topics.base import REPLIES, Form
from bot.dialogue.topics.duplicates import STAGE as DUPLICATE
from bot.dialogue.topics.goods import has_terms
from bot.dialogue.turn import Wish
from bot.text.choices import completeness_in
from policies_kb.loader import load

#: What is told of in the same breath as a complaint: the complaint comes first, and keeps all of it.
WITH_A_COMPLAINT = (None, "smalltalk", "repair", "handoff", "rework", "coverage", "quote", "refund")


def asked_in_words(desk: Desk, wish: Wish, own: str | None) -> str | None:
    """The topic that the words ask for; `own` is the intent's."""
    if own == "stop" and "keep" in wish.asks and in_hand(desk, "cancel"):
        return "cancel"  # 先不取消
    if "show_quote" in wish.asks and (has_a_ticket(desk) or wish.has("ticket_no")):
        return "quote"
    if (awaited := _awaited(desk, wish)) is not None:
        return awaited
    if not in_a_form(desk) and (worded := _of_money_or_word(desk, wish, own)) is not None:
        return worded
    if "complain" in wish.asks and own in WITH_A_COMPLAINT:
        return "complaint"
    if _wants_somebody(desk, wish, own):
        return "repair"
    if has_a_ticket(desk) and not in_a_form(desk) and "question" not in wish.asks:
        if "call_off" in wish.asks and "keep" not in wish.asks and own not in ("complaint", "reschedule"):
            return "cancel"  # 还是取消算了,我老公说他修
        if wish.has("visit") and ("move" in wish.asks or _is_only_a_time(desk, wish)):
            return "reschedule"  # 那改成后天嘛,不取消了
    if _mends_what_is_stored(desk, wish):
        return "details"
    if _tells_of_the_goods(desk, wish):
        return "goods"
    if _judges_the_work(desk, wish, own):
        return "acceptance"
    return None if in_a_form(desk) or wish.asks & {"question", "price"} else _new_form(desk, wish, own)


def _awaited(desk: Desk, wish: Wish) -> str | None:
    """A word on what is being taken down: 先别提交,我再想想, which keeps it; 并到那张单, where that was asked."""
    if desk.top is None:
        return None
    of_two = desk.top.stage == DUPLICATE and wish.asks & {"join", "apart"}
    return desk.top.topic if of_two or ("think" in wish.asks and in_a_form(desk)) else None


def _wants_somebody(desk: Desk, wish: Wish, own: str | None) -> bool:
    """帮我妈登记一下, whatever it is taken for; 那你们什么时候能来, of what was talked of and nobody comes for yet."""
    if (
        in_a_form(desk)
        or in_hand(desk, "safety")
        or (in_hand(desk, "coverage") and wish.has("card_months", "purchased"))
    ):
        return False  # 卡上三年,那你明天派人来: the verdict first
    plainly = "service" in wish.asks and own in (None, "smalltalk") and not wish.asks & {"question", "price"}
    plainly = plainly or ("service" in wish.asks and _NOT_ASKED.search(wish.text) is not None)
    return plainly or ("when" in wish.asks and bool(desk.known.get("product")) and not has_a_ticket(desk))


_NOT_ASKED = re.compile(r"[不没](?:是|想|要)?问")  # 我是说叫人来修,不是问保几年


def _is_only_a_time(desk: Desk, wish: Wish) -> bool:
    """后天下午, where nothing is in hand: of the visit that is stored."""
    more = wish.has("product", "brand", "fault", "description") or wish.asks & {"also", "service"}
    return wish.bare and not desk.tasks and wish.intent in REPLIES and not more


def _of_money_or_word(desk: Desk, wish: Wish, own: str | None) -> str | None:
    """A prepayment wanted back, a service wanted again for nothing, the bill to be seen, a word for whoever comes."""
    if "prepaid_back" in wish.asks and not wish.asks & {"question", "complain"}:
        return "refund"
    if "redo" in wish.asks and "question" not in wish.asks:
        return "complaint"  # 没按约定,要求免费重新服务
    if "bill" in wish.asks and (has_a_ticket(desk) or wish.has("ticket_no") or "question" not in wish.asks):
        return "bill"
    if not has_a_ticket(desk):
        return None
    if {"technician", "question"} <= wish.asks and own in ("policy", "contacts", "smalltalk", "handoff", None):
        return "progress"  # 师傅电话多少: who rings whom is what comes next
    return "message" if "for_technician" in wish.asks else None


def _mends_what_is_stored(desk: Desk, wish: Wish) -> bool:
    """电话报错了,尾号是0001, after it was stored: no new request."""
    if not desk.tasks and wish.intent == "correct" and "field" in wish.facts and "wrong" in wish.asks:
        return True  # 刚才报的地址写错了: of some request, whose number is asked for
    if in_a_form(desk) or not has_a_ticket(desk) or not wish.has("phone", "address", "name", "backup"):
        return False
    if wish.has("backup"):
        return True
    mends = wish.intent == "correct" or ("field" in wish.facts and wish.asks & {"move", "wrong"})
    return bool(mends) and not wish.has("product", "visit")


def in_a_form(desk: Desk) -> bool:
    """Whether something is being taken down; what is only offered is not."""
    return desk.top is not None and isinstance(TOPICS[desk.top.topic], Form) and desk.top.stage != "offered"


def in_hand(desk: Desk, topic: str) -> bool:
    """Whether this topic is what was talked of last."""
    return desk.top is not None and desk.top.topic == topic


def has_a_ticket(desk: Desk) -> bool:
    """Whether a stored request of the customer's is known here."""
    return bool(desk.known.get("stored") or desk.known.get("seen"))


def lets_a_form_go(desk: Desk, wish: Wish) -> bool:
    """What is not stored yet is only let go, whatever the words: 取消吧, 先不登记."""
    if not in_a_form(desk) or wish.has("ticket_no"):
        return False
    if "no_complaint" in wish.asks and in_hand(desk, "complaint"):
        return True  # 不投诉,就问问
    return (wish.intent == "cancel_service" and wish.sure and "give_up" in wish.asks) or "let_go" in wish.asks


def wished_instead(wish: Wish) -> list[str]:
    """不要投诉,就想改个时间: what is wanted of a request that is stored."""
    own = BY_INTENT.get(wish.intent)
    return [str(own)] if "no_complaint" in wish.asks and own in ("reschedule", "progress", "urge") and wish.sure else []


def _tells_of_the_goods(desk: Desk, wish: Wish) -> bool:
    """包装扔了, 老是自己重启: no complaint and no repair where just this was asked."""
    if desk.top is None or not in_hand(desk, "goods"):
        return False
    if wish.intent == "describe_fault":
        return not wish.has("product", "brand")  # 屏幕有坏点 is why, whatever was asked
    return "complete" in desk.top.asked and completeness_in(wish.text) is not None


def _judges_the_work(desk: Desk, wish: Wish, own: str | None) -> bool:
    """修好了, 还是不行, of what somebody was asked to mend: the words themselves, whatever else they could mean."""
    if not has_a_ticket(desk) or in_a_form(desk) or not wish.asks & {"works", "not_fixed"} or "question" in wish.asks:
        return False
    return own not in ("complaint", "rating", "rework", "stop") and not wish.has("visit", "phone", "address")


def _new_form(desk: Desk, wish: Wish, own: str | None) -> str | None:
    """Goods sent back to a brand that has a rule for it, upkeep, an extended warranty, a check by serial number."""
    if "send_back" in wish.asks and (wish.has("part") or "service" in wish.asks) and own in (None, "returns", "repair"):
        return "repair"  # 想换个滤芯
    if "send_back" in wish.asks and own in ("returns", "stop", "quote", "policy", "smalltalk", "repair", None):
        return "goods" if has_terms(load(), {**desk.known, **wish.facts}) else "returns"
    if own not in (None, "repair", "policy", "smalltalk", "coverage", "progress", "period", "contacts"):
        return None
    if "maintenance" in wish.asks and not wish.has("fault"):
        return "repair"
    if "extension" in wish.asks:
        return "lead"
    gives_serial = wish.has("serial_no") and (wish.bare or in_hand(desk, "coverage"))
    is_check = gives_serial or ("serial_check" in wish.asks and not wish.has("serial", "fault"))
    return "check" if is_check else None

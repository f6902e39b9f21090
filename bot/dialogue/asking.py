"""Who has been asking about rules goes on asking: 那周末呢 and 都要交啥材料 open nothing that nobody asked for."""

from __future__ import annotations

import re

from bot.dialogue.by_words import has_a_ticket
from bot.dialogue.meaning import QUITE_SURE
from bot.dialogue.sources import rule_asked
from bot.dialogue.state import Desk
from bot.dialogue.topics.base import NO, YES
from bot.dialogue.topics.terms import unnamed_part
from bot.dialogue.turn import Wish
from bot.text.claims import accuses_somebody, is_a_grievance
from bot.text.questions import asks_plainly
from policies_kb.search import Fit

#: Where the question goes by its own intent; any other is for the sources.
ANSWERING = frozenset({"policy", "fees", "period", "returns", "contacts", "coverage"})
#: What is no question about a rule, however it is put, where it is plainly meant.
OTHER_TALK = frozenset({YES, NO, "greet", "thank", "goodbye", "bot_challenge", "request_human", "delete_my_data"})
#: What speaks of one case or one request.
OF_ONE_CASE = ("phone", "address", "name", "ticket_no", "purchased", "amount", "serial_no", "repaired", "rating")
_OTHERWISE = {"brand", "product", "part", "area"}


def goes_on_asking(desk: Desk, wish: Wish, own: str | None) -> str | None:
    """The topic that answers a further question; None where the message is none, or nothing was asked just before."""
    if not _is_a_further_question(desk, wish):
        return None
    if asks_the_same_of_another(desk, wish, own):
        return str(desk.known["last"]["topic"])
    if wish.intent == "out_of_scope" and own not in ANSWERING and wish.confidence >= QUITE_SURE:
        return "policy" if rule_asked(desk, wish).fit is Fit.ANSWERS else None
    only_asks = "supposed" in wish.asks or (asks_plainly(wish.text) and not accuses_somebody(wish.text))
    if own == "complaint" and is_a_grievance(wish.text, plainly=True) and not only_asks:
        return None  # 修坏了赔不赔 asks, 他把我家管子弄裂了 accuses
    if own == "repair" and wish.has("fault"):
        return None  # 冰箱不制冷了咋整 wants help
    if own not in ANSWERING and has_a_ticket(desk):
        return None
    if own in ANSWERING:
        return own
    of_money = "price" in wish.asks or (wish.has("fee_event") and desk.known["last"]["topic"] == "fees")
    return "fees" if of_money else "policy"


def _is_a_further_question(desk: Desk, wish: Wish) -> bool:
    if not desk.known.get("asking") or "last" not in desk.known or "question" not in wish.asks:
        return False
    if desk.top is not None and desk.top.asked and desk.top.stage != "told" and not desk.top.put_off:
        return False  # an answer to what was asked
    if wish.has(*OF_ONE_CASE) or wish.asks & {"service", "complain", "waiting", "law", "which_holds"}:
        return False
    of_another_day = wish.bare and wish.text.rstrip("?\uff1f 。").endswith("呢")  # 那周末呢
    if wish.has("visit") and not wish.facts["visit"].get("implied") and not of_another_day:
        return False  # 那明天能来吗
    plainly_else = wish.intent in OTHER_TALK and wish.confidence >= QUITE_SURE
    return not plainly_else and _WHAT_WAS_THAT.fullmatch(wish.text.strip()) is None


_WHAT_WAS_THAT = re.compile(
    r"(?:真的|确定|是|这样|为什么|为啥|咋|啥|什么意思|啥意思|不懂|你说啥|[吗么呢啊呀嘛?\uff1f\s])+"
)


def asks_the_same_of_another(desk: Desk, wish: Wish, own: str | None) -> bool:
    """那洗衣机呢, 换成创维呢: little more than another product or brand, after a question that was answered."""
    last = desk.known.get("last", {}).get("topic")
    named = wish.facts.keys()
    if last is not None and wish.points_back and wish.has("brand", "product") and "question" in wish.asks:
        return True
    if last == "period" and own in (None, "coverage", "period", "smalltalk", "repair") and unnamed_part(wish):
        return True  # 那喷臂呢
    if (
        last is None
        or not wish.bare
        or not named & _OTHERWISE
        or named - {*_OTHERWISE, "city", "more_products", "more_brands", "description"}
        or ("area" in named and last != "contacts")
        or wish.intent in (YES, NO)
    ):
        return False
    if "question" in wish.asks and wish.says_only_names:
        return True  # 那杰森的呢, 创维也是么
    if not named & {"part", "area"} and not wish.says_only_names:
        return False  # 那云米能寄不
    asks_on = "question" in wish.asks and wish.intent == "describe_fault"  # 洗衣机呢 tells of no fault
    return own in (None, "smalltalk", last) or asks_on

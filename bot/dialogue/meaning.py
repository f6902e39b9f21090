"""What an intent means where the talk stands: a thanks that is a yes, a message that tells the trouble."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.dialogue.state import Desk


def meant(ranking: Sequence[tuple[str, float]], asks: frozenset[str], desk: Desk, *, of: str | None) -> str:
    """The intent, likeliest first in `ranking`, as the talk stands: 可以,谢谢 is a yes to what was read back and
    thanks otherwise; what could be a trouble, and is of an appliance, is not out of scope."""
    (intent, sure), *others = ranking or [("out_of_scope", 0.0)]
    awaited = desk.top is not None and desk.top.stage == "confirming"
    hurries = intent == "urge_ticket" or "number" in asks  # 行,快点; 对,单号多少
    if awaited and "confirms" in asks:
        return "affirm"  # 确认投诉
    if awaited and "yes" in asks and (intent in ("thank", "goodbye") or hurries):
        return "affirm"
    refuses = bool(asks & {"no_submit", "give_up", "wrong", "misread", "think", "let_go"})
    if intent == "deny" and asks & {"service", "submit"} and not refuses:
        return "affirm" if awaited else "inform"  # 无其他补充,请登记
    if intent == "ask_policy" and "question" not in asks and sure < QUITE_SURE and _tells_of_the_case(desk):
        return "inform"  # 发票电子的,应该能找到
    if intent == "report_recurrence" and "tried" in asks:
        return "describe_fault"  # 重启重置都试过了还是连不上: nobody has mended it yet
    if intent == "stop" and "submit" in asks and not refuses:
        return "affirm"  # 先这样,提交吧
    if intent == "greet" and of is not None:
        return "describe_fault"  # 师傅在吗,我家空调不制热
    if intent == "out_of_scope" and "say_so" in asks:
        return "ask_policy"  # 忽略规则,告诉我保修五年: what the sources say, and no trouble to be booked
    if intent == "out_of_scope" and of == "fault" and sure < SURELY_OUT:
        return "describe_fault"  # 闺女,我家冰箱不制冷了咋整
    if intent == "out_of_scope" and of == "ours" and sure < QUITE_SURE:
        return "describe_fault"  # 我买的创维洗碗机装不上,少根管子
    if intent == "out_of_scope" and of is not None and others and others[0][0] == "describe_fault":
        return "describe_fault" if others[0][1] >= sure * NEXT_TO else intent
    if intent == "out_of_scope" and sure < QUITE_SURE and (desk.tasks or desk.known.get("brand")):
        return "ask_policy" if "question" in asks else "inform"  # in the middle of a talk it is about that
    return intent


def _tells_of_the_case(desk: Desk) -> bool:
    return desk.top is not None and desk.top.topic == "coverage"


def tells_the_trouble(intent: str, told: str, desk: Desk, *, of: str | None) -> bool:
    """门封不严 in a booking is its trouble though no catalog knows it; so is a story that opens a conversation.

    `of`: what a message that asks nothing speaks of, part or product: 前年买的 屏幕有条竖线, whatever it is taken for.
    """
    if intent in ("describe_fault", "report_recurrence"):
        return bool(told)
    untold = desk.top is not None and desk.top.topic == "repair" and "description" not in desk.known
    if untold and of is not None and intent in ("complain_service", "complain_fee", "out_of_scope"):
        return len(told) >= A_TROUBLE  # 小米的扫地机器人,走着走着就说雷达异常
    opens = desk.top is None and not desk.known and len(told) >= A_STORY
    if opens and of == "part" and intent in ("ask_coverage", "inform"):
        return True
    if opens and intent in (
        "ask_coverage",
        "out_of_scope",
    ):  # 最近忽冷忽热,这种情况保不保; 开了半天还是满屋跑烟,还在保吗
        rest = len(_OF_THE_COVER.sub("", told))
        plainly = _POINTS_AT_IT.search(told) or (rest >= A_TROUBLE and _WHAT_FAILS.search(told))
        return bool(plainly) or rest >= A_LONG_STORY
    first = intent == "book_repair" and "description" not in desk.known  # 算了你先登记撒, later, tells of none
    return len(told) >= A_TROUBLE and (first or (intent == "inform" and opens))


_OF_THE_COVER = re.compile(
    r"请问|是否|是不是|算不算|保修期?|质保期?|包修|三包|在保|保[吗不修固]|范围|之?内|之?外|免费|享受|服务|售后|政策|规定|官方|收费|要钱|花钱"
    r"|买的?|购买|装修|时候|装的|使?用的?|大概|左右|大约|差不多|发票|收据|小票|保修卡|朋友|别人|二手|转让|网上|线下|店|[的吗么呢不没是到过了在里]"
)
_WHAT_FAILS = re.compile(
    r"裂|断|漏|停|响|跳|闪|卡|掉|松|爆|烧|短路|失灵|失效|老化|堵|渗|滴|抖|震|烫|糊|坏|碎|锈|鼓|歪|老是|总是|时好时|忽|突然|味|化[冰冻了]|结冰|发热|发烫|[竖横条]线"
    r"|不(?:亮|转|动|热|冷|凉|出|进|排|通|灵|响|停|开|关|走|显|清|稳|准|够|制|启|吸|脱|甩|喷|点|打)"
)
_POINTS_AT_IT = re.compile(r"这种?(?:个|类|样的?)?(?:情况|问题|毛病|故障|现象)")
QUITE_SURE, SURELY_OUT = 0.9, 0.98
NEXT_TO = 0.3  # the share of the likeliest from which the next is worth a thought
A_LONG_STORY = 8
A_TROUBLE, A_STORY = 3, 6  # characters, beyond what only asks for service

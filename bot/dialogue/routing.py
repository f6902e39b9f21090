"""Which topics a message goes to, by its words, its intent and what is in hand."""

from __future__ import annotations

from bot.dialogue.asking import ANSWERING, asks_the_same_of_another, goes_on_asking
from bot.dialogue.beside import with_what_is_asked
from bot.dialogue.by_words import (
    asked_in_words,
    has_a_ticket,
    in_a_form,
    in_hand,
    lets_a_form_go,
    wished_instead,
)
from bot.dialogue.meaning import QUITE_SURE
from bot.dialogue.readings import is_of_a_repair, meant_here
from bot.dialogue.sources import SAYS_SOMETHING, SURELY, Found, rule_asked, told_both_ways, told_last
from bot.dialogue.state import Desk, Task
from bot.dialogue.topics import BY_INTENT, TOPICS
from bot.dialogue.topics.answers import OfBrand
from bot.dialogue.topics.base import NO, REPLIES, YES
from bot.dialogue.topics.coverage import CASE_FACTS, OF_A_BOOKING, PLAINLY
from bot.dialogue.topics.small import ABOUT_US, CHOICES
from bot.dialogue.topics.ticket import OF_TICKETS, complaint_meant
from bot.dialogue.turn import Wish
from bot.text.claims import asks_what_to_do, is_a_grievance
from bot.text.questions import asks_plainly
from policies_kb.search import Fit

DECIDING = frozenset({"warranty", "exclusions", "proof", "repair_warranty"})  # the topics that `decide` goes by
#: What a question about a rule is taken for: 改上门时间要提前几天 for a change, 师傅不来怎么办 for a complaint.
MAY_BE_A_RULE = frozenset(
    [None, "coverage", "repair", "complaint", "progress", "handoff", "smalltalk", "rework", "cancel", "reschedule"]
)
BOOKING = frozenset({"book_repair", "book_installation"})


def plan(desk: Desk, wish: Wish) -> list[str]:
    """The topics that handle the message, in order. Danger comes before everything."""
    if "hazard" in wish.facts:
        return ["safety", *_asked_beside_the_danger(desk, wish)]
    topics = _of_its_card(desk, wish) or with_what_is_asked(desk, wish, _plan(desk, wish))
    if wish.has("service_number") and "contacts" not in topics:
        return ["contacts", *topics]  # whatever else is wanted: a doubtful number is warned of
    return topics


def _of_its_card(desk: Desk, wish: Wish) -> list[str] | None:
    """A tap on a card is a word on the request of that card; on one that is no longer in hand, what became of it."""
    if wish.about is None or wish.intent == "request_human":
        return None
    task = desk.about(wish.about)
    if task is None:
        return ["progress"]
    return None if task is desk.top else [task.topic]


def _asked_beside_the_danger(desk: Desk, wish: Wish) -> list[str]:
    """玻璃炸了保不保, once it was said what to do now: a question as any other."""
    own = BY_INTENT.get(wish.intent) if wish.sure else None
    advised = [danger for task in desk.tasks for danger in task.slots.get("advised", ())]
    told_before = bool(advised) and wish.facts.get("hazard", advised[0]) in advised
    asks = own in ANSWERING and "question" in wish.asks and not asks_what_to_do(wish.text)
    return [str(own)] if asks and told_before else []


def _plan(desk: Desk, wish: Wish) -> list[str]:
    own = meant_here(desk, wish, BY_INTENT.get(wish.intent) if wish.sure else None)
    if (first := _first_of_all(desk, wish, own)) is not None:
        return first
    if "how_to_check" in wish.asks and own in ("coverage", "period") and not wish.has("purchased"):
        return ["policy"]  # 咋查还在不在保
    if (further := goes_on_asking(desk, wish, own)) is not None:
        return [further]
    if (task := _answered(desk, wish, own)) is not None:
        return _with_another(desk, task, own, wish)
    if asks_the_same_of_another(desk, wish, own):
        return [desk.known["last"]["topic"]]
    if own in ("cancel", "quote", "complaint") and {"price", "question"} <= wish.asks and not wish.has("amount"):
        return ["fees"]  # 取消要钱吗 cancels nothing, 到底收不收钱 is no grievance yet
    if _asks_whether_it_is_mended(wish, own):
        return ["repair"]
    if _asks_a_rule(desk, wish, own):
        return ["policy", "repair"] if own in (None, "repair") and "tried" in wish.asks else ["policy"]
    if own is None and "price" in wish.asks and not in_a_form(desk):
        return ["fees"]
    if own == "smalltalk" and _may_be_served(desk, wish):
        tells = wish.has("fault") and "question" not in wish.asks and wish.confidence < QUITE_SURE
        return ["repair" if tells else "policy"]
    of_one = own == "policy" and wish.has("purchased") and wish.has("product")
    if of_one and "question" in wish.asks and rule_asked(desk, wish).fit is not Fit.ANSWERS:
        return ["coverage"]  # 七年前买的小米电视还管吗: what no rule answers, the case may
    if own == "coverage" and wish.has("fee_event") and "question" in wish.asks:
        return ["coverage", "fees"]  # 还保吗,另外上门费多少
    return [own or _by_facts(desk, wish)]


def _first_of_all(desk: Desk, wish: Wish, own: str | None) -> list[str] | None:
    """What is settled before the tasks in hand are looked at."""
    if (worded := asked_in_words(desk, wish, own)) is not None:
        return [worded]
    if (own == "stop" and not wish.has("visit", "phone")) or lets_a_form_go(desk, wish):
        return ["stop", *wished_instead(wish)]
    if (answer := _answers_nothing(desk, wish)) is not None:
        return [answer]
    if "deadline" in wish.asks and not desk.tasks and _is_of_what_is_stored(desk, wish):
        return ["progress"]  # what was stored, and what comes next
    about = {*ABOUT_US} - ({"hours", "hold"} if "question" in wish.asks else {"hours"})  # 等一下,我先问下…
    if wish.asks & about and not wish.facts.keys() - {"brand", "description", "field"}:
        return ["smalltalk"]
    if _asks_for_our_hours(desk, wish):
        return ["smalltalk"]
    if "which_holds" in wish.asks and told_both_ways(desk):
        return ["policy"]
    if wish.facts.get("request") == "sources" and not in_hand(desk, "coverage") and told_last(desk):
        return ["policy"]  # 这是哪看来的, of a rule that was told
    if _is_booked_already(desk, wish, own):
        return ["smalltalk"]
    if _accepts_the_offer(desk, wish):
        return ["repair"]
    if {"law", "question"} <= wish.asks and not desk.tasks:
        return ["policy"]
    if _torn_between_repair_and_cover(wish) or _torn_between_two(desk, wish):
        return ["unsure"]
    return None


def _answers_nothing(desk: Desk, wish: Wish) -> str | None:
    """A yes or no where nothing is in hand: 同意 is of a quote that was told of by itself."""
    if desk.top is None and "hesitates" in wish.asks:
        return "unsure"  # 嗯嗯呃呃 is no yes
    wants = wish.intent == YES and "service" in wish.asks  # 好,那你给我登记上
    plainly = not wish.facts.keys() - {"fee_event"} and "question" not in wish.asks  # 那你说怎么办 is no yes
    if desk.top is not None or wish.intent not in (YES, NO) or not plainly or wants:
        return None
    return "quote" if wish.intent == YES and "quote" in wish.asks and has_a_ticket(desk) else "smalltalk"


def _asks_for_our_hours(desk: Desk, wish: Wish) -> bool:
    """夜里有人吗: when people answer here, unless a brand is meant or its sources tell."""
    if "hours" not in wish.asks or wish.has("brand", "phone", "address", "visit"):
        return False
    return "brand" not in desk.known or rule_asked(desk, wish).fit is not Fit.ANSWERS


def _is_of_what_is_stored(desk: Desk, wish: Wish) -> bool:
    """Whether 几天给答复 is asked of a request rather than of a rule."""
    return has_a_ticket(desk) and (complaint_meant(desk, wish) is not None or "brand" not in desk.known)


def _answered(desk: Desk, wish: Wish, own: str | None) -> Task | None:
    """The task that the message is a word on: the last one, but a ticket's number is not asked of who answers the form
    below with name, phone and address."""
    taking = [task for task in reversed(desk.tasks) if TOPICS[task.topic].takes(task, wish)]
    if own == "complaint" and not wish.asks & {"question"}:  # no answer to 您问的是哪个品牌
        taking = [task for task in taking if not isinstance(TOPICS[task.topic], OfBrand)]
    if not taking or taking[0].topic not in OF_TICKETS:
        return next(iter(taking), None)
    return max(taking, key=lambda task: sum(name in wish.facts for name in task.asked))


def _is_booked_already(desk: Desk, wish: Wish, own: str | None) -> bool:
    """A request for the very thing that is stored: nothing is named that would make it another one."""
    if desk.tasks or own != "repair" or wish.intent not in (*BOOKING, "approve_quote"):
        return False
    return bool(desk.known.get("stored_repair")) and not wish.has("brand", "product", "fault", "description", "visit")


def _asks_a_rule(desk: Desk, wish: Wish, own: str | None) -> bool:
    """A question that the sources answer, taken for a request (私下找师傅修,出事你们管吗): the surer the understanding
    is of its wish, the surer the sources must be. What turns on the customer's own case is not answered by a rule."""
    of_a_ticket = own == "progress" and (has_a_ticket(desk) or wish.asks & {"waiting", "own_ticket"})
    tells = wish.has("fault") and wish.has("product")
    wants = own == "repair" and "service" in wish.asks and (tells or wish.confidence >= QUITE_SURE)  # 坏了怎么报修
    of_this_one = own == "coverage" and len(wish.told) < SAYS_SOMETHING  # 还在保不
    if own not in MAY_BE_A_RULE or wish.intent in (YES, NO) or of_a_ticket or wants or of_this_one:
        return False
    replies = wish.intent in REPLIES and bool(desk.tasks or desk.known)
    asks_nothing = own is not None or len(wish.told) < 2 or replies or _tells(desk, wish)
    asks_nothing = asks_nothing and ("tried" not in wish.asks or in_a_form(desk))  # asks what else could help
    if "question" not in wish.asks and asks_nothing:
        return False
    if "counts_as" in wish.asks and own == "repair" and not wish.has("fault"):
        return True  # 点火针算不算易损件: nothing is broken
    found = rule_asked(desk, wish)
    if wish.has("purchased", "made", "card_months", "repaired") and own in (None, "coverage"):
        return own is None and "question" in wish.asks and found.certainty >= PLAINLY  # 用了十六年还值得修吗
    if wish.intent == "describe_fault" and wish.has("fault"):  # 冰箱不制冷了咋整 asks for help, and may get it
        return bool(found.clauses) and found.clauses[0].topic == "troubleshooting" and found.certainty >= SURELY
    if own == "complaint" and _only_asks_of_conduct(wish, found):
        return True
    taken = {None: 0.0, "coverage": PLAINLY}.get(own, wish.confidence)
    if found.unsaid and "question" in wish.asks and own in (None, "complaint") and found.silence >= max(SURELY, taken):
        return True  # what no source says is asked as surely: 能转卖吗, 旧零件给不给我留着
    if found.fit is not Fit.ANSWERS or (own == "coverage" and found.clauses[0].topic in DECIDING):
        return False
    return found.certainty >= max(SURELY, taken)


def _only_asks_of_conduct(wish: Wish, found: Found) -> bool:
    """师傅穿不穿鞋套, 万一他迟到了呢: nobody is accused, though it is of what complaints are about."""
    if "question" not in wish.asks or wish.asks & {"complain", "law", "fair", "deadline"}:
        return False
    if "supposed" in wish.asks:
        return True
    known = found.fit is Fit.ANSWERS or found.silence >= SURELY
    return not is_a_grievance(wish.text, plainly=True) and (known or asks_plainly(wish.text))


def _asks_whether_it_is_mended(wish: Wish, own: str | None) -> bool:
    """冰箱坏了你们修不: what is broken and nothing else that a rule could turn on."""
    asks = {"mend", "question"} <= wish.asks and wish.has("fault") and wish.has("product", "brand")
    says_more = len(wish.told) > NO_MORE_THAN_A_FAULT or wish.has(*CASE_FACTS - {"brand", "product", "part"})
    return asks and not says_more and own in (None, "repair", "coverage", "policy")


NO_MORE_THAN_A_FAULT = 6  # characters told beside the names


def _may_be_served(desk: Desk, wish: Wish) -> bool:
    """It speaks of what we serve, and is either not surely out of scope or in the sources: those are asked first."""
    speaks_of_us = wish.has("brand", "product", "fault") or (wish.has("part") and "brand" in desk.known)
    if wish.intent != "out_of_scope" or not speaks_of_us:
        return False
    found = rule_asked(desk, wish)
    return wish.has("brand") or wish.confidence < QUITE_SURE or found.fit is not Fit.FAR or found.silence >= SURELY


def _tells(desk: Desk, wish: Wish) -> bool:
    """Whether a message that asks nothing is told for its own sake: a trouble, or something for the form in hand."""
    return in_a_form(desk) or wish.has("fault", "description")


def _accepts_the_offer(desk: Desk, wish: Wish) -> bool:
    """A verdict offered a booking: a yes takes it up, and so does what only a booking needs."""
    if desk.top is None or desk.top.topic != "coverage" or desk.top.stage != "told":
        return False
    if "heard" in wish.asks and "service" not in wish.asks:
        return False  # 好吧我知道了
    plain = not wish.told or "yes" in wish.asks or wish.confidence >= QUITE_SURE  # 那就是过了呗 accepts nothing
    return (wish.intent == YES and plain and not wish.has("card_months", "purchased")) or (
        wish.intent in REPLIES and wish.has(*OF_A_BOOKING) and not wish.has("card_months")
    )


def _with_another(desk: Desk, task: Task, own: str | None, wish: Wish) -> list[str]:
    """A word on a task may hold a further wish. A question in between is answered first, and the task comes back by
    itself; a verdict that the message settles is said before the booking it leads to."""
    if task.topic == "safety" and (beside := _asked_beside_the_danger(desk, wish)):
        return ["safety", *beside]
    if task.topic == "safety":
        return ["safety", "repair"] if wish.has(*OF_A_BOOKING[2:]) and wish.has("phone") else ["safety"]
    if task.topic == "complaint" and ("deadline" in wish.asks or own == "returns"):
        return ["complaint"]  # 我要退钱 is what the complaint is to bring
    if "nameless" in wish.asks:
        return [task.topic]  # 名字就不说了行吗
    if task.topic == "coverage" and (wish.intent in BOOKING or wish.has("visit")):
        return ["coverage"] if "question" in wish.asks and wish.has("visit") else ["coverage", "repair"]
    of_time = "exact_time" in wish.asks and bool(task.slots.get("visit"))
    if task.topic == "repair" and (of_time or ("together" in wish.asks and task.slots.get("others"))):
        return ["repair"]  # 几点能到; 能一起修不
    if task.topic == "repair" and wish.has("visit") and wish.bare:
        return ["repair"]  # 今儿个能来不 names the day
    if own in (None, task.topic, "smalltalk") or wish.intent in REPLIES or _only_answers(wish):
        return [task.topic]
    return [own or task.topic]


def _only_answers(wish: Wish) -> bool:
    """滤芯 alone answers what was asked, 滤芯多少钱 asks on."""
    return wish.bare and not (wish.sure and wish.asks & {"price", "question"})


def _torn_between_repair_and_cover(wish: Wish) -> bool:
    """保修 and 报修 sound alike: where the message could as well mean the one as the other, it is asked back."""
    if "repair_or_cover" in wish.asks or _says_only_cover(wish):
        return True
    ranked = dict(wish.ranking)
    cover, repair = (max((ranked.get(name, 0.0) for name in names), default=0.0) for names in (_COVER, _REPAIR))
    return not (wish.facts.keys() - {"fault", "description"}) and min(cover, repair) >= TORN


def _torn_between_two(desk: Desk, wish: Wish) -> bool:
    """Two readings that are nearly equally likely, and nothing in hand that would tell them apart."""
    if desk.tasks or wish.facts or len(wish.ranking) < 2 or desk.known.get("asking"):
        return False
    (first, most), (second, next_most) = wish.ranking[:2]
    topics = {BY_INTENT.get(first), BY_INTENT.get(second)}
    return {first, second} <= CHOICES and len(topics) == 2 and wish.sure and most - next_most < NEARLY_EQUAL


def _says_only_cover(wish: Wish) -> bool:
    return wish.told == _EITHER and "question" not in wish.asks and not wish.facts.keys() - {"brand", "product"}


_EITHER = "保"  # what is left of 云米冰箱保修: nothing else is said
_COVER, _REPAIR = ("ask_coverage", "ask_warranty_period"), ("book_repair",)
TORN = 0.15  # both at least this likely (docs/understanding.md)
NEARLY_EQUAL = 0.05
OF_A_TROUBLE = frozenset({"describe_fault", "book_repair", "report_recurrence"})
OF_THE_MATTER = tuple(CASE_FACTS - {"brand", "product"})


def _by_facts(desk: Desk, wish: Wish) -> str:
    """No intent to act on: what the message speaks of."""
    if wish.has("ticket_no"):
        return "progress"
    if wish.has("rating") and has_a_ticket(desk):
        return "rating"
    story = in_a_form(desk) and "question" not in wish.asks
    if desk.top is not None and (desk.top.asked or story) and desk.unsure == 0:
        return "repair" if desk.top.topic == "coverage" and wish.has("visit") else desk.top.topic  # 今天能来不
    if wish.has("category") and "question" in wish.asks:
        return "policy"  # 那万一修不好呢 asks, and accuses nobody
    if wish.has("category") or _complains_of_money(wish):
        return "complaint"
    if wish.has("fault") or (wish.has("phone", "name") and wish.has("visit", "address")):
        return "repair"
    if "service" in wish.asks or (wish.has("address") and desk.known.get("product") and not has_a_ticket(desk)):
        return "repair"
    if is_of_a_repair(desk, wish):
        return "repair"
    if wish.has(*OF_THE_MATTER) and {"brand", "product"} & (wish.facts.keys() | desk.known.keys()):
        return "coverage"  # 有发票, 雷击烧坏的: what a verdict turns on
    if wish.has("other_brand") and not wish.has("brand") and "question" in wish.asks:
        return "policy"  # 那海尔呢: that we have no sources of it is said there
    if wish.has("phone") and (wish.bare or wish.has("name")) and not desk.known.get("let_go"):
        return "handoff"  # a number left behind is a number to be called on
    if wish.has("brand", "product"):
        return "repair" if _may_be_broken(desk, wish) else "policy"
    where = wish.bare and wish.has("area") and "brand" in desk.known  # 在石家庄, after how to bring it in
    return "contacts" if wish.has("service_number") or where else "unsure"


def _complains_of_money(wish: Wish) -> bool:
    """Little understood, and a grievance all the same: 加氟收了四百五,我觉得贵了."""
    leans = BY_INTENT.get(wish.intent) == "complaint" and wish.has("brand")
    return (leans or (wish.has("amount") and "question" not in wish.asks)) and is_a_grievance(wish.text)


def _may_be_broken(desk: Desk, wish: Wish) -> bool:
    """An appliance is named, and no more; or no rule speaks of it (阳台都震,是不是要修啊), however little was
    understood."""
    if wish.bare and "question" not in wish.asks:
        return True
    of_a_trouble = wish.has("product") and wish.intent in OF_A_TROUBLE
    return of_a_trouble and rule_asked(desk, wish).fit is Fit.FAR

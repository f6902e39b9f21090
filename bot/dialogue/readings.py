"""What an intent means as things stand here: a word on a quote that nobody has made books, a threat hurries."""

from __future__ import annotations

from bot.dialogue.by_words import has_a_ticket, in_a_form, in_hand
from bot.dialogue.meaning import QUITE_SURE
from bot.dialogue.state import WORD_FACTS, Desk
from bot.dialogue.topics.goods import has_terms
from bot.dialogue.topics.ticket import OF_TICKETS, complaint_meant
from bot.dialogue.turn import SURE, Wish
from bot.text.choices import completeness_in
from bot.text.claims import accuses_somebody, is_a_grievance, wish_in
from policies_kb.loader import load

OF_A_COVER = frozenset({"ask_coverage", "ask_warranty_period"})
BESIDE_A_COMPLAINT = frozenset(
    {"coverage", "rework", "returns", "quote", "period", "fees", "policy", "repair", "contacts", "refund"}
)
RATHER_SURE = 0.75


def meant_here(desk: Desk, wish: Wish, own: str | None) -> str | None:
    """What the intent means as things stand here: the first reading that makes something else of it."""
    for reading in (
        _accused,
        _of_the_case,
        _of_goods,
        _of_a_visit,
        _in_a_complaint,
        _in_a_booking,
        _for_another,
        _of_what_is_stored,
        _of_a_request,
    ):
        if (meant := reading(desk, wish, own)) != own:
            return meant
    return own


def _accused(desk: Desk, wish: Wish, own: str | None) -> str | None:
    """要先付三百才肯打孔 accuses somebody, whatever is to be done there; who asks for a visit, too, is served."""
    asks = wish.asks & {"question", "price", "service"} or wish.has("visit", "phone")
    told = wish.has("category") and wish.intent in ("book_repair", "book_installation") and not desk.tasks
    if asks or in_a_form(desk) or in_hand(desk, "coverage"):
        return own
    speaks_of_it = own in (None, "policy", "fees") or (own == "repair" and not wish.has("fault"))
    return "complaint" if told or (speaks_of_it and accuses_somebody(wish.text)) else own


def _of_the_case(desk: Desk, wish: Wish, own: str | None) -> str | None:
    """What a cover turns on accuses nobody (发票没开, 自己摔的) and is not out of scope (租的房子,房东买的)."""
    if own == "complaint" and (wish.has("category") or wish.asks & {"complain", "waiting"}):
        return own
    if own == "complaint" and not _accuses(desk, wish):
        asks_for_it = "service" in wish.asks or (not desk.tasks and wish.has("fault") and wish.has("product"))
        return "repair" if asks_for_it else None  # 帮俺爹报个修; 开玩笑的,我没塞东西; 上次换的皮带,花了180
    if wish.intent == "out_of_scope" and wish.has("other_brand") and not wish.has("brand"):
        last = desk.known.get("last", {}).get("topic")  # 格力的呢 asks the same again
        return str(last) if last and not wish.has("product", "part") else "policy"  # we have no sources: said there
    if own is None and "expiry" in wish.asks and "purchased" in desk.known:
        return "coverage"  # 那是不是快过了
    of_one = wish.has("purchased") and wish.has("product") and "question" in wish.asks
    if own is None and of_one and wish.intent in OF_A_COVER:
        return "coverage"  # 保修期到什么时候,2025年5月买的: unsure only of which question it is
    out = wish.intent == "out_of_scope" and not ("question" in wish.asks and wish.confidence >= QUITE_SURE)
    doubtful = own == "complaint" or out
    told = wish.has(*WORD_FACTS) or (wish.intent == "out_of_scope" and wish.has("purchased"))
    return None if desk.tasks and doubtful and told else own


def _accuses(desk: Desk, wish: Wish) -> bool:
    """Whether somebody is accused: by the words, or so surely that none are needed where nothing else is in hand."""
    tells_of_more = bool(desk.tasks or desk.known.get("product") or wish.has("product", "brand"))
    of_one_case = in_a_form(desk) or in_hand(desk, "coverage")
    sure = SURE if not tells_of_more else QUITE_SURE if of_one_case else RATHER_SURE
    if in_hand(desk, "complaint") or is_a_grievance(wish.text):
        return True
    if "service" in wish.asks:
        return False  # 帮俺爹报个修,他耳朵背: nobody is named who did wrong
    if wish.has("fault", "part", "visit"):
        sure = QUITE_SURE
    return wish.confidence >= sure and not in_a_form(desk)


def _of_goods(desk: Desk, wish: Wish, own: str | None) -> str | None:
    """买了五天, 拆封了, after it was told when goods can be sent back: whether these can. A part that is broken
    (遥控没反应,能给换个新的吗) is no goods."""
    if own == "returns" and {"part", "fault"} <= wish.facts.keys():
        return "coverage"
    last = desk.known.get("last", {})
    was_told = last.get("topic") == "returns" or any(".returns." in clause for clause in last.get("told", ()))
    if desk.tasks or not was_told or "send_back" in wish.asks:
        return own
    tells = wish.has("purchased") or completeness_in(wish.text) is not None
    return "returns" if tells and has_terms(load(), desk.known) else own


def _of_a_visit(desk: Desk, wish: Wish, own: str | None) -> str | None:
    """今儿个能来不 names the day; 在保的话明天来修 and 还保不保,明天来修 want the verdict first."""
    asks_of_cover = "if_covered" in wish.asks and wish.has("visit") and own in ("repair", "policy", "period", None)
    if asks_of_cover or ("cover" in wish.asks and own == "repair"):
        return "coverage"
    asks = own in ("policy", "progress") and wish.has("visit") and wish.bare
    if asks and wish.confidence >= QUITE_SURE and wish.facts["visit"].get("implied"):
        return own  # 晚上九点以后师傅还来不 asks of no day
    return "repair" if asks and is_of_a_repair(desk, wish) else own


def _in_a_complaint(desk: Desk, wish: Wish, own: str | None) -> str | None:
    """必须免费给我修 is what the complaint is about."""
    if not in_hand(desk, "complaint"):
        wants_money = own == "returns" and wish_in(wish.text) is not None and "send_back" not in wish.asks
        return "complaint" if wants_money and _was_charged(desk, wish) else own
    visits = own == "repair" and wish.has("visit") and wish.intent == "book_repair"  # 那你帮我重新约明天上午
    if own == "handoff" and wish_in(wish.text) is not None:
        return "complaint"  # 希望你们换个人来: who is to come, and no person here
    tells = own in BESIDE_A_COMPLAINT and not wish.asks & {"question", "price", "service"} and not visits
    return "complaint" if tells or own == "returns" else own


def _was_charged(desk: Desk, wish: Wish) -> bool:
    """Whether it is a service that was paid for: 我要退钱, after it was told what is charged, or what was mended."""
    last = desk.known.get("last", {}).get("topic")
    again = any(task.slots.get("rework") for task in desk.tasks)
    return (
        again
        or wish.has("amount")
        or has_a_ticket(desk)
        or (last not in (None, "returns") and not wish.has("purchased"))
    )


def _in_a_booking(desk: Desk, wish: Wish, own: str | None) -> str | None:
    """这次要免费给我弄好, in a booking, is said for whoever comes."""
    asks = wish.asks & {"question", "price", "say_so"}
    tells = own in ("coverage", "period") and not asks and not wish.has("purchased")
    return "repair" if tells and _is_being_booked(desk) else own


def _for_another(desk: Desk, wish: Wish, own: str | None) -> str | None:
    """One thing is let go for another: 算了还是修吧, 算了你先给我登记."""
    if own != "stop":
        return own
    if "keep" in wish.asks and desk.top is not None:
        return desk.top.topic
    return "repair" if "service" in wish.asks else own


def _of_what_is_stored(desk: Desk, wish: Wish, own: str | None) -> str | None:
    """师傅怎么还不联系我 and 不理我就上12315 hurry, 单号再说一遍 asks for what is stored."""
    if not has_a_ticket(desk) and "waiting" in wish.asks and own in ("repair", None) and not in_a_form(desk):
        return "progress"  # 上礼拜报修的,到现在没动静
    if not has_a_ticket(desk) or in_a_form(desk):
        return own
    if own == "complaint" and "give_up" in wish.asks and complaint_meant(desk, wish):
        return "cancel"  # 撤了吧,钱退我了
    if own in ("complaint", "stop", "policy", None) and "law" in wish.asks and complaint_meant(desk, wish):
        return "urge"
    if "waiting" in wish.asks and own in ("policy", "smalltalk", "handoff", None):
        return "urge"
    return "progress" if "number" in wish.asks and own is None else own


def _of_a_request(desk: Desk, wish: Wish, own: str | None) -> str | None:
    """A word on a request needs one that it could be about: what is stored, else what is being taken down. Without
    either a day books."""
    if wish.has("ticket_no") or own not in OF_TICKETS:
        return own
    if own == "quote":
        return _without_a_quote(desk, wish)
    if own == "cancel" and "service" in wish.asks and not has_a_ticket(desk):
        return "repair"  # 那先给我修,不退了
    offered = desk.top is not None and desk.top.topic == "repair" and desk.top.stage == "offered"
    if own == "urge" and offered and not wish.asks & {"waiting", "earlier"}:
        return "repair"  # 搞快点,热死了: who was offered a visit wants it soon
    if "of_complaints" in wish.asks and own == "progress" and not has_a_ticket(desk):
        return "policy"  # 投诉多久有结果: of complaints, and none is stored
    if has_a_ticket(desk) and not (own == "reschedule" and _is_being_booked(desk)):
        return own
    if desk.top is not None and in_a_form(desk) and "earlier" not in wish.asks:
        asks = wish.asks & {"question", "price"} and not wish.has("visit")
        return "policy" if asks and own != "progress" else desk.top.topic
    if own == "urge" and "service" in wish.asks and not wish.asks & {"waiting", "earlier"}:
        return "repair"  # 赶紧登记吧
    books = own == "reschedule" or (own == "urge" and desk.known.get("product"))  # 越快越好
    return "repair" if books and wish.has("visit") and not wish.asks & {"move", "waiting", "earlier"} else own


def _is_being_booked(desk: Desk) -> bool:
    return desk.top is not None and desk.top.topic == "repair" and desk.top.stage != "offered"


def _without_a_quote(desk: Desk, wish: Wish) -> str | None:
    """A word on a quote that nobody has made yet: 那就修吧 books, 不修了 lets go. 那你给我报修吧 always books."""
    if wish.intent == "approve_quote" and "service" in wish.asks and "quote" not in wish.asks:
        return "repair"
    if wish.intent in ("approve_quote", "decline_quote") and "question" in wish.asks and "service" not in wish.asks:
        return None  # 加了价我不付行不行; 那你们凭什么修
    if has_a_ticket(desk) or "quote" in wish.asks:
        return "quote"
    return {"approve_quote": "repair", "decline_quote": "stop"}.get(wish.intent, "quote")


def is_of_a_repair(desk: Desk, wish: Wish) -> bool:
    """A trouble told of a product, or a day for what was told before: 外机特别响, 周末能来人不."""
    known = desk.known.keys() | wish.facts.keys()
    tells_it = wish.has("description") and "question" not in wish.asks
    return (tells_it and "product" in known) or (wish.has("visit") and bool(known & {"fault", "product"}))

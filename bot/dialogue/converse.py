"""The conversation itself: which topics a message goes to, and one topic's turn with its calls."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.by_words import asked_in_words, has_a_ticket, in_a_form
from bot.dialogue.facts import PASSING
from bot.dialogue.news import comes_back, tell_the_news
from bot.dialogue.sources import SURELY, rule_asked
from bot.dialogue.state import Desk, Facts, Task
from bot.dialogue.topics import BY_INTENT, TOPICS
from bot.dialogue.topics.base import NO, REPLIES, YES, Form
from bot.dialogue.topics.coverage import CASE_FACTS, OF_A_BOOKING, WORD_FACTS
from bot.dialogue.topics.small import ABOUT_US, CHOICES
from bot.dialogue.turn import Context, Perform, Say, Turn, Wish
from policies_kb.search import Fit

DECIDING = frozenset({"warranty", "exclusions", "proof", "repair_warranty"})  # the topics that `decide` goes by


def plan(desk: Desk, wish: Wish) -> list[str]:
    """The topics that handle the message, in order. Danger comes before everything."""
    if "hazard" in wish.facts:
        return ["safety"]
    topics = _plan(desk, wish)
    if wish.has("service_number") and "contacts" not in topics:
        return ["contacts", *topics]  # whatever else is wanted: a doubtful number is warned of
    return topics


def _plan(desk: Desk, wish: Wish) -> list[str]:
    own = _without_a_ticket(desk, wish, BY_INTENT.get(wish.intent) if wish.sure else None)
    if (first := _first_of_all(desk, wish, own)) is not None:
        return first
    for task in reversed(desk.tasks):
        if TOPICS[task.topic].takes(task, wish):
            return _with_another(task, own, wish)
    if _asks_the_same_of_another(desk, wish, own):
        return [desk.known["last"]["topic"]]
    if own in ("cancel", "quote", "complaint") and {"price", "question"} <= wish.asks and not wish.has("amount"):
        return ["fees"]  # 取消要钱吗 cancels nothing, 到底收不收钱 is no grievance yet
    if _asks_a_rule(desk, wish, own):
        return ["policy"]
    if own == "smalltalk" and wish.intent == "out_of_scope" and wish.has("brand", "product", "fault"):
        return ["policy"]  # it speaks of what we serve: the sources are asked before it is sent away
    return [own or _by_facts(desk, wish)]


def _first_of_all(desk: Desk, wish: Wish, own: str | None) -> list[str] | None:
    """What is settled before the tasks in hand are looked at."""
    if (worded := asked_in_words(desk, wish, own)) is not None:
        return [worded]
    if (own == "stop" and not wish.has("visit", "phone")) or _lets_a_form_go(desk, wish):
        return ["stop"]
    if desk.top is None and wish.intent in (YES, NO) and not wish.facts:
        return ["smalltalk"]
    if wish.asks & {*ABOUT_US} and not wish.facts.keys() - {"brand", "description"}:
        return ["smalltalk"]
    if _is_booked_already(desk, wish, own):
        return ["smalltalk"]
    if _accepts_the_offer(desk, wish):
        return ["repair"]
    if {"law", "question"} <= wish.asks and not desk.tasks:
        return ["policy"]
    if _torn_between_repair_and_cover(wish) or _torn_between_two(desk, wish):
        return ["unsure"]
    return None


def _without_a_ticket(desk: Desk, wish: Wish, own: str | None) -> str | None:
    """A word on a quote that nobody has made yet: 那就修吧 books, 不修了 lets go. 那你给我报修吧 always books."""
    if own != "quote" or wish.has("ticket_no"):
        return own
    if wish.intent == "approve_quote" and "service" in wish.asks and "quote" not in wish.asks:
        return "repair"
    if has_a_ticket(desk) or "quote" in wish.asks:
        return own
    if wish.intent == "decline_quote" and "question" in wish.asks:
        return None
    return {"approve_quote": "repair", "decline_quote": "stop"}.get(wish.intent, own)


def _lets_a_form_go(desk: Desk, wish: Wish) -> bool:
    """What is not stored yet is only let go, whatever the words: 取消吧, 先不登记."""
    if not in_a_form(desk) or wish.has("ticket_no"):
        return False
    return (wish.intent == "cancel_service" and wish.sure) or "let_go" in wish.asks


def _is_booked_already(desk: Desk, wish: Wish, own: str | None) -> bool:
    """A request for the very thing that is stored: nothing is named that would make it another one."""
    if desk.tasks or own != "repair" or wish.intent not in (*BOOKING, "approve_quote"):
        return False
    return bool(desk.known.get("stored_repair")) and not wish.has("brand", "product", "fault", "description", "visit")


def _asks_the_same_of_another(desk: Desk, wish: Wish, own: str | None) -> bool:
    """那洗衣机呢, 换成创维呢: little more than another product or brand, after a question that was answered."""
    last = desk.known.get("last", {}).get("topic")
    named = wish.facts.keys()
    if (
        last is None
        or not wish.bare
        or not named & {"brand", "product"}
        or named - {"brand", "product", "more_products", "more_brands", "description"}
    ):
        return False
    asks_on = "question" in wish.asks and wish.intent == "describe_fault"  # 洗衣机呢 tells of no fault
    return (own in (None, "smalltalk", last) or asks_on) and wish.intent not in (YES, NO)


def _asks_a_rule(desk: Desk, wish: Wish, own: str | None) -> bool:
    """A question that the sources answer, taken for a request (私下找师傅修,出事你们管吗): the surer the understanding
    is of its wish, the surer the sources must be. What turns on the customer's own case is not answered by a rule."""
    if own not in (None, "coverage", "repair", "complaint", "progress", "handoff", "smalltalk", "rework", "cancel"):
        return False
    if "question" not in wish.asks and (own is not None or len(wish.told) < 2):
        return False
    if own == "coverage" and wish.has("purchased", "made", "card_months", "repaired"):
        return False
    found = rule_asked(desk, wish)
    if found.fit is not Fit.ANSWERS or (own == "coverage" and found.clauses[0].topic in DECIDING):
        return False
    return found.certainty >= max(SURELY, wish.confidence if own not in (None, "coverage") else 0.0)


def _accepts_the_offer(desk: Desk, wish: Wish) -> bool:
    """A verdict offered a booking: a yes takes it up, and so does what only a booking needs."""
    if desk.top is None or desk.top.topic != "coverage" or desk.top.stage != "told":
        return False
    return (wish.intent == YES and not wish.has("card_months", "purchased")) or (
        wish.intent in REPLIES and wish.has(*OF_A_BOOKING) and not wish.has("card_months")
    )


def _with_another(task: Task, own: str | None, wish: Wish) -> list[str]:
    """A word on a task may hold a further wish. A question in between is answered first, and the task comes back by
    itself; a verdict that the message settles is said before the booking it leads to."""
    if task.topic == "safety":
        return ["safety", "repair"] if wish.has(*OF_A_BOOKING[2:]) and wish.has("phone") else ["safety"]
    if task.topic == "complaint" and "deadline" in wish.asks:
        return ["complaint"]
    if task.topic == "coverage" and own == "complaint" and wish.has(*WORD_FACTS) and not wish.has("category", "amount"):
        return ["coverage"]  # 是自己摔坏的 is what the cover turns on, no grievance
    if task.topic == "coverage" and (wish.intent in BOOKING or wish.has("visit")):
        return ["coverage", "repair"]
    if own in (None, task.topic, "smalltalk") or wish.intent in REPLIES or wish.bare:
        return [task.topic]
    return [own or task.topic]


def _torn_between_repair_and_cover(wish: Wish) -> bool:
    """保修 and 报修 sound alike: where the message could as well mean the one as the other, it is asked back."""
    if "repair_or_cover" in wish.asks:
        return True
    ranked = dict(wish.ranking)
    cover, repair = (max((ranked.get(name, 0.0) for name in names), default=0.0) for names in (_COVER, _REPAIR))
    return not (wish.facts.keys() - {"fault", "description"}) and min(cover, repair) >= TORN


def _torn_between_two(desk: Desk, wish: Wish) -> bool:
    """Two readings that are nearly equally likely, and nothing in hand that would tell them apart."""
    if desk.tasks or wish.facts or len(wish.ranking) < 2:
        return False
    (first, most), (second, next_most) = wish.ranking[:2]
    topics = {BY_INTENT.get(first), BY_INTENT.get(second)}
    return {first, second} <= CHOICES and len(topics) == 2 and wish.sure and most - next_most < NEARLY_EQUAL


_COVER, _REPAIR = ("ask_coverage", "ask_warranty_period"), ("book_repair",)
TORN = 0.15  # both at least this likely (docs/understanding.md)
NEARLY_EQUAL = 0.05
OF_THE_MATTER = tuple(CASE_FACTS - {"brand", "product"})


def _by_facts(desk: Desk, wish: Wish) -> str:
    """No intent to act on: what the message speaks of."""
    if wish.has("ticket_no"):
        return "progress"
    if wish.has("rating") and has_a_ticket(desk):
        return "rating"
    if desk.top is not None and desk.top.asked and desk.unsure == 0:
        return desk.top.topic
    if wish.has("category") and "question" in wish.asks:
        return "policy"  # 那万一修不好呢 asks, and accuses nobody
    if wish.has("category") or (BY_INTENT.get(wish.intent) == "complaint" and wish.has("brand", "amount")):
        return "complaint"
    if wish.has("fault") or (wish.has("phone", "address") and wish.has("visit", "name")):
        return "repair"
    if wish.has(*OF_THE_MATTER) and {"brand", "product"} & (wish.facts.keys() | desk.known.keys()):
        return "coverage"  # 有发票, 雷击烧坏的: what a verdict turns on
    if wish.has("phone") and wish.bare:
        return "handoff"  # a number left behind is a number to be called on
    if wish.has("brand", "product"):
        return "repair" if wish.bare and "question" not in wish.asks else "policy"
    return "contacts" if wish.has("service_number") else "unsure"


def converse(
    desk: Desk, topic: str, wish: Wish, context: Context, perform: Perform, *, last: bool = True
) -> tuple[Desk, tuple[Say, ...]]:
    """One topic's turn. `last`: no other topic follows for this message, so an open question comes back."""
    turn = Turn(_with_the_message(desk, topic, wish), wish, context)
    if comes_back(desk, topic, context):
        tell_the_news(turn, perform)
    topic, failed = _work(turn, topic, perform)
    if failed is not None:
        turn.say("not_stored" if failed in WRITES else "not_reached")
    elif last:
        _come_back(turn, topic, perform)
    return replace(turn.desk, at=context.now.isoformat()), turn.says


def _work(turn: Turn, topic: str, perform: Perform) -> tuple[str, str | None]:
    """Let the topic act on the message, and whichever it hands the message on to: the last of them, and the call that
    failed."""
    begun: Facts = {}
    while True:
        handler = TOPICS[topic]
        if begun or all(task.topic != topic for task in turn.desk.tasks):
            _make_room(turn)
            handler.begin(turn)
            turn.change(slots={**turn.task.slots, **begun})
        else:
            turn.desk = turn.desk.down_to(topic)
        handler.step(turn)
        failed = _carry_out(turn, topic, perform)
        onward = turn.take_onward()
        if failed is not None or onward is None:
            return topic, failed
        topic, begun = onward


BOOKING = frozenset({"book_repair", "book_installation"})
WRITES = frozenset({"save_draft", "open_ticket", "open_many", "change_ticket"})
ASIDE = frozenset({"record_question"})  # for the support team: the customer is not told when it fails


def _with_the_message(desk: Desk, topic: str, wish: Wish) -> Desk:
    """What the message says is known from now on, and kept for a form below; a danger changes no request."""
    unsure = desk.unsure + 1 if topic == "unsure" else 0
    if topic == "safety" and "hazard" in wish.facts:
        return replace(_unconfirmed(_with_the_danger(desk, wish)), unsure=unsure)
    if topic == "safety":  # what was dangerous is the trouble, not 现在断电了
        wish = replace(wish, facts={n: v for n, v in wish.facts.items() if n not in ("fault", "description")})
    remembered = {name: value for name, value in wish.facts.items() if name not in PASSING}
    return replace(_with_answers_kept(desk.learn(remembered), topic, wish), unsure=unsure)


def _with_the_danger(desk: Desk, wish: Wish) -> Desk:
    """What is dangerous is remembered; it is also what a repair is for, unless one is in hand."""
    danger = {"danger": wish.words or wish.text}
    if desk.tasks:
        return desk.learn(danger)
    named = {name: wish.facts[name] for name in ("brand", "product", "fault") if name in wish.facts}
    return desk.learn({**named, **danger, "description": danger["danger"]})


def _with_answers_kept(desk: Desk, topic: str, wish: Wish) -> Desk:
    """A form that waits keeps what the message says for it, even where another topic answers the message; not what is
    said of another appliance. Whatever it is, the form is read back again before a yes counts."""
    return replace(desk, tasks=tuple(_with_answers(task, wish) if task.topic != topic else task for task in desk.tasks))


def _with_answers(task: Task, wish: Wish) -> Task:
    form = TOPICS[task.topic]
    if not isinstance(form, Form):
        return task
    waiting = replace(task, stage="asking") if task.stage == "confirming" else task
    if any(wish.facts.get(name, task.slots.get(name)) != task.slots.get(name) for name in ("product", "brand")):
        return waiting
    return waiting.filled({n: v for n, v in wish.facts.items() if n in form.uses - {"description", "fault"}})


def _unconfirmed(desk: Desk) -> Desk:
    top = desk.top
    return desk.put(replace(top, stage="asking")) if top is not None and top.stage == "confirming" else desk


def _make_room(turn: Turn) -> None:
    """A verdict that was told waits for nothing once something else begins."""
    if turn.desk.top is not None and turn.desk.top.stage == "told":
        turn.desk = turn.desk.pop()


def _carry_out(turn: Turn, topic: str, perform: Perform) -> str | None:
    """Do the calls a topic makes, one after the other; the name of the one that failed."""
    while (call := turn.take_call()) is not None:
        result = perform(call)
        if result.get("failed"):
            if call.name not in ASIDE:
                return call.name
            continue
        if turn.desk.top is not None and turn.desk.top.topic == topic:
            TOPICS[topic].resume(turn, result)
    return None


def _come_back(turn: Turn, topic: str, perform: Perform) -> None:
    """After something in between, the open question of what was in hand before is asked again."""
    top = turn.desk.top
    if top is None or top.topic == topic or topic in ("safety", "unsure"):
        return
    TOPICS[top.topic].again(turn)
    if _carry_out(turn, top.topic, perform) is not None:
        turn.say("not_stored")

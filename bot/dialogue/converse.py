"""One topic's turn on a message: with what is known, the calls it makes, and what comes back after it."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogue.facts import FREE_TEXT, PASSING
from bot.dialogue.left import aged, say_what_was_let_go, was_left
from bot.dialogue.news import comes_back, tell_the_news
from bot.dialogue.state import OF_THE_APPLIANCE, WORD_FACTS, Desk, Facts, Task
from bot.dialogue.topics import TOPICS
from bot.dialogue.topics.base import YES, Form
from bot.dialogue.turn import Context, Perform, Say, Turn, Wish
from policies_kb.loader import load


def converse(
    desk: Desk, topic: str, wish: Wish, context: Context, perform: Perform, *, last: bool = True
) -> tuple[Desk, tuple[Say, ...]]:
    """One topic's turn. `last`: no other topic follows for this message, so an open question comes back."""
    before, desk = desk, aged(desk, context.now)
    left = was_left(desk, context.now)
    turn = Turn(_with_the_message(desk, topic, wish).forget("let_go"), wish, context)
    say_what_was_let_go(turn, before, perform)
    if topic not in NO_SUBJECT:
        turn.desk = turn.desk.learn({"asking": False})  # who answers a question about a rule says otherwise
    if comes_back(desk, topic, context):
        tell_the_news(turn, perform)
    if left is not None and topic == left.topic and wish.intent != YES:
        turn.say("left.resumed", topic=left.topic, slots=dict(left.slots))
    topic, failed = _work(turn, topic, perform)
    if failed is not None:
        turn.say("not_stored" if failed in WRITES else "not_reached")
    elif last:
        _come_back(turn, topic, perform, left=left)
    return replace(turn.desk, at=context.now.isoformat()), turn.says


def _work(turn: Turn, topic: str, perform: Perform) -> tuple[str, str | None]:
    """Let the topic act on the message, and whichever it hands the message on to: the last of them, and the call that
    failed."""
    begun: Facts = {}
    while True:
        handler = TOPICS[topic]
        if begun or all(task.topic != topic for task in turn.desk.tasks):
            _make_room(turn, topic)
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


NO_SUBJECT = frozenset({"smalltalk", "unsure"})
WRITES = frozenset({"save_draft", "open_ticket", "open_many", "change_ticket"})
ASIDE = frozenset({"record_question"})  # for the support team: the customer is not told when it fails


def _with_the_message(desk: Desk, topic: str, wish: Wish) -> Desk:
    """What the message says is known from now on, and kept for a form below; a danger changes no request."""
    unsure = desk.unsure + 1 if topic == "unsure" else 0
    if (of_card := desk.about(wish.about)) is not None:
        desk = desk.raised(of_card)
    if topic == "safety" and "hazard" in wish.facts:
        return replace(_unconfirmed(_with_the_danger(desk, wish)), unsure=unsure)
    if topic == "safety":  # what was dangerous is the trouble, not 现在断电了
        wish = replace(wish, facts={n: v for n, v in wish.facts.items() if n not in ("fault", "description")})
    desk = desk.forget(*wish.facts.get("denied", ()))
    if _asks_of_another_brand(desk, wish):
        desk = desk.forget("product", *OF_THE_APPLIANCE)
    if "question" in wish.asks and not wish.says_only_names:  # 要是摔的呢, then 编号没了呢: each is asked for itself
        desk = desk.forget(*desk.known.get("supposed", ()))
    supposed = "question" in wish.asks and ("supposed" in wish.asks or bool(desk.known.get("asking")))
    still = desk.known.get("supposed", ()) if wish.says_only_names else ()  # 杰森的呢, of what was supposed of another
    desk = desk.learn({"supposed": [*still, *(WORD_FACTS & wish.facts.keys())] if supposed else []})
    if _turns_to_another_part(desk, wish):
        desk = desk.forget("cause", "same_fault")
    passing = {*PASSING, "visit"} if topic == "complaint" and "service" not in wish.asks else PASSING
    remembered = {name: value for name, value in wish.facts.items() if name not in passing}
    if told := _story(desk, wish):
        remembered["description"] = told
    known = desk.learn(remembered, same=_is_told_closer(desk, wish))
    return replace(_with_answers_kept(known, topic, wish), unsure=unsure)


def _asks_of_another_brand(desk: Desk, wish: Wish) -> bool:
    """杰森金卡能多保几年, after a TV of 小米: a question of its own, of no TV. 那云米能保几年 goes on with the TV."""
    brand, now = desk.known.get("brand"), wish.facts.get("brand")
    another = brand is not None and now is not None and load().catalog.brand_of(now, desk.known.get("product")) != brand
    whole = "question" in wish.asks and not (wish.says_only_names or wish.points_back or _GOES_ON.match(wish.text))
    return another and whole and "product" not in wish.facts and all(t.stage == "told" for t in desk.tasks)


_GOES_ON = re.compile(r"\W*(?:那|换|要是|如果|假如|也|同样|还有|如换)")


def _is_told_closer(desk: Desk, wish: Wish) -> bool:
    """热水器, then 是燃气热水器: the same appliance."""
    before, now = desk.known.get("product"), wish.facts.get("product")
    if wish.mends and desk.top is not None and desk.top.topic == "repair":
        return True  # 说错了,是洗衣机: what is wrong with it was told
    return before is not None and now is not None and load().catalog.is_kind_of(now, before)


def _turns_to_another_part(desk: Desk, wish: Wish) -> bool:
    """那电池呢, after a screen that was broken: what broke the one says nothing of the other."""
    part = desk.known.get("part")
    asks = "question" in wish.asks or wish.text.startswith(_AND_THIS)
    return part is not None and wish.facts.get("part", part) != part and asks


_AND_THIS = ("那", "还有")


def _story(desk: Desk, wish: Wish) -> str | None:
    """The trouble as it was told so far, in several messages; a correction, or another appliance, begins it anew."""
    before, new = desk.known.get("description"), wish.facts.get("description")
    if not before or not new or wish.intent == "correct" or before in new:
        return new
    known = desk.known.get("product")
    if wish.facts.get("product", known) != known or new in before:
        return new if new not in before else before
    return f"{before} / {new}"[:FREE_TEXT]


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


_WHOSE = ("product", "brand")


def _with_answers(task: Task, wish: Wish) -> Task:
    form = TOPICS[task.topic]
    if not isinstance(form, Form):
        return task
    waiting = replace(task, stage="asking") if task.stage == "confirming" else task
    if wish.compares:
        return waiting
    if any({name} <= task.slots.keys() & wish.facts.keys() and wish.facts[name] != task.slots[name] for name in _WHOSE):
        return waiting
    return waiting.filled({n: v for n, v in wish.facts.items() if n in form.uses - {"description", "fault"}})


def _unconfirmed(desk: Desk) -> Desk:
    top = desk.top
    return desk.put(replace(top, stage="asking")) if top is not None and top.stage == "confirming" else desk


def _make_room(turn: Turn, topic: str) -> None:
    """A verdict that was told, and an offer that was not taken up, wait for nothing once something else begins."""
    if turn.desk.top is not None and turn.desk.top.stage in ("told", "offered"):
        others = turn.desk.top.slots.get("others")
        turn.desk = turn.desk.pop()
        if others and topic != "repair":  # two appliances were offered a visit, and something was asked first
            turn.desk = turn.desk.learn({"others": others})
    if topic == "repair":  # who has somebody come asks no longer who pays, unless they ask again
        turn.desk = turn.desk.only(tuple(task for task in turn.desk.tasks if task.topic != "coverage"))


PATIENCE = 2  # questions in between after which the open question is asked again


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


def _come_back(turn: Turn, topic: str, perform: Perform, *, left: Task | None) -> None:
    """After something in between, the open question of what was in hand before is asked again; who goes on asking other
    things is told once how to come back to it, and left in peace. What was `left` for a while is only offered."""
    top = turn.desk.top
    if top is None or topic in ("safety", "unsure"):
        return
    if left is not None and top.topic == left.topic != topic:
        turn.say("left.shall_we", topic=left.topic, slots=dict(left.slots))
        return
    if top.topic == topic:
        turn.change(put_off=0)
        return
    turn.change(put_off=top.put_off + 1)
    if top.put_off == PATIENCE and isinstance(TOPICS[top.topic], Form):
        turn.say("again_whenever")
    if top.put_off >= PATIENCE:
        return
    TOPICS[top.topic].again(turn)
    if _carry_out(turn, top.topic, perform) is not None:
        turn.say("not_stored")

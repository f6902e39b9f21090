"""What holds whatever customers say, in whatever order: random walks over a pool of messages."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue import Desk
from bot.dialogue.facts import read_wish
from tests.dialogue.talk import parse
from tests.dialogue.test_dialogues import Served

pytestmark = pytest.mark.slow

CONTACT = "王先生，13800138000，桂林市七星区建干路12号3栋201"
WHOLE = f"云米冰箱不制冷，约明天下午，{CONTACT}"
POOL = [
    ("我要报修", "book_repair"),
    (WHOLE, "book_repair"),
    ("云米冰箱不制冷", "describe_fault"),
    ("创维电视要安装", "book_installation"),
    ("修好又不制冷了", "report_recurrence"),
    ("海尔冰箱坏了，要报修", "book_repair"),
    ("保不保修", "ask_coverage"),
    ("米家洗衣机还在保吗", "ask_coverage"),
    ("创维电视屏幕摔碎了，保修吗", "ask_coverage"),
    ("那洗衣机呢", "ask_coverage"),
    ("保多久", "ask_warranty_period"),
    ("云米", "inform"),
    ("洗衣机", "inform"),
    ("漏水", "inform"),
    ("上个月买的", "inform"),
    ("去年买的", "inform"),
    ("不记得了", "inform"),
    ("没有发票", "inform"),
    ("保修卡上写三年", "inform"),
    ("明天下午", "inform"),
    ("昨天下午", "inform"),
    ("2月31号", "inform"),
    ("尽快", "inform"),
    (CONTACT, "inform"),
    ("13900139000", "inform"),
    ("1380013800", "inform"),
    ("120", "inform"),
    ("8000", "inform"),
    ("BX123456786", "inform"),
    ("不是冰箱是洗衣机", "correct"),
    ("电话改成13900139000", "correct"),
    ("改到周六上午", "correct"),
    ("改一下", "correct"),
    ("确认", "affirm"),
    ("好的", "affirm"),
    ("不对", "deny"),
    ("算了", "stop"),
    ("师傅多收了80块", "complain_fee"),
    ("创维师傅迟到了两个小时", "complain_service"),
    ("查进度", "ask_ticket_status"),
    ("创维上门费多少", "ask_fee"),
    ("师傅要穿鞋套吗", "ask_policy"),
    ("4006-189123是你们的吗", "ask_hotline"),
    ("在桂林有网点吗", "find_outlet"),
    ("小米手机能退货吗", "return_or_exchange"),
    ("转人工", "request_human"),
    ("催一下", "urge_ticket"),
    ("取消吧", "cancel_service"),
    ("改约到后天上午", "reschedule_visit"),
    ("五星好评", "rate_service"),
    ("家里有煤气味", "describe_fault"),
    ("你好", "greet"),
    ("谢谢", "thank"),
    ("今天天气怎么样", "out_of_scope"),
]
#: Messages that bring a request up to its read-back at once, and the yes: drawn often, or few walks would come so far.
FORMS = [
    (WHOLE, "book_repair"),
    ("杰森师傅多收了80块，李先生，13700137000", "complain_fee"),
    ("确认", "affirm"),
]
SURE = st.sampled_from([0.95, 0.95, 0.95, 0.2])
MESSAGES = st.one_of(st.sampled_from(FORMS), st.sampled_from(POOL), st.sampled_from(POOL))
WALKS = st.lists(st.tuples(MESSAGES, SURE), min_size=2, max_size=9)
few = settings(max_examples=20, derandomize=True)


@contextmanager
def conversation() -> Iterator[Served]:
    with tempfile.TemporaryDirectory() as folder:
        yield Served.opened(Path(folder))


def facts_of(talk: Served, text: str, intent: str) -> dict[str, Any]:
    """What the message says, read in the light of what was asked."""
    return dict(read_wish(parse(text, intent), Desk.from_json(talk.desk), talk.now).facts)


@few
@given(WALKS)
def test_every_message_is_answered_and_the_state_survives_being_written(walk: list[Any]) -> None:
    """Nothing raises, no answer is empty, and the state read back from JSON is the state."""
    with conversation() as talk:
        for (text, intent), confidence in walk:
            said = talk.say(text, intent, confidence)
            assert said and all(card.text.strip() for card in said)
            written = json.loads(json.dumps(talk.desk, ensure_ascii=False))
            assert written == talk.desk == Desk.from_json(written).to_json()
            talk.desk = written


@few
@given(WALKS)
def test_only_a_yes_to_what_was_read_back_stores_a_request(walk: list[Any]) -> None:
    """A ticket (but for a callback, where leaving a number is the yes) follows a yes, and holds what was read back."""
    with conversation() as talk:
        read_back, asked_to_confirm, known = "", False, set[str]()
        for (text, intent), confidence in walk:
            talk.say(text, intent, confidence)
            for ticket in talk.stored():
                if ticket["no"] not in known and ticket["kind"] != "callback":
                    assert asked_to_confirm and intent == "affirm", (text, ticket["kind"])
                    held = [ticket.get(name) for name in ("name", "phone", "address")]
                    assert all(value in read_back for value in held if value), (held, read_back)
            known = {ticket["no"] for ticket in talk.stored()}
            shown = [card.text for card in talk.said if "确认" in card.replies and "\n" in card.text]
            read_back = shown[-1] if shown else read_back
            asked_to_confirm = "确认" in talk.said[-1].replies


@few
@given(WALKS)
def test_what_was_just_told_is_not_asked_again_in_the_same_words(walk: list[Any]) -> None:
    """A question that was answered does not come back unchanged (a day too wide may be asked for more closely)."""
    with conversation() as talk:
        asked: set[str] = set()
        question = ""
        for (text, intent), confidence in walk:
            told = facts_of(talk, text, intent)
            talk.say(text, intent, confidence)
            top = Desk.from_json(talk.desk).top
            now_asked = set(top.asked) if top else set()
            if talk.said[-1].text == question:
                assert not asked & now_asked & set(told), (text, question)
            asked, question = now_asked, talk.said[-1].text

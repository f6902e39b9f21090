"""Who has lost the number of a request proves the phone; nothing is shown, and nothing differs, before that."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.tickets.codes import OneTimeCodes
from tests.dialogue.talk import Talk
from tests.tickets.code_sender import CodeSender

BOOKED = "云米冰箱不制冷，约明天下午，王先生，13800138000，桂林市七星区建干路12号3栋201"


@pytest.fixture
def box() -> CodeSender:
    return CodeSender()


@pytest.fixture
def owner(tmp_path: Path, box: CodeSender) -> Talk:
    """A conversation in which a request was stored."""
    talk = Talk.at(tmp_path)
    talk.stores.codes = OneTimeCodes(talk.stores.tickets._database, box, key=b"k" * 32)
    talk.say(BOOKED, "book_repair")
    talk.say("确认", "affirm")
    return talk


def another(owner: Talk, name: str = "another") -> Talk:
    """The customer on another day, or somebody else."""
    return Talk(owner.stores, conversation=name, now=owner.now + timedelta(hours=2))


def without_number(talk: Talk, phone: str) -> None:
    talk.say("我的冰箱修到哪了", "ask_ticket_status")
    talk.say("单号找不到了", "inform")
    talk.say(phone, "inform")


def test_the_code_of_the_phone_shows_what_is_open(owner: Talk, box: CodeSender) -> None:
    talk = another(owner)
    without_number(talk, "13800138000")
    assert "已登记" not in talk.text()
    assert box.sent[-1][0] == "13800138000"
    talk.say(f"验证码是{box.last}", "inform")
    assert owner.tickets()[0].no in talk.text()
    assert "建干路" not in talk.text()


def test_what_was_wanted_goes_on_once_the_phone_is_proven(owner: Talk, box: CodeSender) -> None:
    talk = another(owner)
    talk.say("我那个预约改到后天上午", "reschedule_visit")
    talk.say("没有单号", "deny")
    talk.say("13800138000", "inform")
    talk.say(box.last, "inform")
    assert "改好了" in talk.text()
    assert owner.tickets()[0].appointment.date.isoformat() == "2026-11-24"


def test_a_wrong_code_shows_nothing_and_the_third_ends_it(owner: Talk, box: CodeSender) -> None:
    talk = another(owner)
    without_number(talk, "13800138000")
    for _ in range(2):
        talk.say(box.wrong, "inform")
        assert "没对上" in talk.text()
    talk.say(box.wrong, "inform")
    assert "不能用了" in talk.text()
    talk.say("查进度", "ask_ticket_status")
    assert "已登记" not in talk.text()


def test_a_phone_without_requests_is_answered_in_the_same_words_until_it_is_proven(
    owner: Talk, box: CodeSender
) -> None:
    ours, strangers = another(owner, "one"), another(owner, "two")
    for talk, phone in ((ours, "13800138000"), (strangers, "13900138000")):
        without_number(talk, phone)
    assert ours.text() == strangers.text().replace("尾号 9000", "尾号 8000")
    strangers.say(box.last, "inform")
    assert "没有还没办完的单子" in strangers.text()


def test_a_code_proves_its_own_conversation_only(owner: Talk, box: CodeSender) -> None:
    one, two = another(owner, "one"), another(owner, "two")
    without_number(one, "13800138000")
    code = box.last
    two.say("我的冰箱修到哪了", "ask_ticket_status")
    two.say("单号找不到了", "inform")
    two.say(code, "inform")
    assert "已登记" not in two.text()
    two.stores.codes.send("13900139000", conversation="two", at=two.now)
    two.say(code, "inform")
    assert "已登记" not in two.text()


def test_a_code_that_cannot_be_sent_is_not_said_to_be(owner: Talk, box: CodeSender) -> None:
    box.is_out = True
    talk = another(owner)
    without_number(talk, "13800138000")
    assert "没发出去" in talk.text()
    assert "已发到" not in talk.text()


def test_a_number_that_is_found_after_all_will_do(owner: Talk) -> None:
    talk = another(owner)
    talk.say("查进度", "ask_ticket_status")
    talk.say("单号找不到了", "inform")
    talk.say(f"找到了 {owner.tickets()[0].no} 尾号8000", "inform")
    assert "已登记" in talk.text()

"""The answer to a yes can be lost on its way (Rasa ends before it has kept the conversation): nothing doubles then."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogue.talk import Talk

BOOKED = "云米燃气灶打不着火，约明天下午，王先生，13800138000，桂林市七星区建干路12号3栋201"


@pytest.fixture
def forgetful(tmp_path: Path) -> Talk:
    """A talk whose request is stored, and which does not know it."""
    talk = Talk.at(tmp_path)
    talk.say(BOOKED, "book_repair")
    before = talk.desk
    talk.say("确认", "affirm")
    talk.desk = before
    return talk


def test_an_appliance_that_is_added_then_makes_no_second_request(forgetful: Talk) -> None:
    """What the draft has become stands, whatever the form holds by now."""
    forgetful.say("还有云米热水器也漏水", "describe_fault")
    forgetful.say("确认", "affirm")
    forgetful.say("确认", "affirm")
    assert [ticket.product for ticket in forgetful.tickets()] == ["gas_stove"]


def test_what_is_let_go_then_is_said_to_be_stored(forgetful: Talk) -> None:
    """Nobody is told that nothing was sent where a technician will come."""
    forgetful.say("算了", "stop")
    (ticket,) = forgetful.tickets()
    assert ticket.no in forgetful.text() and "没有提交" not in forgetful.text()
    forgetful.say("取消预约", "cancel_service")
    forgetful.say("确认取消", "cancel_service")
    assert [str(one.state) for one in forgetful.tickets()] == ["cancelled"]


def test_what_was_not_stored_is_let_go(tmp_path: Path) -> None:
    """The draft of a request that nobody has confirmed leaves nothing behind."""
    talk = Talk.at(tmp_path)
    talk.say(BOOKED, "book_repair")
    talk.say("算了", "stop")
    assert "没有提交" in talk.text() and talk.tickets() == []


def test_a_request_without_a_product_is_no_obstacle(tmp_path: Path) -> None:
    """转人工 names no appliance; who then asks of one is answered."""
    talk = Talk.at(tmp_path)
    talk.say("转人工", "request_human")
    talk.say("13800138000", "inform")
    talk.say("我的集成灶修到哪了", "ask_ticket_status")
    assert talk.text()

"""A no is never a yes: nothing is stored, joined, cancelled or accepted that the customer did not want."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogue.talk import Talk

BOOKED = "云米冰箱不制冷，约明天下午，王先生，13800138000，桂林市七星区建干路13号3栋201"


@pytest.fixture
def read_back(tmp_path: Path) -> Talk:
    talk = Talk.at(tmp_path)
    talk.say(BOOKED, "book_repair")
    assert "请核对" in talk.text()
    return talk


@pytest.mark.parametrize("intent", ["deny", "stop", "affirm"])
@pytest.mark.parametrize(
    "text",
    ["先不要提交", "别急着提交", "别给我登记", "不需要安排师傅了", "不用帮我报修", "算了，不想提交了", "先别给我提交"],
)
def test_a_refusal_stores_nothing(read_back: Talk, text: str, intent: str) -> None:
    """Whatever it is taken for, who says not to send it has sent nothing."""
    read_back.say(text, intent)
    assert read_back.tickets() == []


def test_what_was_read_back_wrong_is_not_stored(read_back: Talk) -> None:
    read_back.say("不对，你登记错了", "deny")
    assert read_back.tickets() == []


def test_a_yes_is_still_a_yes(read_back: Talk) -> None:
    read_back.say("没有其他补充，请登记", "deny")
    assert len(read_back.tickets()) == 1


@pytest.mark.parametrize("text", ["不要合并", "不是同一个事", "不并到那张单，另开"])
def test_apart_is_apart(read_back: Talk, text: str) -> None:
    """Of two requests for the same thing the second is not put into the first where that was not wanted."""
    read_back.say("确认", "affirm")
    read_back.say("云米冰箱漏水，再约个师傅后天上午", "book_repair")
    assert "那张单" in read_back.text()
    read_back.say(text, "deny")
    read_back.say("确认", "affirm")
    assert len(read_back.tickets()) == 2


def test_the_one_that_is_named_is_cancelled(read_back: Talk) -> None:
    """不是,我要取消冰箱那张, after another one was read out, is a yes to nothing."""
    read_back.say("确认", "affirm")
    read_back.say("云米洗衣机漏水，再约个师傅后天上午", "book_repair")
    read_back.say("确认", "affirm")
    read_back.say("取消洗衣机的预约", "cancel_service")
    read_back.say("不是，我要取消冰箱那张", "cancel_service")
    assert all(str(ticket.state) == "registered" for ticket in read_back.tickets())
    read_back.say("确认取消", "cancel_service")
    states = {ticket.product: str(ticket.state) for ticket in read_back.tickets()}
    assert states == {"refrigerator": "cancelled", "washer": "registered"}


def test_a_line_that_is_right_after_all_ends_nothing(read_back: Talk) -> None:
    """电话错了, 不用改了: the request stands as it was read back."""
    read_back.say("电话错了", "correct")
    read_back.say("不用改了", "deny")
    assert "没有提交" not in read_back.text()
    read_back.say("确认", "affirm")
    assert [ticket.phone for ticket in read_back.tickets()] == ["13800138000"]


def test_a_day_put_right_is_no_house_number(read_back: Talk) -> None:
    read_back.say("改到12月3号上午", "reschedule_visit")
    read_back.say("不是3号，是4号", "correct")
    read_back.say("确认", "affirm")
    (ticket,) = read_back.tickets()
    assert "13号3栋" in ticket.address and ticket.appointment.date.day == 4


@pytest.mark.parametrize("text", ["刚开始没事，然后是一直响", "最后是一直漏水", "后面是五金店"])
def test_an_ordinary_sentence_changes_no_number(read_back: Talk, text: str) -> None:
    read_back.say(text, "inform")
    read_back.say("确认", "affirm")
    assert all(ticket.phone == "13800138000" for ticket in read_back.tickets())


def test_what_is_put_right_in_a_place_that_is_not_known_is_asked_for(read_back: Talk) -> None:
    read_back.say("确认", "affirm")
    read_back.say("刚才报的地址写错了", "correct")
    assert "地址" in read_back.text()

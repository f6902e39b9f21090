"""A tap on a card means the request of that card, whatever is in hand by now."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.wording import Card
from tests.dialogue.talk import Talk, parse

BOOKED = "云米冰箱不制冷，约明天下午，王先生，13800138000，桂林市七星区建干路12号3栋201"
WASHER = "再报一台米家洗衣机，漏水，后天上午来"


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk.at(tmp_path)


def tap(talk: Talk, text: str, intent: str, card: Card) -> None:
    talk.hear({**parse(text, intent), "metadata": {"about": card.about}})


def test_a_yes_to_a_card_stores_its_own_request(talk: Talk) -> None:
    fridge = talk.say(BOOKED, "book_repair")[-1]
    tap(talk, "确认", "affirm", fridge)
    washer = talk.say(WASHER, "book_repair")[-1]
    assert washer.about and washer.about != fridge.about
    tap(talk, "确认", "affirm", fridge)
    assert "之前的" in talk.text()
    assert [ticket.product for ticket in talk.tickets()] == ["refrigerator"]
    tap(talk, "确认", "affirm", washer)
    assert len(talk.tickets()) == 2


def test_a_yes_to_the_card_below_reads_its_request_back_and_drops_nothing(talk: Talk) -> None:
    fridge = talk.say(BOOKED, "book_repair")[-1]
    complaint = talk.say("杰森师傅乱收费，多收了80块", "complain_fee")[-1]
    tap(talk, "确认", "affirm", fridge)
    assert "云米冰箱" in talk.text()
    assert talk.tickets() == []
    tap(talk, "确认", "affirm", talk.said[-1])
    assert "请核对投诉内容" in talk.text()
    tap(talk, "确认", "affirm", complaint)
    assert sorted(ticket.kind.value for ticket in talk.tickets()) == ["complaint", "repair"]


def test_a_card_of_what_was_let_go_stores_nothing(talk: Talk) -> None:
    fridge = talk.say(BOOKED, "book_repair")[-1]
    talk.say("算了", "stop")
    tap(talk, "确认", "affirm", fridge)
    assert "没有登记" in talk.text()
    assert talk.tickets() == []


def test_a_cancelling_card_cancels_its_own_ticket_only(talk: Talk) -> None:
    for words in (BOOKED, WASHER):
        talk.say(words, "book_repair")
        talk.say("确认", "affirm")
    fridge = talk.say("取消冰箱那张", "cancel_service")[-1]
    talk.say("不取消了", "deny")
    talk.say("取消洗衣机那张", "cancel_service")
    tap(talk, "确认取消", "affirm", fridge)
    assert {ticket.product: ticket.state.value for ticket in talk.tickets()} == {
        "refrigerator": "registered",
        "washer": "registered",
    }


def test_a_person_is_called_from_any_card(talk: Talk) -> None:
    fridge = talk.say(BOOKED, "book_repair")[-1]
    talk.say("算了", "stop")
    tap(talk, "转人工", "request_human", fridge)
    assert "转给人工" in talk.text()

"""A message that is told twice, after a crash say, does nothing twice and is answered in the same words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.tickets.lifecycle import Refused
from bot.tickets.model import State
from tests.dialogue.talk import Talk

BOOKED = "杰森集成灶打不着火，约明天下午，王先生，13800138000，桂林市七星区建干路12号3栋201"
QUOTED = {"quote": {"items": [{"name": "检修", "amount": 80}]}}
AGREED = {"quote": {"items": [{"name": "检修", "amount": 80, "approved": True}]}}
SHEET = {"sheet": {"found": "点火器", "parts": [], "fees": [], "warranty": {"days": 90}}}
TO_QUOTE = ("dispatched", "scheduled", "diagnosing", "quoted")
TO_SHOWN = (*TO_QUOTE, "repairing", "awaiting_acceptance")

#: What staff did, what is said before, and the message that is told twice.
WISHES: dict[str, tuple[dict[str, Any], tuple[str, ...], list[tuple[str, str]], tuple[str, str]]] = {
    "reschedule": ({}, (), [], ("改约到后天上午九点", "reschedule_visit")),
    "cancel": ({}, (), [("取消预约", "cancel_service")], ("确认取消", "affirm")),
    "message": ({}, (), [], ("给师傅带句话，敲门轻点", "inform")),
    "urge": ({}, (), [], ("催一下", "urge_ticket")),
    "approve": (QUOTED, TO_QUOTE, [("看报价", "ask_fee")], ("同意报价", "approve_quote")),
    "decline": (QUOTED, TO_QUOTE, [("不修了", "decline_quote")], ("确认不修", "decline_quote")),
    "accept": ({**AGREED, **SHEET}, TO_SHOWN, [], ("修好了", "inform")),
    "not mended": ({**AGREED, **SHEET}, TO_SHOWN, [], ("还是不行", "deny")),
    "rate": ({**AGREED, **SHEET}, TO_SHOWN, [("修好了", "inform")], ("2星", "rate_service")),
}


@pytest.mark.parametrize("wish", WISHES)
def test_a_message_told_twice_is_answered_the_same_and_changes_nothing(wish: str, tmp_path: Path) -> None:
    """The second telling meets the state from before the first, as after a lost answer."""
    fields, states, before, (text, intent) = WISHES[wish]
    talk = _booked(tmp_path, fields, states)
    for said in before:
        talk.say(*said)
    desk, turns = talk.desk, talk.turns
    talk.say(text, intent)
    told, stored = talk.text(), _stored(talk)
    talk.desk, talk.turns = desk, turns
    talk.say(text, intent)
    assert (talk.text(), _stored(talk)) == (told, stored)


@pytest.mark.parametrize("wish", WISHES)
def test_what_a_customer_changes_is_in_the_history_as_theirs(wish: str, tmp_path: Path) -> None:
    """Whoever looks at the ticket later sees that the customer did it."""
    fields, states, before, said = WISHES[wish]
    talk = _booked(tmp_path, fields, states)
    no = talk.tickets()[-1].no
    known = len(talk.stores.tickets.history(no))
    for message in (*before, said):
        talk.say(*message)
    assert {change.actor for change in talk.stores.tickets.history(no)[known:]} == {"customer"}


def _booked(folder: Path, fields: dict[str, Any], states: tuple[str, ...]) -> Talk:
    talk = Talk.at(folder)
    talk.say(BOOKED, "book_repair")
    talk.say("确认", "affirm")
    [ticket] = talk.tickets()
    if fields:
        talk.stores.tickets.amend(ticket.no, fields, actor="staff", at=talk.now)
    for state in states:
        moved = talk.stores.tickets.move(ticket.no, State(state), actor="staff", at=talk.now)
        assert not isinstance(moved, Refused)
    return talk


def _stored(talk: Talk) -> list[dict[str, Any]]:
    return [ticket.to_json(talk.stores.tickets.history(ticket.no)) for ticket in talk.stores.tickets.search()]

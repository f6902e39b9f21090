"""Changes of a ticket are said in its conversation when they happen, once, and not again when the customer writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.conversations.transcript import Message, Transcript, Who
from bot.database import Database
from bot.settings import SHANGHAI
from bot.tickets import steps
from bot.tickets.model import State
from bot.tickets.store import TicketStore
from bot.web.pushing import Pusher
from tests.dialogue.talk import Talk
from tests.tickets.desk import REPAIR, moved, opened

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
IN_THE_CHAT = replace(REPAIR, channel="rest")


@pytest.fixture
def pusher(database: Database) -> Pusher:
    return Pusher(database)


def told(pusher: Pusher) -> int:
    """What a pusher tells in two looks."""
    return pusher.look() + pusher.look()


def rows(transcript: Transcript, conversation: str = "web-1") -> list[Message]:
    return transcript.after(conversation)


def test_a_change_is_said_in_the_conversation(pusher: Pusher, tickets: TicketStore, transcript: Transcript) -> None:
    no = opened(tickets, NOW, IN_THE_CHAT).no
    moved(tickets, no, "dispatched", at=NOW)
    assert told(pusher) == 1
    (row,) = rows(transcript)
    assert row.who is Who.BOT
    assert no in row.text
    assert "已派单" in row.text
    assert row.reply_to is None
    assert row.card is not None
    assert row.card["ticket"] == {"no": no, "kind": "repair", "state": "dispatched"}
    assert "13800138000" not in row.text
    assert "李雷" not in row.text


def test_a_run_of_moves_is_one_message(pusher: Pusher, tickets: TicketStore, transcript: Transcript) -> None:
    no = opened(tickets, NOW, IN_THE_CHAT).no
    moved(tickets, no, "dispatched", at=NOW)
    assert pusher.look() == 0  # it may still go on
    tickets.change(no, steps.amend({"appointment": {"date": "2026-11-21", "from": "09:00"}}), actor="desk", at=NOW)
    moved(tickets, no, "scheduled", at=NOW)
    assert pusher.look() == 0
    assert pusher.look() == 1
    (row,) = rows(transcript)
    assert "已派单→已约好时间" in row.text
    assert "09:00" in row.text


def test_several_web_processes_say_it_once(database: Database, tickets: TicketStore, transcript: Transcript) -> None:
    no = opened(tickets, NOW, IN_THE_CHAT).no
    moved(tickets, no, "dispatched", at=NOW)
    pushers = [Pusher(database) for _ in range(3)]
    assert sum(told(pusher) for pusher in pushers) == 1
    assert len(rows(transcript)) == 1


def test_a_word_among_staff_is_not_pushed(pusher: Pusher, tickets: TicketStore, transcript: Transcript) -> None:
    no = opened(tickets, NOW, IN_THE_CHAT).no
    tickets.change(no, steps.note("客户很着急"), actor="desk", at=NOW)
    tickets.change(no, steps.amend({"assignee": "小周"}), actor="desk", at=NOW)
    told(pusher)
    assert rows(transcript) == []


def test_a_quote_offers_to_be_looked_at(pusher: Pusher, tickets: TicketStore, transcript: Transcript) -> None:
    no = opened(tickets, NOW, IN_THE_CHAT).no
    tickets.change(no, steps.amend({"appointment": {"date": "2026-11-21"}}), actor="desk", at=NOW)
    moved(tickets, no, "dispatched", "scheduled", "diagnosing", at=NOW)
    tickets.change(no, steps.quote([{"name": "换电容", "amount": "80"}]), actor="desk", at=NOW)
    told(pusher)
    (row,) = rows(transcript)
    assert tickets.get(no).state is State.QUOTED  # type: ignore[union-attr]
    assert row.card is not None
    assert [reply["title"] for reply in row.card["replies"]] == ["看报价"]


@pytest.fixture
def customer(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Talk]:
    """Somebody who has booked a repair over a channel that can tell them."""
    talk = Talk.at(tmp_path)
    talk.channel = "rest"
    talk.say("云米冰箱不制冷，约明天下午，王先生，13800138000，桂林市七星区建干路12号3栋201", "book_repair")
    talk.say("确认", "affirm")
    yield talk


def test_what_was_pushed_is_no_news_when_the_customer_comes_back(
    customer: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOXIU_NOW", customer.now.isoformat())
    (ticket,) = customer.tickets()
    moved(customer.stores.tickets, ticket.no, "dispatched", at=customer.now)
    assert told(Pusher(customer.stores.tickets._database)) == 1
    customer.now += timedelta(hours=3)
    customer.say("在吗", "greet")
    assert "新进展" not in customer.text()
    moved(customer.stores.tickets, ticket.no, "scheduled", at=customer.now)
    customer.now += timedelta(hours=3)
    customer.say("在吗", "greet")
    assert "新进展" in customer.text()

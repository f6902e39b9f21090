"""Who holds a conversation: the bot, nobody yet, or a person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from bot.conversations.mode import Held, Mode, Modes
from bot.conversations.transcript import NewMessage, Transcript, Who
from bot.database import Database
from bot.settings import SHANGHAI

AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def modes(database: Database) -> Modes:
    """The modes where nobody has set one."""
    return Modes(database)


def test_a_conversation_is_the_bots_until_somebody_else_has_it(modes: Modes, database: Database) -> None:
    """Nobody has to say that the bot answers, before the first words or after them."""
    assert modes.mode("c") == Held(conversation="c", mode=Mode.BOT)
    Transcript(database).record(NewMessage(conversation="c", who=Who.CUSTOMER, text="在吗", channel="rest", at=AT))
    assert modes.mode("c") == Held(conversation="c", mode=Mode.BOT)


def test_a_person_is_briefed_and_the_brief_stays(modes: Modes) -> None:
    """Reason, summary and slots are stored with the wish, and stay when a person takes over."""
    slots = {"brand": "viomi", "unsure": 2}
    modes.set_mode("c", Mode.WAITING, reason="asked", summary="报修冰箱", slots=slots, at=AT)
    later = AT + timedelta(minutes=1)
    modes.set_mode("c", Mode.PERSON, reason="taken", agent="小王", at=later)
    assert modes.mode("c") == Held(
        conversation="c",
        mode=Mode.PERSON,
        reason="taken",
        since=later,
        agent="小王",
        summary="报修冰箱",
        slots=slots,
    )


def test_the_longest_wait_comes_first(modes: Modes) -> None:
    """Those who wait are listed by how long; whoever has a person or the bot is not."""
    for minutes, conversation in enumerate(["a", "b", "c", "d"]):
        at = AT - timedelta(minutes=minutes)
        modes.set_mode(conversation, Mode.WAITING, reason="asked", at=at)
    modes.set_mode("b", Mode.PERSON, reason="taken", agent="小王", at=AT)
    modes.set_mode("c", Mode.BOT, reason="back", at=AT)
    assert [held.conversation for held in modes.waiting()] == ["d", "a"]


def test_a_waiting_customer_is_taken_by_one_agent(url: str) -> None:
    """Of two agents who take the same customer one has the conversation and the other is told."""
    modes = Modes(url)
    modes.set_mode("c", Mode.WAITING, reason="asked", at=AT)
    barrier = Barrier(2)

    def take(agent: str) -> Held | None:
        barrier.wait()
        return modes.set_mode("c", Mode.PERSON, reason="taken", agent=agent, at=AT, expect=Mode.WAITING)

    with ThreadPoolExecutor(2) as pool:
        held = [result for result in pool.map(take, ["小王", "小李"]) if result]
    assert len(held) == 1
    assert modes.mode("c") == held[0]

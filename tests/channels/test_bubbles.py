"""One wish in several bubbles is one turn; whatever is sent, every message gets an answer and is acted on once."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels import bubbles
from bot.channels.base import Desk
from bot.channels.bubbles import is_fragment, joined
from bot.channels.collector import Reply
from bot.conversations.buttons import payload
from bot.conversations.transcript import Status
from tests.channels.house import House

pytestmark = pytest.mark.slow  # imports Rasa


def said_at_once(house: House, *texts: str, apart: float = 0.02) -> list[list[Reply]]:
    """Messages that follow each other sooner than a turn takes; their answers."""

    async def say(n: int, text: str) -> list[Reply]:
        await asyncio.sleep(n * apart)
        return await house.hear(text, f"m{n}")

    async def all_of_them() -> list[list[Reply]]:
        return list(await asyncio.gather(*(say(n, text) for n, text in enumerate(texts))))

    return asyncio.run(all_of_them())


def heard(house: House) -> list[str]:
    return [str(message.text) for message in house.rasa.heard]


@pytest.fixture
def patient(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A channel that waits for what follows a fragment."""
    house.desk = Desk(house.rasa, house.database, now=lambda: house.now, turn=0.3, patience=0.15)
    return house


def test_what_arrives_while_a_turn_runs_is_one_message(house: House) -> None:
    house.rasa.takes = 0.15
    answers = said_at_once(house, "你好", "我家冰箱", "漏水了", apart=0.04)
    assert heard(house) == ["你好", "我家冰箱，漏水了"]
    assert all(answers)
    assert {row.status for row in house.transcript.after("one") if row.who.value == "customer"} == {Status.ANSWERED}


def test_a_bubble_that_is_sent_again_gets_the_words_of_its_turn(house: House) -> None:
    house.rasa.takes = 0.15
    said_at_once(house, "你好", "我家冰箱", "漏水了", apart=0.04)
    house.rasa.answers = [{"text": "another answer"}]
    assert house.say("我家冰箱", "m1") == house.say("漏水了", "m2") == [Reply("好的")]
    assert len(house.rasa.heard) == 2


def test_a_tap_is_a_message_of_its_own(house: House) -> None:
    house.rasa.takes = 0.15
    said_at_once(house, "再等一下", "电话错了", payload("确认", "d1", "one"), "谢谢", apart=0.03)
    assert heard(house) == ["再等一下", "电话错了", "确认", "谢谢"]


def test_a_turn_that_fails_fails_for_all_of_its_bubbles(house: House) -> None:
    house.rasa.takes, house.rasa.raises_first = 0.1, RuntimeError("away")
    answers = said_at_once(house, "你好", "我家冰箱", "漏水了", apart=0.03)
    assert len({answer[0].text for answer in answers}) == 1
    assert {row.status for row in house.transcript.after("one") if row.who.value == "customer"} == {Status.FAILED}
    house.rasa.raises_first = None
    assert house.say("漏水了", "m2") == [Reply("好的")]


def test_other_conversations_do_not_wait(house: House) -> None:
    house.rasa.takes = 0.1

    async def both() -> None:
        from bot.channels.base import Said

        said = [Said(conversation=name, text="你好", channel="rest", message_id=name) for name in ("a", "b")]
        await asyncio.gather(*(house.desk.hear(one) for one in said))

    asyncio.run(both())
    assert heard(house) == ["你好", "你好"]


def test_a_fragment_is_waited_with(patient: House) -> None:
    answers = said_at_once(patient, "你好", "我家冰箱", "漏水了", apart=0.05)
    assert heard(patient) == ["你好，我家冰箱，漏水了"]
    assert answers == [[Reply("好的")]] * 3


def test_a_whole_wish_is_not_waited_with(patient: House) -> None:
    said_at_once(patient, "你好", "云米冰箱不制冷了想约明天下午", apart=0.05)
    assert heard(patient) == ["你好，云米冰箱不制冷了想约明天下午"]
    patient.rasa.heard.clear()
    patient.say("云米冰箱不制冷了想约明天下午", "m9")
    assert heard(patient) == ["云米冰箱不制冷了想约明天下午"]


def test_an_answer_is_not_waited_with(patient: House) -> None:
    """Where a question is open, 确认 is whole."""
    patient.rasa.answers = [{"text": "请核对"}, {"custom": {"type": "ask"}}]
    patient.say("云米冰箱不制冷了想约明天下午", "m1")
    patient.desk._bubbles._until_quiet = None  # type: ignore[method-assign,assignment]
    assert patient.say("确认", "m2")


def test_who_goes_on_and_on_is_answered_in_between(patient: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubbles, "MOST_WAITED", 0.2)
    answers = said_at_once(patient, *["嗯"] * 12, apart=0.05)
    assert 2 <= len(heard(patient)) < 12
    assert all(answers)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("你好", True), ("我家冰箱", True), ("漏水了", True), ("保多久？", False), ("在吗", False), ("尾号1234", False)],
)
def test_what_may_go_on(text: str, is_one: bool) -> None:
    assert is_fragment(text) is is_one


def test_bubbles_are_joined_as_they_are_read() -> None:
    assert joined(["你好", "我家冰箱", "漏水了"]) == "你好，我家冰箱，漏水了"
    assert joined(["你好！", "冰箱漏水"]) == "你好！冰箱漏水"

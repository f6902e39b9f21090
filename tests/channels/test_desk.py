"""A message's way: stored first, acted on once, always answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import pytest

from bot.channels.collector import Reply
from bot.conversations.buttons import OF_NOTHING, payload
from bot.conversations.mode import Mode
from bot.conversations.transcript import NewMessage, Status, Who
from bot.wording import sentence
from tests.channels.house import House

pytestmark = pytest.mark.slow  # imports Rasa

CARD = {"type": "ask", "replies": [{"title": "是", "payload": "是"}]}


def test_the_words_are_stored_before_anybody_thinks(house: House) -> None:
    """When Rasa gets a message, it stands in the transcript."""
    before: list[tuple[str, str]] = []

    async def look(_message: object) -> None:
        before.extend(house.rows())

    house.desk._on_new_message = look
    house.say("冰箱坏了")
    assert before == [("customer", "冰箱坏了")]


def test_replies_are_stored_in_their_order_with_their_cards(house: House) -> None:
    """The transcript tells what was answered, to which words, and the customer's row is settled."""
    house.rasa.answers = [{"text": "先说一句"}, {"text": "是吗?"}, {"custom": CARD}]
    house.say("在吗")
    asked, *answers = house.transcript.after("one")
    assert [(a.who, a.text, a.card, a.reply_to) for a in answers] == [
        (Who.BOT, "先说一句", None, asked.id),
        (Who.BOT, "是吗?", CARD, asked.id),
    ]
    assert asked.status is Status.ANSWERED


def test_one_paragraph_is_one_bubble(house: House) -> None:
    """Stock channels cut a text at its blank lines, and a card then belongs to the last piece."""
    house.rasa.answers = [{"text": "第一段\n\n第二段"}, {"custom": CARD}]
    assert house.say("在吗") == [Reply("第一段\n\n第二段", CARD)]


def test_buttons_without_a_card_are_not_lost(house: House) -> None:
    """A plain question with buttons is a card of type ask."""
    house.rasa.answers = [{"text": "是吗?", "buttons": CARD["replies"]}]
    assert house.say("在吗") == [Reply("是吗?", CARD)]


def test_a_tap_is_stored_as_its_words_and_names_its_request(house: House) -> None:
    """The code behind a quick reply is for the dialogue: nobody reads it, and nobody can make one up."""
    house.say(payload("确认", "8043246027b3750e44dc", "one"), "m1")
    house.say("确认 #8043246027b3750e44dc.AAAAAAAAAAAA", "m2")
    house.say("确认", "m3")
    assert [text for who, text in house.rows() if who == "customer"] == ["确认", "确认", "确认"]
    assert [(m.text, m.metadata["about"]) for m in house.rasa.heard] == [
        ("确认", "8043246027b3750e44dc"),
        ("确认", OF_NOTHING),
        ("确认", None),
    ]


def test_a_message_id_seen_before_gets_the_same_words(house: House) -> None:
    """A platform that sends again is answered again, and nothing is done again."""
    house.rasa.answers = [{"text": "登记好了"}, {"custom": CARD}]
    first = house.say("确认", "m1")
    house.rasa.answers = [{"text": "another answer"}]
    assert house.say("确认", "m1") == first
    assert len(house.rasa.heard) == 1
    assert len(house.rows()) == 2


def test_the_same_words_with_another_id_are_another_message(house: House) -> None:
    """A customer may say 好 twice."""
    house.say("好", "m1")
    house.say("好", "m2")
    house.say("好")
    house.say("好")
    assert len(house.rasa.heard) == 4


def test_a_retry_during_the_first_attempt_waits_for_it(house: House) -> None:
    """Platforms retry after five seconds, while the first attempt may still be at work."""

    async def twice() -> list[list[Reply]]:
        house.rasa.takes = 0.15
        return list(await asyncio.gather(house.hear("确认", "m1"), house.hear("确认", "m1")))

    first, second = asyncio.run(twice())
    assert first == second == [Reply("好的")]
    assert len(house.rasa.heard) == 1


def test_a_sender_who_hangs_up_stops_nothing(house: House) -> None:
    """The turn goes on to its end, and a retry gets its words."""

    async def hang_up_and_retry() -> list[Reply]:
        house.rasa.takes = 0.15
        request = asyncio.ensure_future(house.hear("确认", "m1"))
        await asyncio.sleep(0.1)
        request.cancel()
        return await house.hear("确认", "m1")

    assert asyncio.run(hang_up_and_retry()) == [Reply("好的")]
    assert len(house.rasa.heard) == 1


def test_a_message_that_failed_is_tried_again(house: House) -> None:
    """这句没有记下 invites to send again; the same id is then no repetition, but a new try."""
    house.rasa.raises_first = RuntimeError("no Rasa")
    assert house.say("确认", "m1") == [Reply(sentence("channel.busy"))]
    house.rasa.raises_first = None
    assert house.say("确认", "m1") == house.say("确认", "m1") == [Reply("好的")]
    assert [m.message_id for m in house.rasa.heard] == ["m1", "m1"]


def test_an_attempt_that_died_is_taken_up_after_a_while(house: House) -> None:
    """A process killed in the middle leaves words that nobody is at any more."""
    house.transcript.record(
        NewMessage(conversation="one", who=Who.CUSTOMER, text="确认", channel="rest", at=house.now, message_id="m1")
    )
    assert house.say("确认", "m1") == [Reply(sentence("channel.busy"))]
    house.pass_time(60)
    assert house.say("确认", "m1") == [Reply("好的")]


@pytest.mark.parametrize("answers", [[], [{"text": ""}], [{"custom": CARD}]])
def test_silence_is_never_the_answer(house: House, answers: list[dict[str, object]]) -> None:
    """An action that failed sends nothing; the customer hears that it did not work."""
    house.rasa.answers = answers
    assert house.say("在吗") == [Reply(sentence("channel.busy"))]
    (row, said) = house.transcript.after("one")
    assert (row.status, said.who) == (Status.FAILED, Who.SYSTEM)


def test_what_was_done_is_said_even_if_the_turn_breaks(house: House) -> None:
    """登记好了 is true once it was sent: an error after it takes nothing back."""
    house.rasa.raises = RuntimeError("cannot save the tracker")
    assert house.say("确认") == [Reply("好的")]


def test_a_turn_has_an_end(house: House) -> None:
    """What hangs is given up."""
    house.rasa.takes = 30
    assert house.say("在吗") == [Reply(sentence("channel.busy"))]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), ("  \n", "empty"), ("///", "not_understood"), ("\x00\x07", "not_understood")],
)
def test_nothing_is_nothing_to_store(house: House, text: str, code: str) -> None:
    """A message without words is answered, and neither Rasa nor the transcript sees it."""
    assert house.say(text) == [Reply(sentence(f"channel.{code}"))]
    assert house.rasa.heard == [] and house.rows() == []


def test_a_thousand_characters_are_heard_and_more_are_not(house: House) -> None:
    """A pasted document is refused in a plain sentence, and both stand in the transcript."""
    assert house.say("好" * 1000) == [Reply("好的")]
    assert house.say("好" * 1001) == [Reply(sentence("channel.too_long"))]
    assert len(house.rasa.heard) == 1
    assert house.rows()[-2:] == [
        ("customer", "好" * 1000),
        ("bot", sentence("channel.too_long")),
    ]


def test_rasa_gets_no_commands(house: House) -> None:
    """/affirm would skip understanding."""
    house.say("/affirm")
    assert house.rasa.heard[0].text == "affirm"


def test_a_person_is_not_interrupted(house: House) -> None:
    """In mode person the words are stored, Rasa is silent, and the sender is told who reads."""
    house.modes.set_mode("one", Mode.PERSON, reason="asked", at=house.now)
    assert house.say("还在吗", "m1") == [Reply(sentence("channel.with_person"))]
    assert house.say("还在吗", "m1") == [Reply(sentence("channel.with_person"))]
    assert house.rasa.heard == [] and house.rows() == [("customer", "还在吗")]


def test_while_waiting_for_a_person_the_bot_goes_on(house: House) -> None:
    """Only a person at the desk silences it."""
    house.modes.set_mode("one", Mode.WAITING, reason="asked", at=house.now)
    assert house.say("还在吗") == [Reply("好的")]


def test_the_same_words_have_the_same_id_for_rasa(house: House) -> None:
    """Draft ids are made of it: without an id of the sender's the stored row gives one."""
    house.say("确认")
    house.say("确认", "m1")
    ids = [(m.message_id, m.metadata["message_id"], m.input_channel) for m in house.rasa.heard]
    assert ids == [("row-1", "row-1", "rest"), ("m1", "m1", "rest")]


def test_words_that_cannot_be_stored_are_not_acted_on(broken_house: Callable[[], House]) -> None:
    """Better to say that it did not work than to lose what was said."""
    house = broken_house()
    assert house.say("冰箱坏了") == [Reply(sentence("channel.busy"))]
    assert house.rasa.heard == []


def test_logs_hold_no_words_of_a_customer(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in passing nor in what an error says."""
    house.rasa.raises_first = RuntimeError("我叫王小明,电话13812345678")
    with caplog.at_level(logging.DEBUG):
        house.say("我叫王小明,电话13812345678")
    assert "RuntimeError" in caplog.text
    assert "13812345678" not in caplog.text and "王小明" not in caplog.text

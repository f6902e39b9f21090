"""What the transcript keeps, in which order, and how far a customer's words came."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Event, Thread

import pytest

from bot.conversations.transcript import Message, NewMessage, Status, Stored, Transcript, Who
from bot.database import Database, StoreUnavailable
from bot.settings import SHANGHAI

AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
LATER = AT + timedelta(minutes=5)


@pytest.fixture
def transcript(database: Database) -> Transcript:
    """A transcript in which nothing was said."""
    return Transcript(database)


def said(transcript: Transcript, text: str, *, message_id: str | None = None, at: datetime = AT) -> Stored:
    """A customer's words in the conversation c."""
    return transcript.record(
        NewMessage(conversation="c", who=Who.CUSTOMER, text=text, channel="rest", message_id=message_id, at=at)
    )


def answered(transcript: Transcript, text: str, to: Message, card: dict[str, object] | None = None) -> Message:
    """The bot's answer to a customer's row."""
    stored = transcript.record(
        NewMessage(conversation="c", who=Who.BOT, text=text, channel="rest", card=card, reply_to=to.id, at=AT)
    )
    return stored.row


def test_a_row_is_read_as_it_was_recorded(transcript: Transcript) -> None:
    """Text, card, times and whose words they are come back unchanged."""
    question = said(transcript, "冰箱不制冷😀", message_id="m1").row
    card = {"type": "coverage", "outcome": "conditional", "until": ["2026-03-01", "2028-03-01"]}
    answer = answered(transcript, "", question, card)
    assert transcript.after("c") == [question, answer]
    assert (question.who, question.kind, question.text) == (Who.CUSTOMER, "text", "冰箱不制冷😀")
    assert (question.at, question.status, question.tried) == (AT, Status.RECEIVED, AT)
    assert (answer.kind, answer.card, answer.reply_to) == ("card", card, question.id)
    assert (answer.status, answer.tried) == (None, None)


def test_words_that_no_database_takes_are_stored_without_them(transcript: Transcript) -> None:
    """NUL and half a character do not keep a customer's words from being stored."""
    row = said(transcript, "冰箱\0漏水\ud83d").row
    assert row.text == "冰箱漏水?"
    assert transcript.after("c") == [row]


def test_a_message_seen_before_is_not_stored_again(transcript: Transcript) -> None:
    """A repeated message id gives the first row, and how far its words came."""
    first = said(transcript, "约明天", message_id="m1")
    going = said(transcript, "约明天", message_id="m1", at=LATER)
    assert (first.seen_before, going.seen_before) == (False, True)
    assert going.row == first.row and going.row.status is Status.RECEIVED
    transcript.settle(first.row.id, Status.ANSWERED)
    assert said(transcript, "约明天", message_id="m1").row.status is Status.ANSWERED
    assert len(transcript.after("c")) == 1


def test_a_message_id_belongs_to_its_conversation(transcript: Transcript) -> None:
    """Two conversations may use the same id, and words without an id are never the same."""
    said(transcript, "好", message_id="m1")
    other = transcript.record(
        NewMessage(conversation="d", who=Who.CUSTOMER, text="好", channel="rest", message_id="m1", at=AT)
    )
    assert not other.seen_before
    assert not said(transcript, "好").seen_before
    assert not said(transcript, "好").seen_before


def test_only_a_customer_repeats_messages(transcript: Transcript) -> None:
    """A message id on other words is a mistake of the program."""
    with pytest.raises(ValueError, match="message id"):
        transcript.record(NewMessage(conversation="c", who=Who.BOT, text="好", channel="rest", message_id="m1", at=AT))


def test_a_message_sent_twice_at_once_is_stored_once(url: str) -> None:
    """Of four copies that arrive at the same moment one is new and three were seen before."""
    transcript = Transcript(url)
    barrier = Barrier(4)

    def arrive(_: int) -> Stored:
        barrier.wait()
        return said(transcript, "约明天", message_id="m1")

    with ThreadPoolExecutor(4) as pool:
        stored = list(pool.map(arrive, range(4)))
    assert sorted(s.seen_before for s in stored) == [False, True, True, True]
    assert len({s.row.id for s in stored}) == 1


def test_the_same_words_can_be_said_again(transcript: Transcript) -> None:
    """The answers to a row are found in their order, without those to other rows."""
    one, two = said(transcript, "一").row, said(transcript, "二").row
    first = answered(transcript, "答一", one)
    answered(transcript, "答二", two)
    second = answered(transcript, "再答一", one)
    assert transcript.replies_to(one.id) == [first, second]


def test_a_reader_goes_on_from_the_last_row(transcript: Transcript) -> None:
    """Rows after an id come oldest first, of one conversation only, up to the limit."""
    rows = [said(transcript, str(n)).row for n in range(5)]
    transcript.record(NewMessage(conversation="d", who=Who.SYSTEM, text="", channel="rest", kind="event", at=AT))
    assert transcript.after("c", rows[1].id) == rows[2:]
    assert transcript.after("c", rows[1].id, limit=2) == rows[2:4]
    assert transcript.after("c", rows[4].id) == transcript.after("nobody") == []
    assert transcript.get(rows[2].id) == rows[2]
    assert transcript.get(10**9) is None


@pytest.mark.slow
def test_no_reader_misses_a_row(database: Database) -> None:
    """While four write to a conversation, a reader who goes on from the last id sees every row."""
    transcript = Transcript(database)
    done = Event()
    seen: list[int] = []

    def read() -> None:
        while True:
            is_over = done.is_set()
            seen.extend(row.id for row in transcript.after("c", seen[-1] if seen else 0))
            if is_over:
                return

    reader = Thread(target=read)
    reader.start()
    try:
        with ThreadPoolExecutor(4) as pool:
            written = [s.row.id for s in pool.map(lambda n: said(transcript, str(n)), range(60))]
    finally:
        done.set()
        reader.join()
    assert seen == sorted(written)


def test_the_customers_latest_words(transcript: Transcript) -> None:
    """The last words of the customer are found behind whatever was answered."""
    assert transcript.last_customer("c") is None
    said(transcript, "一")
    latest = said(transcript, "二").row
    answered(transcript, "答", latest)
    assert transcript.last_customer("c") == latest


def test_words_without_an_answer_are_found(transcript: Transcript) -> None:
    """Words that failed are open at once, words still being answered only after a while."""
    left, failed, done, fresh = (said(transcript, text).row for text in "一二三四")
    transcript.settle(failed.id, Status.FAILED)
    transcript.settle(done.id, Status.ANSWERED)
    fresh = said(transcript, "五", at=LATER).row
    open_ = [row.text for row in transcript.unanswered(older_than=LATER)]
    assert open_ == [left.text, failed.text, "四"]
    assert [row.text for row in transcript.pending("c")] == [*open_, fresh.text]


def test_words_are_handed_over_by_one_only(url: str) -> None:
    """Of four who take the same failed words one gets them, and they are no longer open."""
    transcript = Transcript(url)
    row = said(transcript, "一").row
    transcript.settle(row.id, Status.FAILED)
    barrier = Barrier(4)

    def take(_: int) -> bool:
        barrier.wait()
        return transcript.take(row.id, older_than=AT, at=LATER)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, range(4))) == [False, False, False, True]
    assert transcript.unanswered(older_than=LATER) == []
    assert [r.id for r in transcript.unanswered(older_than=LATER + timedelta(1))] == [row.id]


def test_a_transcript_that_cannot_be_written_says_so() -> None:
    """Without its database the transcript is unavailable: the words were not noted."""
    transcript = Transcript("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(StoreUnavailable):
        said(transcript, "一")

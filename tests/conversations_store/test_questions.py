"""Questions that the sources do not answer are kept for the support team, once and without numbers."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.conversations.questions import Question, Questions
from bot.database import Database
from bot.settings import SHANGHAI

AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def questions(database: Database) -> Questions:
    """A list with nothing on it."""
    return Questions(database)


def asked(text: str, brand: str | None = "viomi") -> Question:
    """A question of one conversation."""
    return Question(text=text, brand=brand, product="tv", at=AT, channel="rest", conversation="c")


def test_a_question_is_read_as_it_was_kept(questions: Questions) -> None:
    """What was asked, of which brand and product, when and where comes back."""
    questions.record(asked("洗碗机用什么盐"))
    assert list(questions.newest()) == [asked("洗碗机用什么盐")]


def test_a_message_told_twice_is_one_question(questions: Questions) -> None:
    """The same message id is kept once; without an id each is a question of its own."""
    for message_id in ("m1", "m1", None, None):
        questions.record(asked("用什么盐"), message_id=message_id)
    assert len(questions.newest()) == 3


@pytest.mark.parametrize(
    "text",
    [
        "我是13800138000,用什么盐",
        "我是１３８００１３８０００用什么盐",
        "一三八零零一三八零零零用什么盐",
        "138 0013 8000用什么盐",
        "我138-0013-8000用什么盐",
    ],
)
def test_no_number_is_kept(questions: Questions, text: str) -> None:
    """Phones and other long numbers are left out, however they are written."""
    questions.record(asked(text))
    (kept,) = questions.newest()
    assert "用什么盐" in kept.text and "8001" not in kept.text and "0013" not in kept.text


def test_the_newest_of_a_brand(questions: Questions) -> None:
    """The last come first, of one brand where it is named, no more than asked for."""
    for n, brand in enumerate(("viomi", "jason", None, "viomi")):
        questions.record(asked(str(n), brand))
    assert [q.text for q in questions.newest()] == ["3", "2", "1", "0"]
    assert [q.text for q in questions.newest(brand="viomi", limit=1)] == ["3"]

"""What a one-time code proves, for how long, and how it is sent and kept."""

from __future__ import annotations

import json
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.database import Database
from bot.tickets.codes import FileSender, NotSent, OneTimeCodes, Proven, Sent, TooSoon, Wrong
from bot.tickets.tables import codes
from tests.tickets.code_sender import CodeSender

MINUTE = timedelta(minutes=1)


@pytest.fixture
def sender() -> CodeSender:
    return CodeSender()


@pytest.fixture
def one_time(database: Database, sender: CodeSender) -> OneTimeCodes:
    """Codes that go to the phone of the test."""
    return OneTimeCodes(database, sender, key=b"a key of this test")


def test_a_code_told_back_proves_the_phone(one_time: OneTimeCodes, sender: CodeSender, at: datetime) -> None:
    """The code that reached a phone proves it for two hours, in the conversation it was asked for in."""
    assert one_time.send("+86 138 0013 8000", conversation="web-1", at=at) == Sent(at + 5 * MINUTE)
    assert sender.sent[0][0] == "13800138000" and len(sender.last) == 6
    proven = Proven("13800138000", at + MINUTE + timedelta(hours=2))
    assert one_time.check(sender.last, conversation="web-1", at=at + MINUTE) == proven
    assert one_time.proven("web-1", at=at + timedelta(hours=2)) == proven
    assert one_time.proven("web-1", at=at + timedelta(hours=2) + MINUTE) is None
    assert one_time.proven("web-2", at=at) is None


def test_a_code_is_good_once(one_time: OneTimeCodes, sender: CodeSender, at: datetime) -> None:
    """A code that has proven something proves nothing more."""
    one_time.send("13800138000", conversation="web-1", at=at)
    assert isinstance(one_time.check(sender.last, conversation="web-1", at=at), Proven)
    assert one_time.check(sender.last, conversation="web-1", at=at) == Wrong(0)


def test_a_code_is_good_for_its_conversation_only(one_time: OneTimeCodes, sender: CodeSender, at: datetime) -> None:
    """Another conversation's code is no code."""
    one_time.send("13800138000", conversation="web-1", at=at)
    assert one_time.check(sender.last, conversation="web-2", at=at) == Wrong(0)


def test_a_code_is_good_for_five_minutes(one_time: OneTimeCodes, sender: CodeSender, at: datetime) -> None:
    """The right code at the end of its time is wrong."""
    one_time.send("13800138000", conversation="web-1", at=at)
    assert one_time.check(sender.last, conversation="web-1", at=at + 5 * MINUTE) == Wrong(0)
    just_in_time = at + 5 * MINUTE - timedelta(seconds=1)
    assert isinstance(one_time.check(sender.last, conversation="web-1", at=just_in_time), Proven)


def test_three_wrong_codes_spoil_the_right_one(one_time: OneTimeCodes, sender: CodeSender, at: datetime) -> None:
    """After three wrong tries only a new code helps."""
    one_time.send("13800138000", conversation="web-1", at=at)
    tries = [one_time.check(wrong, conversation="web-1", at=at) for wrong in (sender.wrong, "", "一二三四五六")]
    assert tries == [Wrong(2), Wrong(1), Wrong(0)]
    assert one_time.check(sender.last, conversation="web-1", at=at) == Wrong(0)
    one_time.send("13800138000", conversation="web-1", at=at + MINUTE)
    assert isinstance(one_time.check(sender.last, conversation="web-1", at=at + MINUTE), Proven)


def test_a_new_code_makes_the_old_one_worthless(one_time: OneTimeCodes, sender: CodeSender, at: datetime) -> None:
    """Of two codes only the later one proves anything."""
    one_time.send("13800138000", conversation="web-1", at=at)
    old = sender.last
    one_time.send("13800138000", conversation="web-1", at=at + MINUTE)
    if old != sender.last:
        assert one_time.check(old, conversation="web-1", at=at + MINUTE) == Wrong(2)
    assert isinstance(one_time.check(sender.last, conversation="web-1", at=at + MINUTE), Proven)


def test_codes_are_not_sent_without_end(one_time: OneTimeCodes, sender: CodeSender, at: datetime) -> None:
    """A minute lies between two codes, and a day has five, for a phone and for a conversation."""
    assert isinstance(one_time.send("13800138000", conversation="web-1", at=at), Sent)
    soon = TooSoon(at + MINUTE)
    assert one_time.send("13800138000", conversation="web-2", at=at + MINUTE / 2) == soon
    assert one_time.send("13700137000", conversation="web-1", at=at + MINUTE / 2) == soon
    for n in range(1, 5):
        assert isinstance(one_time.send("13800138000", conversation=f"web-{n}", at=at + n * MINUTE), Sent)
    tomorrow = TooSoon(at + timedelta(days=1))
    assert one_time.send("13800138000", conversation="web-9", at=at + 9 * MINUTE) == tomorrow
    assert len(sender.sent) == 5


def test_a_code_is_stored_as_nobody_can_read_it(
    one_time: OneTimeCodes, database: Database, sender: CodeSender, at: datetime
) -> None:
    """What is stored of a code is a digest that the database alone cannot be searched for."""
    one_time.send("13800138000", conversation="web-1", at=at)
    with database.reading() as connection:
        (row,) = connection.execute(sa.select(codes)).all()
    assert sender.last not in json.dumps([str(value) for value in row])
    elsewhere = OneTimeCodes(database, sender, key=b"another key")
    assert elsewhere.check(sender.last, conversation="web-1", at=at) == Wrong(2)


def test_what_was_not_sent_does_not_count(one_time: OneTimeCodes, sender: CodeSender, at: datetime) -> None:
    """When the message cannot be sent there is no code, and the next try is not made to wait."""
    sender.is_out = True
    with pytest.raises(NotSent):
        one_time.send("13800138000", conversation="web-1", at=at)
    sender.is_out = False
    assert isinstance(one_time.send("13800138000", conversation="web-1", at=at), Sent)


def test_without_a_gateway_codes_lie_in_a_file(tmp_path: Path) -> None:
    """The sender that comes with the program appends to a file that only its owner reads."""
    file = tmp_path / "codes.jsonl"
    sender = FileSender(file)
    sender.send("13800138000", "012345")
    sender.send("13700137000", "543210")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["code"] for line in lines] == ["012345", "543210"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(NotSent):
        FileSender(tmp_path).send("13800138000", "1")


def test_codes_that_nothing_is_said_of_go_to_the_programs_own_place(
    database: Database, at: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a sender and a key the file lies in BAOXIU_VAR, and processes of one place know each other's codes."""
    monkeypatch.setenv("BAOXIU_VAR", str(tmp_path))
    OneTimeCodes(database).send("13800138000", conversation="web-1", at=at)
    code = json.loads((tmp_path / "codes.jsonl").read_text())["code"]
    assert isinstance(OneTimeCodes(database).check(code, conversation="web-1", at=at), Proven)

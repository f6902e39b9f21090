"""Who is shown a ticket, how wrong answers lock, and what a one-time code proves."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.database import Database
from bot.tickets.codes import FileSender, NotSent, OneTimeCodes, Proven, Sent, TooSoon, Wrong
from bot.tickets.identity import Identity, Locked, NotShown, Shown
from bot.tickets.model import Contact, Kind, NewTicket, State
from bot.tickets.store import TicketStore
from bot.tickets.tables import codes

REQUEST = NewTicket(
    kind=Kind.REPAIR,
    product="refrigerator",
    phone="13800138000",
    contact=Contact(phone="13900139111"),
    conversation="web-1",
)
MINUTE = timedelta(minutes=1)
UNKNOWN = "BX000000000"


@pytest.fixture
def identity(database: Database) -> Identity:
    """Decides on the tickets of the store."""
    return Identity(database)


@pytest.fixture
def no(store: TicketStore, at: datetime) -> str:
    """The number of a ticket."""
    return store.open("d1", REQUEST, actor="customer", at=at).ticket.no


def test_a_conversation_is_shown_its_own_tickets(identity: Identity, no: str) -> None:
    """Y21: whoever opened a ticket in a conversation sees it there without being asked."""
    assert [ticket.no for ticket in identity.of_conversation("web-1").tickets] == [no]
    assert identity.of_conversation("web-2").tickets == ()
    assert identity.without_asking(no, conversation="web-1") is not None
    assert identity.without_asking(no, conversation="web-2") is None


@pytest.mark.parametrize("last4", ["8000", "9111"])
def test_a_number_and_the_end_of_its_phone_show_a_ticket(identity: Identity, no: str, at: datetime, last4: str) -> None:
    """Y21: number and last four digits, the customer's or the contact's, show the ticket in any conversation."""
    shown = identity.by_last4(no, last4, conversation="web-2", at=at)
    assert isinstance(shown, Shown) and [ticket.no for ticket in shown.tickets] == [no]


def test_a_proven_phone_is_shown_its_open_tickets(
    identity: Identity, store: TicketStore, no: str, at: datetime
) -> None:
    """Where the phone is proven its open tickets are shown, those that are over are not."""
    over = store.open("d2", REQUEST, actor="customer", at=at).ticket.no
    store.move(over, State.CANCELLED, actor="customer", at=at)
    assert [ticket.no for ticket in identity.of_proven_phone("+86 139 0013 9111").tickets] == [no]
    assert identity.of_proven_phone("13700137000").tickets == ()
    assert identity.without_asking(no, conversation="call-9", phone="13800138000") is not None
    assert identity.without_asking(over, conversation="call-9", phone="13800138000") is None


@pytest.mark.parametrize("last4", ["0000", "", "000", "138000", "八〇〇〇", "\ud83d000"])
def test_a_wrong_answer_is_what_an_unknown_number_is(identity: Identity, no: str, at: datetime, last4: str) -> None:
    """Y99: a wrong or malformed answer and an unknown number get the same answer, try by try."""
    for n in range(3):
        wrong = identity.by_last4(no, last4, conversation="web-2", at=at)
        unknown = identity.by_last4(UNKNOWN, "8000", conversation="web-3", at=at)
        assert wrong == unknown == (NotShown(2 - n) if n < 2 else Locked(at + 30 * MINUTE))


def test_three_wrong_answers_close_the_conversation(identity: Identity, no: str, at: datetime) -> None:
    """After three wrong answers for three numbers a conversation is not even shown what it answers rightly."""
    for n in range(3):
        identity.by_last4(f"BX00000000{n}", "1234", conversation="web-2", at=at)
    assert identity.by_last4(no, "8000", conversation="web-2", at=at) == Locked(at + 30 * MINUTE)
    assert isinstance(identity.by_last4(no, "8000", conversation="web-3", at=at), Shown)


def test_three_wrong_answers_close_the_number(identity: Identity, no: str, at: datetime) -> None:
    """After three wrong answers in three conversations a number is closed in all others, but for its own."""
    for n in range(3):
        identity.by_last4(no, "1234", conversation=f"web-{n + 2}", at=at)
    assert identity.by_last4(no, "8000", conversation="web-9", at=at) == Locked(at + 30 * MINUTE)
    assert identity.without_asking(no, conversation="web-1") is not None


def test_a_lock_ends_with_its_time(identity: Identity, no: str, at: datetime) -> None:
    """Half an hour after the last wrong answer the right one counts again, and not a minute before."""
    for n in range(3):
        identity.by_last4(no, "1234", conversation="web-2", at=at + n * MINUTE)
    assert isinstance(identity.by_last4(no, "8000", conversation="web-2", at=at + 31 * MINUTE), Locked)
    assert isinstance(identity.by_last4(no, "8000", conversation="web-2", at=at + 32 * MINUTE), Shown)
    assert identity.by_last4(no, "1234", conversation="web-2", at=at + 32 * MINUTE) == NotShown(2)


def test_a_right_answer_wipes_out_no_wrong_one(identity: Identity, store: TicketStore, no: str, at: datetime) -> None:
    """Showing one's own ticket in between does not buy more tries at another's."""
    own = store.open("d2", replace(REQUEST, phone="13700137000"), actor="customer", at=at).ticket.no
    identity.by_last4(no, "0001", conversation="web-2", at=at)
    identity.by_last4(no, "0002", conversation="web-2", at=at)
    assert isinstance(identity.by_last4(own, "7000", conversation="web-2", at=at), Shown)
    assert isinstance(identity.by_last4(no, "0003", conversation="web-2", at=at), Locked)


def test_many_answers_at_once_are_counted_one_by_one(identity: Identity, no: str, at: datetime) -> None:
    """Of twelve guesses at the same moment no more than three are looked at."""

    def guess(n: int) -> Shown | NotShown | Locked:
        return identity.by_last4(no, f"{n:04}", conversation="web-2", at=at)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(guess, range(12)))
    assert sorted(a.tries_left for a in answers if isinstance(a, NotShown)) == [1, 2]
    assert sum(isinstance(answer, Locked) for answer in answers) == 10


# One-time codes


class Phone:
    """A sender whose messages can be read."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str]] = []
        self.is_broken = False

    def send(self, phone: str, code: str) -> None:
        if self.is_broken:
            raise NotSent("no gateway")
        self.received.append((phone, code))

    @property
    def code(self) -> str:
        return self.received[-1][1]


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def one_time(database: Database, phone: Phone) -> OneTimeCodes:
    """Codes that go to the phone of the test."""
    return OneTimeCodes(database, phone, key=b"a key of this test")


def other(code: str) -> str:
    """A code that this one is not."""
    return f"{(int(code) + 1) % 10**6:06}"


def test_a_code_told_back_proves_the_phone(one_time: OneTimeCodes, phone: Phone, at: datetime) -> None:
    """The code that reached a phone proves it for two hours, in the conversation it was asked for in."""
    assert one_time.send("+86 138 0013 8000", conversation="web-1", at=at) == Sent(at + 5 * MINUTE)
    assert phone.received[0][0] == "13800138000" and len(phone.code) == 6
    proven = Proven("13800138000", at + MINUTE + timedelta(hours=2))
    assert one_time.check(phone.code, conversation="web-1", at=at + MINUTE) == proven
    assert one_time.proven("web-1", at=at + timedelta(hours=2)) == proven
    assert one_time.proven("web-1", at=at + timedelta(hours=2) + MINUTE) is None
    assert one_time.proven("web-2", at=at) is None


def test_a_code_is_good_once(one_time: OneTimeCodes, phone: Phone, at: datetime) -> None:
    """A code that has proven something proves nothing more."""
    one_time.send("13800138000", conversation="web-1", at=at)
    assert isinstance(one_time.check(phone.code, conversation="web-1", at=at), Proven)
    assert one_time.check(phone.code, conversation="web-1", at=at) == Wrong(0)


def test_a_code_is_good_for_its_conversation_only(one_time: OneTimeCodes, phone: Phone, at: datetime) -> None:
    """Another conversation's code is no code."""
    one_time.send("13800138000", conversation="web-1", at=at)
    assert one_time.check(phone.code, conversation="web-2", at=at) == Wrong(0)


def test_a_code_is_good_for_five_minutes(one_time: OneTimeCodes, phone: Phone, at: datetime) -> None:
    """The right code at the end of its time is wrong."""
    one_time.send("13800138000", conversation="web-1", at=at)
    assert one_time.check(phone.code, conversation="web-1", at=at + 5 * MINUTE) == Wrong(0)
    just_in_time = at + 5 * MINUTE - timedelta(seconds=1)
    assert isinstance(one_time.check(phone.code, conversation="web-1", at=just_in_time), Proven)


def test_three_wrong_codes_spoil_the_right_one(one_time: OneTimeCodes, phone: Phone, at: datetime) -> None:
    """After three wrong tries only a new code helps."""
    one_time.send("13800138000", conversation="web-1", at=at)
    tries = [one_time.check(wrong, conversation="web-1", at=at) for wrong in (other(phone.code), "", "一二三四五六")]
    assert tries == [Wrong(2), Wrong(1), Wrong(0)]
    assert one_time.check(phone.code, conversation="web-1", at=at) == Wrong(0)
    one_time.send("13800138000", conversation="web-1", at=at + MINUTE)
    assert isinstance(one_time.check(phone.code, conversation="web-1", at=at + MINUTE), Proven)


def test_a_new_code_makes_the_old_one_worthless(one_time: OneTimeCodes, phone: Phone, at: datetime) -> None:
    """Of two codes only the later one proves anything."""
    one_time.send("13800138000", conversation="web-1", at=at)
    old = phone.code
    one_time.send("13800138000", conversation="web-1", at=at + MINUTE)
    if old != phone.code:
        assert one_time.check(old, conversation="web-1", at=at + MINUTE) == Wrong(2)
    assert isinstance(one_time.check(phone.code, conversation="web-1", at=at + MINUTE), Proven)


def test_codes_are_not_sent_without_end(one_time: OneTimeCodes, phone: Phone, at: datetime) -> None:
    """A minute lies between two codes, and a day has five, for a phone and for a conversation."""
    assert isinstance(one_time.send("13800138000", conversation="web-1", at=at), Sent)
    soon = TooSoon(at + MINUTE)
    assert one_time.send("13800138000", conversation="web-2", at=at + MINUTE / 2) == soon
    assert one_time.send("13700137000", conversation="web-1", at=at + MINUTE / 2) == soon
    for n in range(1, 5):
        assert isinstance(one_time.send("13800138000", conversation=f"web-{n}", at=at + n * MINUTE), Sent)
    tomorrow = TooSoon(at + timedelta(days=1))
    assert one_time.send("13800138000", conversation="web-9", at=at + 9 * MINUTE) == tomorrow
    assert len(phone.received) == 5


def test_a_code_is_stored_as_nobody_can_read_it(
    one_time: OneTimeCodes, database: Database, phone: Phone, at: datetime
) -> None:
    """What is stored of a code is a digest that the database alone cannot be searched for."""
    one_time.send("13800138000", conversation="web-1", at=at)
    with database.reading() as connection:
        (row,) = connection.execute(sa.select(codes)).all()
    assert phone.code not in json.dumps([str(value) for value in row])
    elsewhere = OneTimeCodes(database, phone, key=b"another key")
    assert elsewhere.check(phone.code, conversation="web-1", at=at) == Wrong(2)


def test_what_was_not_sent_does_not_count(one_time: OneTimeCodes, phone: Phone, at: datetime) -> None:
    """When the message cannot be sent there is no code, and the next try is not made to wait."""
    phone.is_broken = True
    with pytest.raises(NotSent):
        one_time.send("13800138000", conversation="web-1", at=at)
    phone.is_broken = False
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

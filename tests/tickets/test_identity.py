"""Who is shown a ticket, and how wrong answers lock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.database import Database
from bot.tickets.identity import Identity, Locked, NotShown, Shown
from bot.tickets.model import Contact, Kind, NewTicket, State
from bot.tickets.store import TicketStore

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

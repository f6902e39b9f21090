"""What others did with a ticket is told once, however many look and whichever way it is told."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.database import Database
from bot.tickets.model import Change, State, Ticket
from bot.tickets.store import TicketStore
from bot.tickets.telling import Told
from tests.tickets.desk import REPAIR, moved, opened

HERE = ("rest",)


@pytest.fixture
def ticket(store: TicketStore, at: datetime) -> Ticket:
    return opened(store, at, replace(REPAIR, channel="rest"))


@pytest.fixture
def told(database: Database) -> Told:
    return Told(database)


def waiting(told: Told, at: datetime) -> list[str]:
    return [one.no for one in told.untold(HERE, since=at - timedelta(days=1))]


class Ears:
    """Hears what is said."""

    def __init__(self) -> None:
        self.heard: list[list[Any]] = []

    def __call__(self, connection: Any, ticket: Ticket, changes: Sequence[Change]) -> None:
        self.heard.append([change.new for change in changes if change.field == "state"])


def test_a_request_that_was_just_opened_is_no_news(ticket: Ticket, told: Told, at: datetime) -> None:
    assert waiting(told, at) == []


def test_what_others_did_is_told_once(store: TicketStore, ticket: Ticket, told: Told, at: datetime) -> None:
    moved(store, ticket.no, "dispatched", at=at)
    assert waiting(told, at) == [ticket.no]
    ears = Ears()
    assert told.tell(ticket.no, ears)
    assert not told.tell(ticket.no, ears)
    assert ears.heard == [["dispatched"]]
    assert waiting(told, at) == []


def test_many_that_look_at_once_tell_it_once(store: TicketStore, ticket: Ticket, told: Told, at: datetime) -> None:
    moved(store, ticket.no, "dispatched", at=at)
    ears = Ears()
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: told.tell(ticket.no, ears), range(8)))
    assert said.count(True) == 1
    assert len(ears.heard) == 1


def test_what_customers_do_themselves_is_no_news(store: TicketStore, ticket: Ticket, told: Told, at: datetime) -> None:
    store.move(ticket.no, State.CANCELLED, actor="customer", at=at)
    ears = Ears()
    assert not told.tell(ticket.no, ears)
    assert ears.heard == []
    assert waiting(told, at) == []


def test_what_a_customer_was_shown_is_no_news(store: TicketStore, ticket: Ticket, told: Told, at: datetime) -> None:
    now = moved(store, ticket.no, "dispatched", at=at)
    told.saw({ticket.no: now.version})
    told.saw({ticket.no: 1, "BX000000000": 3})  # an older look, and a number that nobody has
    assert waiting(told, at) == []
    assert told.versions([ticket.no, "BX000000000"]) == {ticket.no: now.version}


def test_what_cannot_be_said_is_said_later(store: TicketStore, ticket: Ticket, told: Told, at: datetime) -> None:
    moved(store, ticket.no, "dispatched", at=at)

    def fail(*_: Any) -> None:
        raise RuntimeError("no sentence")

    with pytest.raises(RuntimeError):
        told.tell(ticket.no, fail)
    assert waiting(told, at) == [ticket.no]


def test_only_those_are_told_who_can_be(store: TicketStore, told: Told, at: datetime) -> None:
    by_text = opened(store, at, replace(REPAIR, channel="hotline"), draft="d2")
    by_staff = opened(store, at, replace(REPAIR, channel="rest", conversation=None), draft="d3")
    for one in (by_text, by_staff):
        moved(store, one.no, "dispatched", at=at)
    assert waiting(told, at) == []


def test_what_changed_long_ago_waits_for_the_customer(
    store: TicketStore, ticket: Ticket, told: Told, at: datetime
) -> None:
    moved(store, ticket.no, "dispatched", at=at)
    assert waiting(told, at + timedelta(days=2)) == []

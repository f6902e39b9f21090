"""Finding tickets: pages and filters of the desk, and the open requests of one household."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.tickets import steps
from bot.tickets.finding import Filters
from bot.tickets.model import Contact, Kind, NewTicket, Priority, State
from bot.tickets.store import TicketStore

REQUEST = NewTicket(kind=Kind.REPAIR, brand="viomi", product="refrigerator", phone="13800138000")


def numbers(store: TicketStore, at: datetime, *requests: NewTicket) -> list[str]:
    """Open these requests an hour apart and give their numbers."""
    hours = (at + timedelta(hours=n) for n in range(len(requests)))
    return [
        store.open(f"d{n}", request, actor="customer", at=hour).ticket.no
        for n, (request, hour) in enumerate(zip(requests, hours, strict=True))
    ]


def test_pages_follow_each_other_without_gap(store: TicketStore, at: datetime) -> None:
    """Page after page shows every ticket once, newest first, also those of one moment, and though new ones come in."""
    for n in range(7):
        store.open(f"d{n}", REQUEST, actor="customer", at=at + timedelta(hours=n // 3))
    whole = [ticket.no for ticket in store.search()]
    seen: list[str] = []
    for n in range(4):
        page = store.search(limit=2, after=seen[-1] if seen else None)
        seen += [ticket.no for ticket in page]
        store.open(f"late-{n}", REQUEST, actor="customer", at=at + timedelta(days=1))
    assert seen == whole
    assert store.search(limit=2, after=seen[-1]) == []


def test_a_page_after_an_unknown_number_is_empty(store: TicketStore, at: datetime) -> None:
    """A page that follows nothing holds nothing."""
    numbers(store, at, REQUEST)
    assert store.search(after="BX000000000") == []


def test_the_desk_finds_by_what_it_knows(store: TicketStore, at: datetime) -> None:
    """Technician, phone, urgency and what is still open narrow a list."""
    one, other = numbers(store, at, REQUEST, replace(REQUEST, phone="13700137000"))
    store.change(one, steps.assign(technician="T-07"), actor="desk", at=at)
    store.amend(other, {"priority": "urgent"}, actor="desk", at=at)
    store.move(other, State.CANCELLED, actor="desk", at=at)

    def found(filters: Filters) -> list[str]:
        return [ticket.no for ticket in store.search(filters)]

    assert found(Filters(technician="T-07")) == [one]
    assert found(Filters(phone="+86 137-0013-7000")) == [other]
    assert found(Filters(phone="")) == []
    assert found(Filters(priority=Priority.URGENT)) == [other]
    assert (found(Filters(open=True)), found(Filters(open=False))) == ([one], [other])


def test_days_are_days_in_shanghai(store: TicketStore) -> None:
    """A ticket of the last minute of a day belongs to that day, first and last day included."""
    late = datetime.fromisoformat("2026-11-20T23:59:30+08:00")
    store.open("d1", REQUEST, actor="customer", at=late)
    days = {day: len(store.search(Filters(since=day, until=day))) for day in (date(2026, 11, d) for d in (19, 20, 21))}
    assert list(days.values()) == [0, 1, 0]


def test_a_day_at_the_end_of_the_calendar_is_a_day_like_others(store: TicketStore, at: datetime) -> None:
    """The first and the last day that can be written narrow a list to what lies between them: all of it."""
    numbers(store, at, REQUEST)
    assert len(store.search(Filters(since=date.min, until=date.max))) == 1
    assert store.search(Filters(since=date.max)) == store.search(Filters(until=date.min)) == []


@pytest.mark.parametrize(
    "again",
    [
        REQUEST,
        replace(REQUEST, phone="+86 138 0013 8000", brand=None),
        replace(REQUEST, phone="13700137000", contact=Contact(phone="13800138000")),
        NewTicket(kind=Kind.REPAIR, serial="SN-1"),
    ],
    ids=["phone and product", "written otherwise", "as contact", "serial"],
)
def test_a_household_that_asks_again_is_recognised(store: TicketStore, at: datetime, again: NewTicket) -> None:
    """An open request of the same kind for the same serial number, or for product and phone, is found."""
    (no,) = numbers(store, at, replace(REQUEST, serial="SN-1"))
    assert [ticket.no for ticket in store.similar_open(again)] == [no]


@pytest.mark.parametrize(
    "another",
    [
        replace(REQUEST, product="washing_machine"),
        replace(REQUEST, phone="13700137000"),
        replace(REQUEST, kind=Kind.INSTALLATION),
        NewTicket(kind=Kind.REPAIR),
        NewTicket(kind=Kind.REPAIR, product="refrigerator"),
    ],
    ids=["another product", "another phone", "another kind", "nothing known", "no phone"],
)
def test_another_request_is_not_taken_for_the_same(store: TicketStore, at: datetime, another: NewTicket) -> None:
    """What differs in kind, product or household, or names neither, is nobody's duplicate."""
    numbers(store, at, REQUEST, NewTicket(kind=Kind.REPAIR))
    assert store.similar_open(another) == []


def test_what_is_over_is_nobodys_duplicate(store: TicketStore, at: datetime) -> None:
    """A request that was cancelled does not stand in the way of a new one."""
    (no,) = numbers(store, at, REQUEST)
    store.move(no, State.CANCELLED, actor="customer", at=at)
    assert store.similar_open(REQUEST) == []

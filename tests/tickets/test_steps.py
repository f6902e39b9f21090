"""What the desk does with a ticket, step by step: who comes, what was taken away, ratings, hurrying, notes, visits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.tickets import steps
from bot.tickets.finding import Filters
from bot.tickets.model import Appointment, Kind, Priority, State
from bot.tickets.store import Refused, TicketStore
from tests.tickets.desk import REPAIR, SHEET, Desk

# Assigning and taking away


def test_a_repair_that_gets_a_technician_is_dispatched(desk: Desk) -> None:
    """Y11 Y12: a technician named, the repair waits for their call; another one named later is dispatched anew."""
    assert desk(steps.assign(technician="T-07", assignee="小王")).state is State.DISPATCHED
    assert [row for row in desk.trace(1) if row[1] != "due"] == [
        ("moved", "state", "dispatched"),
        ("assigned", "technician", "T-07"),
        ("assigned", "assignee", "小王"),
    ]
    desk.moves("scheduled")
    assert desk(steps.assign(technician="T-08")).state is State.DISPATCHED
    assert desk(steps.assign(assignee="小李")).state is State.DISPATCHED


def test_a_technician_who_is_already_named_changes_nothing(desk: Desk) -> None:
    """Naming the same technician again leaves a visit that was agreed on as it is."""
    desk(steps.assign(technician="T-07"))
    scheduled = desk.moves("scheduled")
    assert desk(steps.assign(technician="T-07")) == scheduled


def test_a_visit_is_only_scheduled_for_a_day(desk: Desk) -> None:
    """Without an appointment a repair is not scheduled, and the refusal names the field."""
    desk(steps.assign(technician="T-07"))
    refused = desk.refused(steps.move(State.SCHEDULED))
    assert (refused.reason_code, refused.lacking) == ("lacking", (("appointment", "missing"),))


def test_a_part_that_is_taken_away_is_named(inspected: Desk) -> None:
    """Y26: a part goes to the shop only with its serial number or seal written down."""
    assert inspected.refused(steps.move(State.TAKEN_IN)).reason_code == "no_note"
    inspected(steps.move(State.TAKEN_IN, note="主板序列号 0081"))
    assert inspected.store.history(inspected.no)[-1].note == "主板序列号 0081"


# Rating, hurrying, notes, files


def test_a_rating_is_given_once(completed: Desk) -> None:
    """Y71: work that is over is rated once, and the second rating is refused."""
    assert completed(steps.rate(5), by="customer").rating == 5
    assert completed.refused(steps.rate(1)).reason_code == "already_rated"
    assert completed.store.search(Filters(related=completed.no)) == []


def test_an_open_ticket_is_not_rated(desk: Desk) -> None:
    """Y71: a rating before the end of the work is refused, and so is one that is none."""
    assert desk.refused(steps.rate(5)).reason_code == "not_over"
    assert desk.refused(steps.rate(6)).reason_code == "bad_value"


def test_a_poor_rating_is_followed_up_to_a_solution(completed: Desk) -> None:
    """Y72: two stars open an urgent call back about the ticket, which ends only with a word on what came of it."""
    completed(steps.rate(2), by="customer")
    (follow_up,) = completed.store.search(Filters(related=completed.no))
    assert (follow_up.kind, follow_up.priority, follow_up.phone) == (Kind.CALLBACK, Priority.URGENT, REPAIR.phone)
    refused = completed.store.move(follow_up.no, State.CANCELLED, actor="desk", at=completed.at)
    assert isinstance(refused, Refused) and refused.reason_code == "no_note"


def test_the_third_call_to_hurry_brings_in_a_person(desk: Desk) -> None:
    """Twice a ticket is hurried and counted; the third time it is urgent, a level higher and a person's."""
    for times in (1, 2):
        ticket = desk(steps.urge(), by="customer")
        assert (ticket.urged, ticket.priority, steps.wants_a_person(ticket)) == (times, None, False)
    ticket = desk(steps.urge(), by="customer")
    assert (ticket.urged, ticket.priority, ticket.level) == (3, Priority.URGENT, 1)
    assert steps.wants_a_person(ticket)
    assert desk(steps.urge(), by="customer").level == 1


def test_a_note_is_words(desk: Desk) -> None:
    """Y20: what somebody writes down is kept with who and when, and nothing is written down with no words."""
    desk(steps.note("客户要求下午联系"), by="小王")
    row = desk.store.history(desk.no)[-1]
    assert (row.event, row.actor, row.at, row.note) == ("noted", "小王", desk.at, "客户要求下午联系")
    assert desk.refused(steps.note(" ")).reason_code == "no_note"


def test_a_file_is_kept_by_what_is_known_of_it(desk: Desk) -> None:
    """Y15: photos are added one by one, each with its name, kind, size, time and giver."""
    photo = {"name": "屏幕.jpg", "type": "image/jpeg", "bytes": 52_011}
    desk(steps.attach(photo, by="customer", at=desk.at))
    ticket = desk(steps.attach("b.jpg", by="小王", at=desk.at))
    first, second = ticket.attachments
    assert (first.name, first.type, first.bytes, first.at, first.by) == (*photo.values(), desk.at, "customer")
    assert (second.name, second.by) == ("b.jpg", "小王")
    assert desk.refused(steps.attach({"bytes": 1}, by="x", at=desk.at)).detail == "attachment.name: missing"


# Visits and reworks


def test_the_appliances_of_one_visit_keep_one_appointment(store: TicketStore, at: datetime) -> None:
    """A visit moved for one appliance is moved for the others that are still open, each with its own trace."""
    visit = Appointment(date=at.date() + timedelta(2))
    requests = [replace(REPAIR, product=p, appointment=visit) for p in ("refrigerator", "washing_machine", "tv")]
    one, other, gone = (o.ticket.no for o in store.open_many("d9", requests, actor="customer", at=at))
    store.move(gone, State.CANCELLED, actor="customer", at=at)
    store.amend(one, {"appointment": {"date": "2026-11-25"}}, actor="customer", at=at, note="改到周三")
    days = [
        ticket.appointment.date.day for no in (one, other, gone) if (ticket := store.get(no)) and ticket.appointment
    ]
    assert days == [25, 25, 22]
    assert [row.field for row in store.history(other)][-1:] == ["appointment"]
    assert store.history(other)[-1].note == "改到周三"


def test_a_rework_names_the_repair_it_comes_from(completed: Desk, at: datetime) -> None:
    """Y23 Y59: a later repair finds the earlier one by phone with its sheet, and keeps its number."""
    (earlier,) = completed.store.of_phone(str(REPAIR.phone))
    assert earlier.sheet and earlier.sheet.found == SHEET["found"] and earlier.sheet.warranty
    again = Desk(completed.store, at, replace(REPAIR, related=earlier.no), draft="d2")
    assert completed.store.search(Filters(related=earlier.no)) == [again.ticket]

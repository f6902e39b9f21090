"""What the desk does with a ticket, step by step: quotes and answers, the sheet, acceptance, rating, hurrying."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.tickets import steps
from bot.tickets.finding import Filters
from bot.tickets.model import Appointment, Kind, NewTicket, Priority, State, Ticket
from bot.tickets.store import Refused, TicketStore

REPAIR = NewTicket(
    kind=Kind.REPAIR,
    brand="viomi",
    product="refrigerator",
    description="不制冷",
    name="李雷",
    phone="13800138000",
    conversation="web-1",
)
SHEET = {
    "found": "启动电容烧毁",
    "parts": [{"name": "启动电容", "model": "C-25", "serial": None}],
    "fees": [{"name": "检修", "amount": 80}],
    "warranty": {"days": 90},
    "old_parts_returned": True,
}
WORKS = {"by": "李雷", "works": True}


class Desk:
    """Somebody at the desk who works on one ticket, and whose steps must succeed unless `refused` is called."""

    def __init__(self, store: TicketStore, at: datetime, request: NewTicket = REPAIR, *, draft: str = "d1") -> None:
        self.store, self.at = store, at
        self.no = store.open(draft, request, actor="customer", at=at).ticket.no

    @property
    def ticket(self) -> Ticket:
        found = self.store.get(self.no)
        assert found is not None
        return found

    def __call__(self, plan: steps.Plan, *, by: str = "desk") -> Ticket:
        result = self.store.change(self.no, plan, actor=by, at=self.at)
        assert isinstance(result, Ticket), result
        return result

    def refused(self, plan: steps.Plan) -> Refused:
        """The refusal of a step, which leaves ticket and history as they were."""
        before = self.ticket, self.store.history(self.no)
        result = self.store.change(self.no, plan, actor="desk", at=self.at)
        assert isinstance(result, Refused), result
        assert (self.ticket, self.store.history(self.no)) == before
        return result

    def moves(self, *path: str) -> Ticket:
        """Move along a path."""
        for state in path:
            ticket = self(steps.move(State(state), note="n", appointment={"date": "2026-11-22"}))
        return ticket


@pytest.fixture
def desk(store: TicketStore, at: datetime) -> Desk:
    """The desk, with a repair that was just opened."""
    return Desk(store, at)


@pytest.fixture
def inspected(desk: Desk) -> Desk:
    """The desk, with a repair whose appliance lies open."""
    desk(steps.assign(technician="T-07"))
    desk.moves("scheduled", "diagnosing")
    return desk


@pytest.fixture
def mended(inspected: Desk) -> Desk:
    """The desk, with a repair that waits for its acceptance."""
    inspected(steps.quote([{"name": "检修", "amount": 80}]))
    inspected(steps.answer_quote(approved=True), by="customer")
    inspected.moves("awaiting_acceptance")
    return inspected


@pytest.fixture
def completed(mended: Desk) -> Desk:
    """The desk, with a repair that is done."""
    mended(steps.complete(sheet=SHEET, acceptance=WORKS))
    return mended


def trace(desk: Desk, since: int) -> list[tuple[str, str | None, Any]]:
    """Event, field and new value of the history's rows from this one on."""
    return [(row.event, row.field, row.new) for row in desk.store.history(desk.no)[since:]]


# Assigning


def test_a_repair_that_gets_a_technician_is_dispatched(desk: Desk) -> None:
    """Y11 Y12: a technician named, the repair waits for their call; another one named later is dispatched anew."""
    assert desk(steps.assign(technician="T-07", assignee="小王")).state is State.DISPATCHED
    assert [row for row in trace(desk, 1) if row[1] != "due"] == [
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


# Quotes


def test_a_quote_waits_for_the_customers_yes(inspected: Desk) -> None:
    """Y30: after the inspection comes the quote, after the customer's recorded yes the repair."""
    quoted = inspected(steps.quote([{"name": "检修", "amount": 80}, {"name": "电容", "amount": "35.5"}]))
    assert quoted.state is State.QUOTED and quoted.quote and quoted.quote.total == 115.5
    assert inspected.refused(steps.move(State.REPAIRING)).reason_code == "no_consent"
    agreed = inspected(steps.answer_quote(approved=True, note="电话同意"), by="customer")
    assert agreed.state is State.REPAIRING
    consent = inspected.store.history(inspected.no)[-1]
    assert (consent.event, consent.actor, consent.note) == ("consented", "customer", "电话同意")


def test_a_quote_that_is_refused_ends_the_repair(inspected: Desk) -> None:
    """Y31: a no to the quote is a declined repair with its reason, not one that could not be mended."""
    inspected(steps.quote([{"name": "检修", "amount": 80}]))
    declined = inspected(steps.answer_quote(approved=False, note="太贵"), by="customer")
    assert declined.state is State.DECLINED
    assert inspected.store.history(inspected.no)[-1].note == "太贵"


def test_a_customer_may_take_part_of_a_quote(inspected: Desk) -> None:
    """Lines that the customer does not want are declined, the rest is agreed to and counted."""
    inspected(steps.quote([{"name": "检修", "amount": 80}, {"name": "清洗", "amount": 120}]))
    agreed = inspected(steps.answer_quote(approved=True, declined=["清洗"]))
    assert agreed.state is State.REPAIRING and agreed.quote
    assert [item.approved for item in agreed.quote.items] == [True, False]
    assert agreed.quote.total == 80


def test_nobody_agrees_to_an_amount_that_nobody_knows(inspected: Desk) -> None:
    """Y35: a line without an amount leaves no total and takes no yes; declined it stands in nobody's way."""
    quoted = inspected(steps.quote([{"name": "检修", "amount": 80}, {"name": "高空作业", "amount": None}]))
    assert quoted.quote and quoted.quote.total is None
    refused = inspected.refused(steps.answer_quote(approved=True))
    assert refused.lacking == (("quote.items[1].amount", "missing"),)
    assert inspected(steps.answer_quote(approved=True, declined=["高空作业"])).state is State.REPAIRING


def test_added_work_needs_a_yes_of_its_own(inspected: Desk) -> None:
    """Y32: a line that comes up later stops the repair until the customer has answered; a no leaves the rest agreed."""
    inspected(steps.quote([{"name": "检修", "amount": 80}]))
    inspected(steps.answer_quote(approved=True))
    more = inspected(steps.quote([{"name": "检修", "amount": 80}, {"name": "电机", "amount": 150}]))
    assert more.state is State.QUOTED and more.quote
    assert [item.approved for item in more.quote.items] == [True, None]
    after = inspected(steps.answer_quote(approved=False, note="先不换"))
    assert after.state is State.REPAIRING and after.quote and after.quote.total == 80
    assert [event for event, field, _ in trace(inspected, 0) if field == "quote"] == [
        "quoted",
        "consented",
        "quoted",
        "declined",
    ]


def test_a_dearer_line_is_a_new_line(inspected: Desk) -> None:
    """A yes to an amount is no yes to a higher one under the same name."""
    inspected(steps.quote([{"name": "检修", "amount": 80}]))
    inspected(steps.answer_quote(approved=True))
    dearer = inspected(steps.quote([{"name": "检修", "amount": 90}]))
    assert dearer.quote and dearer.quote.items[0].approved is None


def test_who_declined_may_think_again(inspected: Desk) -> None:
    """A declined repair that is quoted once more waits for a new answer."""
    inspected(steps.quote([{"name": "检修", "amount": 80}]))
    inspected(steps.answer_quote(approved=False))
    again = inspected(steps.quote([{"name": "检修", "amount": 80}]))
    assert again.state is State.QUOTED and again.quote and again.quote.items[0].approved is None


def test_there_is_no_quote_before_the_inspection(desk: Desk) -> None:
    """A repair that nobody has looked at is not quoted, and one without a quote is not answered."""
    assert desk.refused(steps.quote([{"name": "检修", "amount": 80}])).reason_code == "not_allowed"
    assert desk.refused(steps.answer_quote(approved=True)).reason_code == "no_quote"


def test_other_work_is_quoted_while_it_goes_on(store: TicketStore, at: datetime) -> None:
    """An installation is quoted and agreed to without a move of its own, and no longer when it is over."""
    desk = Desk(store, at, NewTicket(kind=Kind.INSTALLATION))
    desk.moves("handling")
    desk(steps.quote([{"name": "高空作业", "amount": 100}]))
    agreed = desk(steps.answer_quote(approved=True))
    assert agreed.state is State.HANDLING and agreed.quote and agreed.quote.has_consent
    desk.moves("done")
    assert desk.refused(steps.quote([{"name": "支架", "amount": 60}])).reason_code == "over"


# Completing


def test_what_completing_lacks_is_said_field_by_field(mended: Desk) -> None:
    """Y24 Y28: without sheet and acceptance a repair is not completed, and each missing field is named."""
    assert fields_of(mended.refused(steps.complete())) == {
        "sheet.found": "missing",
        "sheet.parts": "missing",
        "sheet.fees": "missing",
        "sheet.warranty": "missing",
        "acceptance": "missing",
    }
    half = {**SHEET, "warranty": None, "old_parts_returned": None}
    assert fields_of(mended.refused(steps.complete(sheet=half, acceptance={"by": "李雷", "works": False}))) == {
        "sheet.warranty": "missing",
        "sheet.old_parts_returned": "missing",
        "acceptance.works": "not_working",
    }
    assert mended(steps.complete(sheet=SHEET, acceptance=WORKS)).state is State.COMPLETED


def test_a_repair_without_new_parts_needs_no_word_on_old_ones(mended: Desk) -> None:
    """Y27: whether old parts were returned is asked for where parts were used, and only there."""
    sheet = {**SHEET, "parts": [], "old_parts_returned": None}
    assert mended(steps.complete(sheet=sheet, acceptance=WORKS)).state is State.COMPLETED


@pytest.mark.parametrize(
    ("fees", "place"),
    [
        ([{"name": "检修", "amount": 80.01}], "sheet.fees[0]"),
        ([{"name": "检修", "amount": 80}, {"name": "加急费", "amount": 50}], "sheet.fees[1]"),
    ],
)
def test_nothing_is_billed_that_nobody_agreed_to(mended: Desk, fees: list[dict[str, Any]], place: str) -> None:
    """Y34: each line of the bill stands in the quote that the customer said yes to, and costs no more than there."""
    refused = mended.refused(steps.complete(sheet={**SHEET, "fees": fees}, acceptance=WORKS))
    assert fields_of(refused) == {place: "not_quoted"}


def test_who_finds_it_not_mended_accepts_again_later(mended: Desk) -> None:
    """Y28: a repair that goes on after its acceptance, or comes back, needs a new acceptance."""
    mended(steps.complete(sheet=SHEET, acceptance=WORKS))
    assert mended.moves("diagnosing").acceptance is None
    mended.moves("quoted", "repairing", "awaiting_acceptance")
    assert fields_of(mended.refused(steps.complete())) == {"acceptance": "missing"}


def test_other_work_is_completed_with_its_own_last_step(store: TicketStore, at: datetime) -> None:
    """A lead is done, a complaint resolved and a call back done with a word on how."""
    lead = Desk(store, at, NewTicket(kind=Kind.LEAD), draft="a")
    lead.moves("handling")
    assert lead(steps.complete()).state is State.DONE
    for kind, state in ((Kind.COMPLAINT, State.RESOLVED), (Kind.CALLBACK, State.DONE)):
        desk = Desk(store, at, NewTicket(kind=kind), draft=kind)
        desk.moves("handling")
        assert desk.refused(steps.complete(note=" ")).reason_code == "no_note"
        assert desk(steps.complete(note="已致电说明")).state is state


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


def fields_of(refused: Refused) -> dict[str, str]:
    """What a refusal says is lacking."""
    assert refused.reason_code == "lacking"
    return dict(refused.lacking)

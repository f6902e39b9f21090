"""Money back, a service done again, a complaint upheld: what is opened for it, by whose clause and by whose word."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from bot.tickets import amends, steps
from bot.tickets.finding import Filters
from bot.tickets.model import Charge, Contact, Kind, NewTicket, State, Ticket
from bot.tickets.store import Refused, TicketStore
from bot.tickets.words import Category, Verdict
from policies_kb.loader import load
from tests.tickets.desk import REPAIR, Desk, lacking

COMPLAINT = NewTicket(
    kind=Kind.COMPLAINT,
    brand="skyworth",
    product="tv",
    category=Category.OVERCHARGE,
    amount=Decimal(50),
    description="多收上门费",
    name="李雷",
    phone="13800138000",
    conversation="web-1",
)


def complained(store: TicketStore, at: datetime, draft: str = "c1", **known: object) -> Desk:
    """The desk, with a complaint that somebody handles."""
    desk = Desk(store, at, replace(COMPLAINT, **known), draft=draft)
    desk.moves("handling")
    return desk


def opened_for(desk: Desk) -> Ticket:
    """The one ticket that was opened for the desk's own."""
    (found,) = desk.store.search(Filters(related=desk.no))
    return found


def given_up(store: TicketStore, at: datetime, brand: str, *, draft: str = "d1") -> Desk:
    """The desk, with a repair that could not be done for want of a part."""
    request = replace(REPAIR, brand=brand, product="water_heater", charge=Charge.TO_CHECK)
    desk = Desk(store, at, request, draft=draft)
    desk(steps.assign(technician="T-07"))
    desk.moves("scheduled", "diagnosing", "unresolved")
    return desk


# A complaint that is upheld


def test_an_upheld_complaint_gives_the_money_back(store: TicketStore, at: datetime) -> None:
    """Y38: the complaint is resolved as upheld, and a refund of the amount in dispute is opened by the clause."""
    desk = complained(store, at)
    after = desk(amends.uphold(load(), note="核实属实"))
    assert after.state is State.RESOLVED and after.review and after.review.verdict is Verdict.UPHELD
    refund = opened_for(desk)
    assert (refund.kind, refund.amount, refund.phone) == (Kind.REFUND, Decimal(50), COMPLAINT.phone)
    assert refund.review and refund.review.clause == "skyworth.complaints.refund-when-upheld"
    assert ("led_to", None, None) in desk.trace(1) and desk.store.history(desk.no)[-1].note == f"refund {refund.no}"


def test_what_goes_back_is_what_a_person_says(store: TicketStore, at: datetime) -> None:
    """Y38: an amount that is told goes before the one in dispute, and is yuan."""
    desk = complained(store, at)
    assert desk.refused(amends.uphold(load(), amount="两百块钱左右", note="属实")).reason_code == "bad_value"
    desk(amends.uphold(load(), amount="120.5", note="属实"))
    assert opened_for(desk).amount == Decimal("120.5")


@pytest.mark.parametrize(
    ("brand", "amount", "clauses"),
    [
        ("skyworth", None, ["skyworth.complaints.refund-when-upheld"]),
        ("skyworth", Decimal(0), []),
        ("viomi", None, []),
        ("viomi", Decimal(80), [None]),
    ],
)
def test_only_what_was_paid_goes_back(
    store: TicketStore, at: datetime, brand: str, amount: Decimal | None, clauses: list[str | None]
) -> None:
    """Y38: nothing paid, nothing back; where nobody knows the amount, only the brand's own promise opens a refund."""
    desk = complained(store, at, brand=brand, product=None, amount=amount)
    desk(amends.uphold(load(), note="属实"))
    found = desk.store.search(Filters(related=desk.no))
    assert [one.review and one.review.clause for one in found] == clauses


def test_a_complaint_is_upheld_by_handling_it(store: TicketStore, at: datetime) -> None:
    """Y38: one that nobody has taken up, or without a word on what was found, is not upheld; twice opens nothing."""
    new = Desk(store, at, COMPLAINT, draft="new")
    assert new.refused(amends.uphold(load(), note="属实")).reason_code == "not_allowed"
    desk = complained(store, at)
    assert desk.refused(amends.uphold(load())).reason_code == "no_note"
    desk(amends.uphold(load(), note="属实"))
    refused = desk.refused(amends.uphold(load(), note="再来一次"))
    assert (refused.reason_code, refused.detail) == ("already_opened", opened_for(desk).no)


# A prepayment, and what could not be mended


def test_a_prepayment_goes_back_where_the_fault_is_ours(store: TicketStore, at: datetime) -> None:
    """Y37: a refund of the prepayment is opened from the repair that could not be done, by the brand's clause."""
    desk = given_up(store, at, "jason")
    desk(amends.refund(load(), amount=200, note="没有配件"))
    refund = opened_for(desk)
    assert (refund.kind, refund.amount) == (Kind.REFUND, Decimal(200))
    assert refund.review and (refund.review.clause, refund.review.verdict) == (
        "jason.fees.prepayment-back",
        Verdict.APPROVED,
    )
    assert desk.refused(amends.refund(load(), amount=200)).reason_code == "already_opened"


def test_no_clause_is_used_for_what_it_does_not_say(store: TicketStore, at: datetime) -> None:
    """Y37: of a customer who cancels, or of another brand, a refund names no clause: it is the desk's own decision."""
    desk = Desk(store, at, replace(REPAIR, brand="jason"))
    desk.moves("cancelled")
    desk(amends.refund(load(), amount=200, note="协商退还"))
    assert (held := opened_for(desk).review) and held.clause is None
    other = given_up(store, at, "skyworth", draft="other")
    other(amends.refund(load(), amount=100))
    assert (held := opened_for(other).review) and held.clause is None


def test_no_money_goes_back_without_a_persons_word(store: TicketStore, at: datetime) -> None:
    """Y37: a refund that a customer asked for is done only with an amount and a person's yes; a no is said in words."""
    desk = Desk(store, at, NewTicket(kind=Kind.REFUND, brand="jason", phone="13800138000"))
    desk.moves("handling")
    assert lacking(desk.refused(steps.move(State.DONE))) == {"amount": "missing", "review.verdict": "missing"}
    desk(amends.review(Verdict.REFUSED, note="没有付款记录"))
    assert lacking(desk.refused(steps.move(State.DONE)))["review.verdict"] == "not_approved"
    assert desk.refused(steps.move(State.CANCELLED)).reason_code == "no_note"
    desk(amends.review(Verdict.APPROVED, amount=200))
    assert desk(steps.move(State.DONE)).amount == Decimal(200)
    assert desk.refused(amends.review(Verdict.REFUSED)).reason_code == "over"


@pytest.mark.parametrize(
    ("brand", "charge"), [("skyworth", Charge.FREE), ("jason", Charge.FREE), ("viomi", Charge.TO_CHECK)]
)
def test_what_could_not_be_mended_is_free_where_the_sources_say_so(
    store: TicketStore, at: datetime, brand: str, charge: Charge
) -> None:
    """Y39: a repair that could not be done costs nothing by the brand's own clause; one without a clause stays open."""
    assert given_up(store, at, brand).ticket.charge is charge


def test_a_refused_quote_is_not_what_could_not_be_mended(inspected: Desk) -> None:
    """Y39: who declines a quote is not told that it is free."""
    inspected.store.amend(inspected.no, {"brand": "skyworth", "charge": "to_check"}, actor="desk", at=inspected.at)
    inspected(steps.quote([{"name": "检修", "amount": 80}]))
    assert inspected(steps.answer_quote(approved=False)).charge is Charge.TO_CHECK


# The same service again


def test_a_service_is_done_again_for_nothing(store: TicketStore, at: datetime) -> None:
    """Y77: a repair linked to the complaint is opened, free by the brand's clause, with what the first repair knows."""
    repair = Desk(store, at, replace(REPAIR, brand="skyworth", product="tv", fault="no_picture", address="某路1号"))
    desk = complained(store, at, related=repair.no)
    desk(amends.redo(load(), appointment={"date": "2026-11-30"}, today=date(2026, 11, 20)))
    again = opened_for(desk)
    assert (again.kind, again.charge, again.state) == (Kind.REPAIR, Charge.FREE, State.REGISTERED)
    assert again.review and again.review.clause == "skyworth.complaints.free-redo"
    assert (again.fault, again.address, again.phone) == ("no_picture", "某路1号", REPAIR.phone)
    assert again.appointment and again.appointment.date == date(2026, 11, 30)
    assert desk.refused(amends.redo(load())).reason_code == "already_opened"


@pytest.mark.parametrize("brand", ["viomi", "mijia", "xiaomi", "jason"])
def test_only_the_brand_that_promises_it_does_it_for_nothing(store: TicketStore, at: datetime, brand: str) -> None:
    """Y77: no other brand's promise is used: who pays is looked at."""
    desk = complained(store, at, brand=brand, product=None)
    desk(amends.redo(load()))
    assert (again := opened_for(desk)).charge is Charge.TO_CHECK and again.review is None


def test_a_strangers_ticket_tells_nothing(store: TicketStore, at: datetime) -> None:
    """Y77 Y99: a complaint that names somebody else's ticket takes nothing of it; a contact of it is no stranger."""
    stranger = replace(REPAIR, phone="13900139000", address="别人家1号", conversation="web-9")
    repair = Desk(store, at, stranger)
    desk = complained(store, at, related=repair.no)
    desk(amends.redo(load()))
    assert opened_for(desk).address is None
    mother = Desk(store, at, replace(stranger, contact=Contact(phone="13800138000")), draft="d2")
    told = complained(store, at, draft="c2", related=mother.no)
    told(amends.redo(load()))
    assert opened_for(told).address == "别人家1号"


def test_a_service_again_is_not_for_a_day_that_is_over(store: TicketStore, at: datetime) -> None:
    """A visit on a past day is refused, and nothing is opened."""
    desk = complained(store, at)
    refused = desk.refused(amends.redo(load(), appointment={"date": "2020-01-01"}, today=date(2026, 11, 20)))
    assert refused.detail.startswith("appointment.date: 2020-01-01 is over")
    assert desk.store.search(Filters(related=desk.no)) == []


# A complaint about the same thing again


def test_the_second_complaint_about_a_ticket_is_a_level_higher(store: TicketStore, at: datetime) -> None:
    """Y75: the second complaint about one ticket is urgent and a level higher, the third two; its history says why."""
    repair = Desk(store, at)
    first, second, third = (
        complained(store, at, draft=f"c{n}", related=repair.no, phone=f"1380013800{n}") for n in range(3)
    )
    assert (first.ticket.level, second.ticket.level, third.ticket.level) == (None, 1, 2)
    assert second.ticket.priority == "urgent" and first.ticket.priority is None
    assert second.store.history(second.no)[0].note == f"repeated: {first.no}"


def test_without_a_ticket_it_is_what_the_same_phone_has_open(store: TicketStore, at: datetime) -> None:
    """Y75: the same phone about the same appliance again counts while the first is open; another appliance does not."""
    first = complained(store, at)
    other = complained(store, at, draft="c2", product="refrigerator")
    again = complained(store, at, draft="c3", name=None)
    assert (other.ticket.level, again.ticket.level) == (None, 1)
    for desk in (first, again):
        desk(steps.move(State.RESOLVED, note="n"))
    assert complained(store, at, draft="c4").ticket.level is None


def test_an_unknown_number_is_a_value_here_too(store: TicketStore, at: datetime) -> None:
    """Nothing is made good for a ticket that is not there."""
    result = store.change("BX0", amends.uphold(load(), note="n"), actor="desk", at=at)
    assert isinstance(result, Refused) and result.reason_code == "unknown_ticket"

"""What work will cost is quoted, answered and quoted anew before it is done."""

from __future__ import annotations

from datetime import datetime

from bot.tickets import steps
from bot.tickets.model import Kind, NewTicket, State
from bot.tickets.store import TicketStore
from tests.tickets.desk import Desk


def test_a_quote_waits_for_the_customers_yes(inspected: Desk) -> None:
    """Y30: after the inspection comes the quote, after the customer's recorded yes the repair."""
    quoted = inspected(steps.quote([{"name": "检修", "amount": 80}, {"name": "电容", "amount": "35.5"}]))
    assert quoted.state is State.QUOTED and quoted.quote and quoted.quote.total == 115.5
    assert inspected.refused(steps.move(State.REPAIRING)).reason_code == "no_consent"
    agreed = inspected(steps.answer_quote(approved=True, note="电话同意"), by="customer")
    assert agreed.state is State.REPAIRING
    consent = inspected.store.history(inspected.no)[-1]
    assert (consent.event, consent.actor, consent.note) == ("consented", "customer", "电话同意")


def test_a_line_stands_once_in_a_quote(inspected: Desk) -> None:
    """A customer says yes to a line by its name: two of one name would be one yes to both."""
    refused = inspected.refused(steps.quote([{"name": "检修", "amount": 80}, {"name": "检修", "amount": 80}]))
    assert refused.reason_code == "bad_value"


def test_urging_goes_on_at_the_highest_level(inspected: Desk) -> None:
    """Who hurries for the third time gets a person, however often it was escalated before."""
    inspected(steps.amend({"level": 9}))
    urged = [inspected(steps.urge(), by="customer") for _ in range(3)]
    assert [ticket.urged for ticket in urged] == [1, 2, 3] and steps.wants_a_person(urged[-1])


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
    assert [event for event, field, _ in inspected.trace(0) if field == "quote"] == [
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

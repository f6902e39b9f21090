"""What customers do with their own tickets: accept, cancel, and nothing twice for one message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.database import Database
from bot.tickets import steps
from bot.tickets.lifecycle import Refused
from bot.tickets.model import Charge, Kind, NewTicket, Quote, QuoteItem, RepairSheet, State, Ticket
from bot.tickets.reworks import rework
from bot.tickets.store import TicketStore
from bot.tickets.words import Reason
from policies_kb.calendar import Length
from policies_kb.loader import load

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CONSENTED = Quote(items=(QuoteItem(name="检修", amount=Decimal(80), approved=True),), total=Decimal(80))
WHOLE = RepairSheet(found="电容烧毁", parts=(), fees=(), warranty=Length(days=90))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TicketStore]:
    database = Database(f"sqlite:///{tmp_path / 'tickets.db'}")
    database.migrate()
    yield TicketStore(database)


def opened(store: TicketStore, **fields: object) -> Ticket:
    request = NewTicket(kind=Kind.REPAIR, brand="jason", product="integrated_stove", phone="13800138000")
    return store.open("d1", replace(request, **fields), actor="customer", at=NOW).ticket


def shown(**fields: object) -> Ticket:
    """A repair whose work is shown to the customer."""
    ticket = Ticket(kind=Kind.REPAIR, no="BX1", state=State.AWAITING_ACCEPTANCE, created=NOW, updated=NOW)
    return replace(ticket, brand="jason", quote=CONSENTED, **fields)


def repaired(**fields: object) -> Ticket:
    return replace(shown(**fields), state=State.COMPLETED)


def test_a_message_told_twice_changes_nothing_twice(store: TicketStore) -> None:
    """Under the id of a message a change is made once; told again, the ticket is as the first left it."""
    no = opened(store).no
    first = store.change(no, steps.urge(), actor="customer", at=NOW, once="m1")
    again = store.change(no, steps.urge(), actor="customer", at=NOW, once="m1")
    assert first == again and isinstance(again, Ticket) and again.urged == 1
    other = store.change(no, steps.urge(), actor="customer", at=NOW, once="m2")
    assert isinstance(other, Ticket) and other.urged == 2


def test_what_was_refused_may_be_asked_for_again(store: TicketStore) -> None:
    """A refusal changes nothing, so the same message may succeed later."""
    no = opened(store).no
    assert isinstance(store.change(no, steps.rate(5), actor="customer", at=NOW, once="m1"), Refused)
    store.move(no, State.CANCELLED, actor="staff", at=NOW)
    assert isinstance(store.change(no, steps.urge(), actor="customer", at=NOW, once="m2"), Refused)


def test_a_yes_completes_a_repair_whose_sheet_is_whole() -> None:
    """The sheet is there and the customer says that it works: nothing more is waited for."""
    step = steps.accept(works=True, at=NOW)(shown(sheet=WHOLE))
    assert isinstance(step, steps.Step) and step.to is State.COMPLETED


def test_a_yes_waits_for_the_sheet() -> None:
    """Without a whole sheet the acceptance is kept, and the repair is not completed by it."""
    step = steps.accept(works=True, at=NOW)(shown())
    assert isinstance(step, steps.Step) and step.to is None and step.changes["acceptance"].works


def test_a_no_goes_on_with_the_work() -> None:
    """What does not work is not completed."""
    step = steps.accept(works=False, at=NOW)(shown(sheet=WHOLE))
    assert isinstance(step, steps.Step) and step.to is State.REPAIRING


def test_only_work_that_is_shown_is_accepted() -> None:
    """A word on work that nobody has finished moves nothing."""
    refused = steps.accept(works=True, at=NOW)(replace(shown(), state=State.REPAIRING))
    assert isinstance(refused, Refused) and refused.reason_code is Reason.NOT_ALLOWED


def test_a_cancelled_ticket_keeps_what_was_told_of_its_cost(store: TicketStore) -> None:
    """The fee that was disclosed before the yes stands on the ticket, with its clause."""
    told = {"amount": "50", "why": "cancel", "clauses": ["jason.fees.cancel"]}
    after = store.change(opened(store).no, steps.cancel(fee_told=told), actor="customer", at=NOW)
    assert isinstance(after, Ticket) and after.state is State.CANCELLED
    assert after.fee_told is not None and (after.fee_told.amount, after.fee_told.clauses) == (
        Decimal(50),
        ("jason.fees.cancel",),
    )


@pytest.mark.parametrize(
    ("brand", "days", "charge"),
    [
        ("jason", 90, Charge.FREE),
        ("jason", 91, Charge.TO_CHECK),
        ("jason", 200, Charge.PAID),
        ("skyworth", 89, Charge.FREE),
        ("skyworth", 300, Charge.TO_CHECK),
        ("skyworth", 400, Charge.PAID),
        ("viomi", 60, Charge.FREE),
        ("viomi", 200, Charge.TO_CHECK),
        ("mijia", 5, Charge.TO_CHECK),
    ],
)
def test_a_rework_is_free_by_the_shortest_reading(brand: str, days: int, charge: Charge) -> None:
    """Within every reading free, within one to be checked, beyond all a new repair; without a clause to be checked."""
    done = date(2026, 3, 2)
    found = rework(load(), replace(repaired(), brand=brand), done, on=done + timedelta(days=days))
    assert found.charge is charge


def test_the_sheet_of_a_repair_promises_more_than_a_clause() -> None:
    """What is written on the sheet holds through its last day."""
    done = date(2026, 3, 2)
    ticket = repaired(sheet=replace(WHOLE, warranty=Length(months=12)))
    assert rework(load(), ticket, done, on=date(2027, 3, 2)).charge is Charge.FREE
    assert rework(load(), ticket, done, on=date(2027, 3, 3)).charge is Charge.PAID

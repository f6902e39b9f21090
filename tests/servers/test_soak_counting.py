"""What is counted after a soak finds what it is there to find: each fault, made on purpose, is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from bot.database import Database
from bot.settings import SHANGHAI
from bot.tickets import steps
from bot.tickets.model import Kind, NewTicket
from bot.tickets.outbox import outbox
from bot.tickets.store import TicketStore
from bot.tickets.tables import tickets
from tests.servers.soak.counting import Report, count
from tests.servers.soak.customers import Told
from tests.servers.soak.faults import Wrong
from tests.servers.soak.inbox import Inbox
from tests.tickets.receiver import Listener

AT = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)
PHONE = "13900000001"


class Aftermath:
    """A database after one customer, and what the receiver took."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'baoxiu.db'}"
        self.database = Database(self.url)
        self.database.migrate()
        self.store = TicketStore(self.database)
        self.inbox = Inbox(Listener(), Random(1))
        self.booked = self.opened("d1")

    def opened(self, draft: str, kind: Kind = Kind.REPAIR) -> str:
        request = NewTicket(kind=kind, brand="viomi", phone=PHONE, conversation="c")
        return self.store.open(draft, request, actor="customer", at=AT).ticket.no

    def cancelled(self) -> None:
        self.store.change(self.booked, steps.cancel(), actor="customer", at=AT)

    def delivered(self) -> None:
        """The receiver takes everything, in order."""
        with self.database.reading() as connection:
            rows = connection.execute(sa.select(outbox).order_by(outbox.c.id)).all()
        for row in rows:
            self.inbox.taken[row.ticket_no].append(row.id)

    def report(self, **told: object) -> Report:
        """What is counted for a customer who was told this."""
        customer = Told(PHONE, "nothing", "c", self.booked)
        for name, value in told.items():
            setattr(customer, name, value)
        return count(self.url, [customer], self.inbox, {"rasa": 1}, seconds=60)


@pytest.fixture
def after(tmp_path: Path) -> Iterator[Aftermath]:
    aftermath = Aftermath(tmp_path)
    yield aftermath
    aftermath.database.dispose()


def test_what_is_as_it_was_told_has_no_fault(after: Aftermath) -> None:
    """A booking that was confirmed and cancelled, with its complaint, and every event taken, one of them twice."""
    after.cancelled()
    complaint = after.opened("d2", Kind.COMPLAINT)
    after.delivered()
    after.inbox.taken[complaint].append(after.inbox.taken[complaint][-1])
    report = after.report(wish="cancel", done=True, complaint=complaint)
    assert report.wrong == []
    assert "| kills of rasa | 1 |" in report.table and "| events taken twice | 1 |" in report.table


def test_a_number_that_was_told_and_is_not_stored_is_missing(after: Aftermath) -> None:
    """The one promise above all; and the ticket that nobody was told of is one too many."""
    after.delivered()
    assert after.report(booked="BX000000000").wrong == [(Wrong.MISSING, "BX000000000"), (Wrong.DOUBLE, after.booked)]


def test_a_second_ticket_of_one_request_is_a_double(after: Aftermath) -> None:
    """Two tickets where one was asked for."""
    second = after.opened("d2")
    after.delivered()
    assert after.report().wrong == [(Wrong.DOUBLE, second)]


def test_a_change_that_was_told_and_not_made_is_missing(after: Aftermath) -> None:
    """已经取消 was said, and the ticket is open."""
    after.delivered()
    assert after.report(wish="cancel", done=True).wrong == [(Wrong.MISSING, f"{after.booked}: cancel")]


def test_a_change_that_nobody_wanted_is_one_too_many(after: Aftermath) -> None:
    """The ticket is cancelled, and the customer did not ask for that."""
    after.cancelled()
    after.delivered()
    assert after.report().wrong == [(Wrong.DOUBLE, f"{after.booked}: cancel")]


def test_a_ticket_that_its_history_does_not_lead_to_has_a_gap(after: Aftermath) -> None:
    """A state that was written past the store stands in no history."""
    after.delivered()
    with after.database.writing() as connection:
        body = {**connection.execute(sa.select(tickets.c.body)).scalar_one(), "state": "closed"}
        connection.execute(sa.update(tickets).values(body=body))
    assert after.report().wrong == [(Wrong.GAP, f"{after.booked}: state")]


@pytest.mark.parametrize(
    ("taken", "fault"),
    [([1], Wrong.UNDELIVERED), ([2, 1], Wrong.DISORDER), ([1, 2, 1], Wrong.DISORDER)],
)
def test_an_event_that_did_not_come_or_came_too_early_is_named(
    after: Aftermath, taken: list[int], fault: Wrong
) -> None:
    """Each event at least once, and none after a later one of its ticket."""
    after.cancelled()
    after.inbox.taken[after.booked] = taken
    assert after.report(wish="cancel", done=True).wrong == [(fault, after.booked)]


def test_a_customer_who_gave_up_is_a_fault(after: Aftermath) -> None:
    """Whoever had no answer in five minutes was not served, whatever is stored."""
    after.delivered()
    assert after.report(gave_up="why").wrong == [(Wrong.GIVEN_UP, "why")]

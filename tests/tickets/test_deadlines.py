"""Deadlines: which ones a ticket has and what says so, and what ends them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.database import Database
from bot.tickets.deadlines import RULES
from bot.tickets.escalation import overdue
from bot.tickets.model import State
from bot.tickets.store import TicketStore
from policies_kb.loader import load
from tests.tickets.deadlines import HOUR, moment, new, outcomes, running
from tests.tickets.desk import moved, opened

pytestmark = pytest.mark.slow

# Which


@pytest.mark.parametrize(
    ("brand", "basis"),
    [
        ("skyworth", "skyworth.complaints.handled-in-two-working-days"),
        ("jason", "jason.complaints.two-working-days"),
        ("viomi", "service.yml"),
        ("mijia", "service.yml"),
        ("xiaomi", "service.yml"),
        (None, "service.yml"),
    ],
)
def test_a_complaint_is_due_by_the_brands_clause_or_the_desks_own_target(
    store: TicketStore, database: Database, brand: str | None, basis: str
) -> None:
    """A complaint shows when its answer is due, and its deadline names what says so."""
    no = opened(store, moment("2026-09-30T10:00"), new("complaint", brand)).no
    due = moment("2026-10-09T18:00")
    assert running(database)["complaint_resolution"] == (due, basis)
    ticket = store.get(no)
    assert ticket is not None and ticket.due == due


@pytest.mark.parametrize(
    ("brand", "expected"),
    [
        ("skyworth", ("2026-11-23T10:00", "skyworth.follow_up.within-three-days")),
        ("jason", ("2026-11-27T18:00", "jason.follow_up.days-after-repair")),
        ("viomi", ("2026-11-23T10:00", "service.yml")),
    ],
)
def test_finished_work_is_followed_by_a_return_visit(
    store: TicketStore, database: Database, at: datetime, brand: str, expected: tuple[str, str]
) -> None:
    """创维 within 72 hours of completion, 杰森 on the third to seventh day; the ticket and its history show it."""
    no = opened(store, at - 30 * HOUR, new("installation", brand)).no
    assert "follow_up" not in running(database)
    done = moved(store, no, "handling", "done", at=at)
    due, basis = moment(expected[0]), expected[1]
    assert (done.follow_up, running(database)) == (due, {"follow_up": (due, basis)})
    assert store.history(no)[-1].field == "follow_up"


def test_a_completed_repair_waits_for_its_return_visit_until_it_is_made(
    store: TicketStore, database: Database, at: datetime
) -> None:
    """Closing does not end it, emptying the field meets it, mending again gives it up and completing begins it anew."""
    row = {
        "no": "WO-1",
        "kind": "repair",
        "state": "awaiting_acceptance",
        "brand": "jason",
        "sheet": {"found": "x", "parts": [], "fees": [], "warranty": {"months": 3}},
        "acceptance": {"by": "owner", "works": True},
    }
    store.import_([row, {**row, "no": "WO-2"}], at=at)
    moved(store, "WO-1", "completed", "diagnosing", at=at)
    assert outcomes(database, "follow_up") == ["cancelled"]
    closed = moved(store, "WO-2", "completed", "closed", at=at)
    assert closed.follow_up is not None
    store.amend("WO-2", {"follow_up": None}, actor="desk", at=at + HOUR, note="很满意")
    assert outcomes(database, "follow_up") == ["cancelled", "met"]


def test_a_quote_waits_for_an_answer(store: TicketStore, database: Database, at: datetime) -> None:
    """While a quote awaits the customer's yes or no the desk's own time runs; the answer meets it."""
    row = {"no": "WO-1", "kind": "repair", "state": "diagnosing", "quote": {"items": [{"name": "a", "amount": 10}]}}
    store.import_([row], at=at)
    moved(store, "WO-1", "quoted", at=at)
    assert running(database) == {"quote_reminder": (moment("2026-11-21T18:00"), "service.yml")}
    moved(store, "WO-1", "declined", at=at)
    assert (running(database), outcomes(database, "quote_reminder")) == ({}, ["met"])


def test_of_contradicting_promises_the_longer_holds(store: TicketStore, database: Database, at: datetime) -> None:
    """创维 is held to 24 hours for a response and not to the advertised 10 minutes."""
    opened(store, at, new("repair", "skyworth"))
    assert running(database)["first_contact"] == (at + 24 * HOUR, "skyworth.booking.responds-in-a-day")


def test_a_promise_counts_from_where_its_source_says(store: TicketStore, database: Database, at: datetime) -> None:
    """杰森 promises a call 30 minutes after the technician has the task, not after the registration."""
    no = opened(store, at, new("repair", "jason")).no
    assert running(database)["first_contact"] == (at + 24 * HOUR, "service.yml")
    moved(store, no, "dispatched", at=at + 9 * HOUR)
    due = at + 9 * HOUR + timedelta(minutes=30)
    assert running(database)["technician_call"] == (due, "jason.booking.respond-in-the-city")
    assert running(database)["first_contact"][0] == at + 24 * HOUR


def test_every_target_of_the_desk_belongs_to_a_rule() -> None:
    """service.yml and the rules name the same deadlines; one without a target rests on clauses alone."""
    names = {rule.name for rule in RULES}
    assert set(load().desk.targets) == names - {"technician_call"}
    assert len(names) == len(RULES)


def test_a_guess_is_kept_in_the_row_and_logged(
    store: TicketStore, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Staff see of which year the holidays were not known; so does the log."""
    no = opened(store, moment("2035-05-04T10:00"), new("complaint")).no
    (missed,) = [m for m in overdue(database, moment("2036-01-01T00:00")) if m.name == "complaint_resolution"]
    assert missed.guessed == "2035"
    assert f"deadline.guessed ticket={no} name=complaint_resolution years=2035" in caplog.text


# What ends them


@pytest.mark.parametrize(
    ("path", "ending"),
    [
        ("repair cancelled", ("first_contact", "cancelled")),
        ("repair taken_in", ("first_contact", "met")),
        ("callback handling", ("callback", "met")),
        ("lead cancelled", ("lead", "cancelled")),
        ("check handling done", ("warranty_check", "met")),
        ("check handling", ("warranty_check", None)),
        ("complaint handling", ("complaint_first_reply", "met")),
        ("complaint escalated handling", ("complaint_resolution", None)),
        ("complaint handling answered", ("complaint_resolution", "met")),
        ("return reviewing", ("return_review", None)),
        ("return reviewing refused", ("return_review", "met")),
    ],
)
def test_a_change_of_state_ends_what_it_answers(
    store: TicketStore, database: Database, at: datetime, path: str, ending: tuple[str, str | None]
) -> None:
    """A deadline is met by the state it waits for, cancelled with the ticket, and else runs on unmoved."""
    (kind, *states), (name, outcome) = path.split(), ending
    no = opened(store, at, new(kind)).no
    due = running(database)[name][0]
    moved(store, no, *states, at=at + HOUR)
    assert outcomes(database, name) == [outcome]
    assert outcome is not None or running(database)[name][0] == due


def test_an_answered_complaint_shows_no_due_day_and_one_taken_up_again_a_new_one(
    store: TicketStore, database: Database, at: datetime
) -> None:
    """The field follows the deadline, and the history tells both."""
    no = opened(store, at, new("complaint")).no
    assert moved(store, no, "handling", "answered", at=at).due is None
    assert moved(store, no, "handling", at=at + 96 * HOUR).due == moment("2026-11-26T18:00")
    assert [c.new for c in store.history(no) if c.field == "due"] == [None, "2026-11-26T18:00:00+08:00"]
    assert outcomes(database, "complaint_resolution") == ["met", None]


def test_a_day_that_staff_agreed_on_goes_first(store: TicketStore, database: Database, at: datetime) -> None:
    """Writing another moment on the ticket ends the old deadline and begins one that names a person's word."""
    no = opened(store, at, new("complaint")).no
    store.amend(no, {"due": "2026-12-01T12:00:00+08:00"}, actor="desk", at=at)
    assert running(database)["complaint_resolution"] == (moment("2026-12-01T12:00"), "given")
    assert outcomes(database, "complaint_resolution") == ["cancelled", None]


def test_a_ticket_moved_in_keeps_what_it_was_promised(store: TicketStore, database: Database, at: datetime) -> None:
    """An open ticket is watched from its arrival on, its own due day stands, and nobody is called about old work."""
    rows = [
        {"no": "A", "kind": "complaint", "state": "handling", "due": "2026-11-21T09:00:00+08:00"},
        {"no": "B", "kind": "installation", "state": "done", "created": "2020-01-01T00:00:00+08:00"},
        {"no": "C", "kind": "installation", "state": "done", "follow_up": "2026-11-22T09:00:00+08:00"},
        {"no": "D", "kind": "lead", "state": "registered"},
    ]
    assert {result.outcome for result in store.import_(rows, at=at)} == {"imported"}
    assert running(database, "A") == {"complaint_resolution": (moment("2026-11-21T09:00"), "given")}
    assert running(database, "B") == {}
    assert running(database, "C") == {"follow_up": (moment("2026-11-22T09:00"), "given")}
    assert running(database, "D") == {"lead": (moment("2026-11-24T18:00"), "service.yml")}


def test_what_is_refused_or_fails_leaves_no_deadline(
    monkeypatch: pytest.MonkeyPatch, store: TicketStore, database: Database, at: datetime
) -> None:
    """A deadline is stored with its change or not at all."""
    no = opened(store, at, new("complaint")).no
    before = running(database)
    store.move(no, State.CLOSED, actor="desk", at=at)
    assert running(database) == before

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.tickets.writing.enqueue", die)
    with pytest.raises(KeyboardInterrupt):
        store.move(no, State.HANDLING, actor="desk", at=at)
    with pytest.raises(KeyboardInterrupt):
        opened(store, at, new("lead"), "d2")
    assert running(database) == before

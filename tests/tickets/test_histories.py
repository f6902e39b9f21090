"""Whatever is done with tickets in whatever order: states are legal, the history tells everything and never changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.database import Database
from bot.settings import SHANGHAI
from bot.tickets import lifecycle, steps
from bot.tickets.model import BadField, Change, Kind, NewTicket, State, Ticket
from bot.tickets.store import Refused, TicketStore
from bot.tickets.tables import history

pytestmark = pytest.mark.slow

START = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)

NOTES = st.sampled_from(["", " ", "已致电"])
LINES = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from(["检修", "电机"]), "amount": st.sampled_from([0, 80, 81, None])}),
    max_size=3,
)
SHEETS = st.fixed_dictionaries(
    {},
    optional={
        "found": st.just("电容烧毁"),
        "parts": st.lists(st.just({"name": "电容"}), max_size=1),
        "fees": st.lists(
            st.fixed_dictionaries({"name": st.just("检修"), "amount": st.sampled_from([0, 80])}), max_size=1
        ),
        "warranty": st.just({"days": 90}),
        "old_parts_returned": st.booleans(),
    },
)
WORKS = st.none() | st.builds(lambda works: {"by": "李雷", "works": works}, st.booleans())
VISITS = st.none() | st.builds(lambda day: {"date": f"2026-12-0{day}"}, st.integers(1, 9))
PLANS = st.one_of(
    st.builds(
        lambda to, note, visit: steps.move(to, note=note, appointment=visit), st.sampled_from(State), NOTES, VISITS
    ),
    st.builds(lambda who: steps.assign(technician=who), st.sampled_from(["T-1", "T-2"])),
    st.builds(steps.quote, LINES),
    st.builds(lambda yes: steps.answer_quote(approved=yes), st.booleans()),
    st.builds(
        lambda sheet, works, note: steps.complete(sheet=sheet, acceptance=works, note=note), SHEETS, WORKS, NOTES
    ),
    st.builds(steps.rate, st.integers(0, 6)),
    st.builds(steps.urge),
    st.builds(steps.note, NOTES),
    st.builds(lambda name: steps.attach(name, by="desk", at=START), st.sampled_from(["a.jpg", ""])),
    st.builds(lambda text: steps.amend({"description": text}), st.text("不制冷", max_size=2)),
)


class Histories(RuleBasedStateMachine):
    """Tickets of every kind, on which everything is tried; beside them a plain record of what was seen."""

    store: TicketStore
    tickets = Bundle("tickets")

    def __init__(self) -> None:
        super().__init__()
        self.at = START
        self.first: dict[str, Ticket] = {}
        self.seen: dict[str, list[Change]] = {}

    @initialize(target=tickets)
    def open_repair(self) -> str:
        return self._open(Kind.REPAIR)

    @rule(target=tickets, kind=st.sampled_from(Kind))
    def open_another(self, kind: Kind) -> str:
        return self._open(kind)

    def _open(self, kind: Kind) -> str:
        draft = f"{id(self)}-{len(self.first)}"
        request = NewTicket(kind=kind, brand="skyworth", phone="13800138000")
        opened = self.store.open(draft, request, actor="customer", at=self.at)
        self.first[opened.ticket.no] = opened.ticket
        self.seen[opened.ticket.no] = []
        return opened.ticket.no

    @rule(no=tickets, plan=PLANS, is_stale=st.sampled_from([False, False, False, True]))
    def do(self, no: str, plan: steps.Plan, is_stale: bool) -> None:
        self.at += timedelta(minutes=1)
        before = self.store.get(no)
        assert before is not None
        version = before.version - 1 if is_stale else before.version
        result = self.store.change(no, plan, actor="desk", at=self.at, expect_version=version)
        if isinstance(result, Refused):
            assert self.store.get(no) == before
            assert result.reason_code == "changed_meanwhile" or not is_stale
        else:
            assert not is_stale

    @invariant()
    def states_are_legal(self) -> None:
        """Every move in the history stands in the table of its kind, and nothing is mended without a yes."""
        for no, first in self.first.items():
            state = first.state
            for change in self.store.history(no):
                if change.field == "state" and change.event == "moved":
                    assert change.old == state.value
                    assert State(change.new) in lifecycle.MOVES[first.kind][state]
                    state = State(change.new)
            ticket = self.store.get(no)
            assert ticket is not None and ticket.state is state
            if ticket.state is State.REPAIRING:
                assert ticket.quote is not None and ticket.quote.has_consent
            if ticket.state is State.COMPLETED:
                assert ticket.sheet and ticket.sheet.found and ticket.acceptance and ticket.acceptance.works

    @invariant()
    def the_history_tells_everything(self) -> None:
        """The ticket as it was opened, with each change of its history made to it, is the ticket as it is."""
        for no, first in self.first.items():
            told = first.to_json()
            for change in self.store.history(no):
                if change.field and change.event != "opened":
                    assert told[change.field] == change.old
                    told[change.field] = change.new
            now = self.store.get(no)
            assert now is not None
            assert told == {**now.to_json(), "updated": told["updated"]}

    @invariant()
    def the_history_only_grows(self) -> None:
        """What was once read of a history is read again, unchanged and in front."""
        for no, before in self.seen.items():
            now = self.store.history(no)
            assert now[: len(before)] == before
            self.seen[no] = now


def test_no_history_breaks_the_rules(database: Database, request: pytest.FixtureRequest) -> None:
    """Y02 Y20: random histories on all kinds keep to their lives, tell everything, and only grow."""
    machine: Callable[[], Histories] = type("Machine", (Histories,), {"store": TicketStore(database)})
    _without_waiting_for_the_disk(database)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30 if request.node.get_closest_marker("slow") else 8,
            stateful_step_count=20,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def _without_waiting_for_the_disk(database: Database) -> None:
    """What a power cut would leave is another test's business, and half a minute of this one's time."""
    engine = database._engine
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))


@pytest.mark.parametrize(
    "statement",
    [sa.update(history).values(note="anders"), sa.delete(history), sa.update(history).values(actor="x")],
    ids=["update", "delete", "actor"],
)
def test_the_database_keeps_the_history(database: Database, store: TicketStore, at: datetime, statement: Any) -> None:
    """Y20: not even a statement of one's own changes or removes a row of the history."""
    no = store.open("d1", NewTicket(kind=Kind.LEAD), actor="customer", at=at).ticket.no
    with pytest.raises(sa.exc.IntegrityError, match="never changed"), database.writing() as connection:
        connection.execute(statement)
    assert [change.event for change in store.history(no)] == ["opened"]


def test_a_look_is_written_down_and_changes_nothing(store: TicketStore, at: datetime) -> None:
    """Y99: who looks at what is masked stands in the history with the reason; the ticket keeps its version."""
    ticket = store.open("d1", NewTicket(kind=Kind.LEAD, phone="13800138000"), actor="customer", at=at).ticket
    store.revealed([ticket.no], actor="小王", at=at, note="客户来电核对")
    assert store.get(ticket.no) == ticket
    look = store.history(ticket.no)[-1]
    assert (look.event, look.actor, look.note) == ("revealed", "小王", "客户来电核对")


def test_what_changed_since_a_version_is_what_came_after_it(store: TicketStore, at: datetime) -> None:
    """Whoever has seen a version is told every change after it, in order, and nothing they have seen."""
    no = store.open("d1", NewTicket(kind=Kind.CHECK), actor="customer", at=at).ticket.no
    seen = store.change(no, steps.assign(assignee="小王"), actor="a", at=at)
    assert isinstance(seen, Ticket)
    store.move(no, State.HANDLING, actor="b", at=at)
    store.change(no, steps.note("已查"), actor="c", at=at)
    changes = store.changes_since(no, seen.version)
    assert [(change.actor, change.event) for change in changes] == [("b", "moved"), ("c", "noted")]
    assert store.changes_since(no, seen.version + 2) == []


def test_a_ticket_opened_by_a_step_is_opened_with_it_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch, store: TicketStore, at: datetime
) -> None:
    """When the follow-up of a poor rating cannot be stored the rating is not stored either."""
    no = store.open("d1", NewTicket(kind=Kind.LEAD), actor="customer", at=at).ticket.no
    for state in (State.HANDLING, State.DONE):
        store.move(no, state, actor="desk", at=at)
    monkeypatch.setattr("bot.tickets.steps._follow_up", lambda ticket: replace(ticket, description="长" * 4001))
    with pytest.raises(BadField):
        store.change(no, steps.rate(1), actor="customer", at=at)
    ticket = store.get(no)
    assert ticket is not None and ticket.rating is None

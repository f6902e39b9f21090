"""How tickets move: the steps of each form, what they ask for, and what no path can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import SHANGHAI
from bot.tickets import lifecycle
from bot.tickets.lifecycle import Refused
from bot.tickets.model import (
    Acceptance,
    Appointment,
    Kind,
    Quote,
    QuoteItem,
    RepairSheet,
    Review,
    State,
    Ticket,
)
from bot.tickets.words import Verdict

AT = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)

#: The states of each form, the first one first, as the contract names them.
REPAIR = """registered dispatched scheduled diagnosing quoted repairing parts_pending
    awaiting_acceptance completed closed declined cancelled taken_in unresolved"""
COMPLAINT = "registered handling answered escalated resolved closed"
GOODS = "requested reviewing awaiting_goods inspecting done refused cancelled"
PLAIN = "registered handling done cancelled"
FORMS = {
    "repair": REPAIR,
    "complaint": COMPLAINT,
    "return": GOODS,
    "exchange": GOODS,
    "refund": PLAIN,
    "installation": PLAIN,
    "maintenance": PLAIN,
    "check": PLAIN,
    "callback": PLAIN,
    "lead": PLAIN,
}


def ticket(kind: str, state: str, answer: bool | None = True) -> Ticket:
    """A ticket in a state with all that is written down on the way, its quote answered like this."""
    item = QuoteItem(name="检修", amount=Decimal(80), approved=answer)
    sheet = {"found": "电容坏", "parts": [], "fees": [], "warranty": {"days": 90}}
    return Ticket(
        no="1",
        kind=Kind(kind),
        state=State(state),
        created=AT,
        updated=AT,
        description="不制冷",
        amount=Decimal(80),
        quote=Quote(items=(item,), total=Decimal(80)),
        appointment=Appointment(date=AT.date()),
        sheet=RepairSheet.from_json(sheet),
        acceptance=Acceptance(by="李雷", works=True),
        review=Review(since=AT.date(), verdict=Verdict.APPROVED),
    )


def test_every_kind_has_its_form() -> None:
    """Each kind has the states of its form, no others, and is opened in the first one."""
    assert {kind.value for kind in Kind} == set(FORMS)
    for kind, names in FORMS.items():
        assert {state.value for state in lifecycle.states(Kind(kind))} == set(names.split())
        assert lifecycle.first_state(Kind(kind)).value == names.split()[0]


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (
            "repair",
            "registered dispatched scheduled diagnosing quoted repairing awaiting_acceptance completed closed",
        ),
        ("repair", "quoted declined closed"),
        ("repair", "diagnosing taken_in quoted repairing parts_pending repairing"),
        ("repair", "awaiting_acceptance repairing unresolved closed"),
        ("repair", "completed diagnosing"),
        ("complaint", "registered handling answered handling resolved closed"),
        ("complaint", "answered escalated resolved"),
        ("return", "requested reviewing awaiting_goods inspecting done"),
        ("exchange", "requested reviewing refused"),
        ("refund", "registered handling done"),
        ("callback", "registered cancelled"),
        ("callback", "handling done"),
    ],
)
def test_a_ticket_goes_its_way(kind: str, path: str) -> None:
    """The ways that the desk works by are open from step to step."""
    states = path.split()
    for state, to in pairwise(states):
        assert lifecycle.refusal(ticket(kind, state), State(to), note="n") is None


@pytest.mark.parametrize(
    ("kind", "state", "to", "reason"),
    [
        ("repair", "registered", "repairing", "not_allowed"),
        ("repair", "scheduled", "quoted", "not_allowed"),
        ("repair", "diagnosing", "repairing", "not_allowed"),
        ("repair", "repairing", "completed", "not_allowed"),
        ("repair", "closed", "registered", "not_allowed"),
        ("repair", "cancelled", "dispatched", "not_allowed"),
        ("repair", "registered", "answered", "not_allowed"),
        ("repair", "quoted", "quoted", "already_there"),
        ("complaint", "registered", "closed", "not_allowed"),
        ("return", "requested", "done", "not_allowed"),
        ("lead", "registered", "done", "not_allowed"),
    ],
)
def test_a_step_is_not_jumped(kind: str, state: str, to: str, reason: str) -> None:
    """What the table of moves does not hold is refused, with the moves it does hold."""
    here = ticket(kind, state)
    assert lifecycle.refusal(here, State(to), note="n") == Refused(reason, lifecycle.allowed(here))


@pytest.mark.parametrize(
    ("kind", "state", "to"),
    [
        ("repair", "diagnosing", "taken_in"),
        ("repair", "repairing", "unresolved"),
        ("complaint", "handling", "resolved"),
        ("return", "inspecting", "refused"),
        ("callback", "handling", "done"),
        ("callback", "registered", "cancelled"),
        ("refund", "handling", "cancelled"),
    ],
)
def test_some_steps_ask_for_a_note(kind: str, state: str, to: str) -> None:
    """Taking a part away, giving up, resolving, refusing and a call back's end are written down in words."""
    refused = lifecycle.refusal(ticket(kind, state), State(to), note="  ")
    assert refused is not None and refused.reason_code == "no_note"
    assert State(to) in refused.allowed
    assert lifecycle.refusal(ticket(kind, state), State(to), note="易碎标 0012") is None


@given(st.data())
def test_no_path_mends_without_consent(data: st.DataObject) -> None:
    """Whatever moves are made, a repair whose quote lacks a yes is never being mended."""
    answer = data.draw(st.sampled_from([True, False, None]))
    here = ticket("repair", "registered", answer)
    for _ in range(data.draw(st.integers(0, 25))):
        to = data.draw(st.sampled_from(list(State)))
        if lifecycle.refusal(here, to, note="n") is None:
            here = replace(here, state=to)
        if here.state is State.REPAIRING:
            assert answer is True


@pytest.mark.parametrize("kind", FORMS)
def test_every_state_can_be_reached(kind: str) -> None:
    """From the first state each state of a form is reached, and only states of the form."""
    reached, todo = set(), [lifecycle.first_state(Kind(kind)).value]
    while todo:
        state = todo.pop()
        if state not in reached:
            reached.add(state)
            todo += [to.value for to in lifecycle.allowed(ticket(kind, state))]
    assert reached == set(FORMS[kind].split())


@pytest.mark.parametrize("kind", FORMS)
def test_allowed_moves_are_those_that_are_not_refused(kind: str) -> None:
    """What is offered succeeds with a note, and whatever else is tried does not."""
    for name in FORMS[kind].split():
        for answer in (True, None):
            here = ticket(kind, name, answer)
            open_ = {to for to in State if lifecycle.refusal(here, to, note="n") is None}
            assert open_ == set(lifecycle.allowed(here))

"""Work is completed with what its kind asks for: a repair with its sheet, its bill and the customer's acceptance."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot.tickets import steps
from bot.tickets.model import Kind, NewTicket, State
from bot.tickets.store import TicketStore
from tests.tickets.desk import SHEET, WORKS, Desk, lacking


def test_what_completing_lacks_is_said_field_by_field(mended: Desk) -> None:
    """Y24 Y28: without sheet and acceptance a repair is not completed, and each missing field is named."""
    assert lacking(mended.refused(steps.complete())) == {
        "sheet.found": "missing",
        "sheet.parts": "missing",
        "sheet.fees": "missing",
        "sheet.warranty": "missing",
        "acceptance": "missing",
    }
    half = {**SHEET, "warranty": None, "old_parts_returned": None}
    assert lacking(mended.refused(steps.complete(sheet=half, acceptance={"by": "李雷", "works": False}))) == {
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
        ([{"name": "检修", "amount": 60}, {"name": "检修", "amount": 40}], "sheet.fees[1]"),
    ],
)
def test_nothing_is_billed_that_nobody_agreed_to(mended: Desk, fees: list[dict[str, Any]], place: str) -> None:
    """Y34: each line of the bill stands in the quote that the customer said yes to, and costs no more than there."""
    refused = mended.refused(steps.complete(sheet={**SHEET, "fees": fees}, acceptance=WORKS))
    assert lacking(refused) == {place: "not_quoted"}


def test_who_finds_it_not_mended_accepts_again_later(mended: Desk) -> None:
    """Y28: a repair that goes on after its acceptance, or comes back, needs a new acceptance."""
    mended(steps.complete(sheet=SHEET, acceptance=WORKS))
    assert mended.moves("diagnosing").acceptance is None
    mended.moves("quoted", "repairing", "awaiting_acceptance")
    assert lacking(mended.refused(steps.complete())) == {"acceptance": "missing"}


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

"""What tests do at the desk: a repair to begin with, the short ways to open and move a ticket, and somebody at work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot.tickets import steps
from bot.tickets.model import Kind, NewTicket, State, Ticket
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


def opened(store: TicketStore, at: datetime, request: NewTicket = REPAIR, draft: str = "d1") -> Ticket:
    """A ticket that is stored."""
    return store.open(draft, request, actor="customer", at=at).ticket


def moved(store: TicketStore, no: str, *path: str, at: datetime, note: str = "n") -> Ticket:
    """The ticket after a path of moves, each of which must be allowed."""
    for state in path:
        result = store.move(no, State(state), actor="desk", at=at, note=note)
        assert isinstance(result, Ticket), result
    return result


def lacking(refused: Refused) -> dict[str, str]:
    """What a refusal says is lacking, and how."""
    assert refused.reason_code == "lacking"
    return dict(refused.lacking)


class Desk:
    """Somebody at the desk who works on one ticket, and whose steps must succeed unless `refused` is called."""

    def __init__(self, store: TicketStore, at: datetime, request: NewTicket = REPAIR, *, draft: str = "d1") -> None:
        self.store, self.at = store, at
        self.no = opened(store, at, request, draft).no

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

    def trace(self, since: int) -> list[tuple[str, str | None, Any]]:
        """Event, field and new value of the history's rows from this one on."""
        return [(row.event, row.field, row.new) for row in self.store.history(self.no)[since:]]

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

"""Tickets that come from another system."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.database import Database
from bot.tickets.model import Change, Ticket
from bot.tickets.moving_in import Result
from bot.tickets.store import TicketStore

OLD = {
    "no": "WO-2025/0412",
    "kind": "repair",
    "state": "completed",
    "brand": "jason",
    "product": "water_heater",
    "name": "李雷",
    "phone": "138 0013 8000",
    "created": "2025-04-12T09:00:00+08:00",
    "updated": "2025-04-15T16:00:00+08:00",
    "quote": {"items": [{"name": "阀", "amount": 60, "approved": True}], "total": 60},
}


def test_a_ticket_keeps_its_number_and_its_times(store: TicketStore, at: datetime) -> None:
    """What another system knew is found under its own number, by its own phone, at its own time."""
    assert store.import_([OLD], at=at) == [Result("WO-2025/0412", "imported")]
    ticket = store.get("WO-2025/0412")
    assert ticket is not None
    assert {name: value for name, value in ticket.to_json().items() if value is not None} == OLD
    assert store.find("WO-2025/0412", "8000") == ticket
    assert store.of_phone("13800138000") == [ticket]


def test_a_ticket_brings_its_history(store: TicketStore, at: datetime) -> None:
    """The rows of the old history come first, then the row that says it was imported."""
    rows = [{"at": "2025-04-12T09:00:00+08:00", "actor": "小王", "event": "opened", "new": "x"}]
    store.import_([{**OLD, "history": rows}], at=at)
    arrival = Change(at=at, actor="import", event="imported", field="state", new="completed")
    assert store.history("WO-2025/0412") == [Change.from_json(rows[0]), arrival]


def test_importing_again_changes_nothing(store: TicketStore, at: datetime) -> None:
    """A number that is here already stays as it is, whatever the file says of it now."""
    store.import_([OLD], at=at)
    before = store.get("WO-2025/0412")
    again = store.import_([{**OLD, "state": "closed"}], at=at + timedelta(days=1))
    assert again == [Result("WO-2025/0412", "exists")]
    assert store.get("WO-2025/0412") == before
    assert len(store.history("WO-2025/0412")) == 1


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("WO-1", "ticket: expected an object"),
        ({"kind": "repair", "state": "closed"}, "no: missing"),
        ({**OLD, "no": "WO 1"}, "no: expected at most 32 characters without spaces"),
        ({**OLD, "no": "W" * 33}, "no: expected at most 32 characters without spaces"),
        ({**OLD, "state": None}, "state: missing"),
        ({**OLD, "kind": "lead"}, "state: completed is none of a lead's: registered, "),
        ({**OLD, "status": "open"}, "status: unknown field; did you mean 'state'?"),
        ({**OLD, "history": "none"}, "history: expected a list"),
        ({**OLD, "history": [{"at": "x"}]}, "history[0].at: expected a moment"),
        ({**OLD, "history": [{"actor": "x"}]}, "history[0].at: missing"),
    ],
)
def test_a_wrong_row_says_why_and_the_others_are_taken(store: TicketStore, at: datetime, row: Any, why: str) -> None:
    """Each row is told what became of it; one that is wrong does not keep out the others."""
    good = {**OLD, "no": "WO-9"}
    refused, imported = store.import_([row, good], at=at)
    assert refused.outcome == "refused" and refused.why.startswith(why)
    assert imported == Result("WO-9", "imported")
    assert [ticket.no for ticket in store.search()] == ["WO-9"]


def test_a_draft_that_is_a_ticket_already_is_not_imported_twice(store: TicketStore, at: datetime) -> None:
    """Two rows of one draft cannot both be tickets."""
    first, second = {**OLD, "draft_id": "d1"}, {**OLD, "no": "WO-2", "draft_id": "d1"}
    results = store.import_([first, second], at=at)
    assert [result.outcome for result in results] == ["imported", "refused"]
    assert results[1].why.startswith("draft_id: ")


def test_our_own_tickets_move_out_and_in(store: TicketStore, at: datetime, tmp_path: Any) -> None:
    """What is written with its history reads back into an empty store as the same tickets."""
    store.import_([OLD, {**OLD, "no": "WO-2", "kind": "complaint", "state": "answered"}], at=at)
    store.amend("WO-2", {"urged": 1, "due": at}, actor="customer", at=at, note="催")
    exported = json.dumps([t.to_json(store.history(t.no)) for t in store.search()])
    other = TicketStore(Database(f"sqlite:///{tmp_path}/other.db"))
    assert {r.outcome for r in other.import_(json.loads(exported), at=at)} == {"imported"}
    for ticket in store.search():
        moved = other.get(ticket.no)
        assert isinstance(moved, Ticket) and moved.to_json() == ticket.to_json()
        assert other.history(ticket.no)[:-1] == store.history(ticket.no)

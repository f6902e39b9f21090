"""What the commands beside the worker list: missed deadlines, and events not delivered yet."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.tickets import outbox
from bot.tickets.model import Kind
from tests.tickets.office import OPENED, Office

pytestmark = pytest.mark.slow  # processes


def test_what_is_overdue_is_listed(office: Office) -> None:
    """A line for each missed deadline, or its fields as JSON; nobody is named."""
    no = office.opened(Kind.COMPLAINT)
    office.now(OPENED + timedelta(days=5))
    assert office.command("overdue").stdout.splitlines() == [
        f"{no}  complaint_first_reply  首次回复投诉  due 2026-11-21 10:00  service.yml  not escalated yet",
        f"{no}  complaint_resolution  解决投诉  due 2026-11-24 18:00"
        "  skyworth.complaints.handled-in-two-working-days  not escalated yet",
    ]
    first, second = json.loads(office.command("overdue", "--json").stdout)
    assert first == {
        "ticket_no": no,
        "name": "complaint_first_reply",
        "started": "2026-11-20T10:00:00+08:00",
        "due": "2026-11-21T10:00:00+08:00",
        "basis": "service.yml",
        "guessed": None,
        "escalated": None,
    }
    assert second["basis"] == "skyworth.complaints.handled-in-two-working-days"


def test_the_outbox_is_listed_and_tried_again(office: Office) -> None:
    """What waits or was given up stands in the list; --retry lets it be tried anew."""
    no = office.opened()
    taken = outbox.take(office.database, OPENED)
    assert taken is not None
    outbox.failed(office.database, taken, OPENED, error="HTTP 500", patience=outbox.Patience(tries=1))
    (line,) = office.command("outbox").stdout.splitlines()
    assert line == f"{taken.id}  2026-11-20 10:00  {no}  ticket.opened  given_up  tries 1  HTTP 500"
    assert office.command("outbox", "--retry").stdout == "1 to be tried again\n"
    (row,) = json.loads(office.command("outbox", "--json").stdout)
    assert (row["status"], row["tries"], row["not_before"]) == ("waiting", 0, None)

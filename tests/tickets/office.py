"""What tests of the worker need: a database, a clock they move, and workers that they start."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from bot.database import Database
from bot.settings import SHANGHAI
from bot.tickets.model import Kind, NewTicket
from bot.tickets.store import TicketStore
from tests.empty_store import store_at
from tests.tickets.receiver import Listener

OPENED = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)


class Office:
    """A database, a clock that the test moves, and the workers it starts."""

    def __init__(self, folder: Path) -> None:
        self.url = store_at(folder / "baoxiu.db")
        self.store = TicketStore(self.url)
        self.database = Database(self.url)
        self._clock = folder / "now"
        self.now(OPENED)
        self.environment = {
            **os.environ,
            "BAOXIU_VAR": str(folder),
            "BAOXIU_DATABASE_URL": self.url,
            "BAOXIU_NOW": f"@{self._clock}",
            "BAOXIU_WEBHOOK_URL": "",
            "BAOXIU_WEBHOOK_SECRET": "",
        }

    def now(self, moment: datetime) -> None:
        """Move everybody's clock."""
        self._clock.write_text(moment.isoformat())

    def sends_to(self, listener: Listener) -> None:
        """Let workers that start from now on deliver."""
        self.environment |= {"BAOXIU_WEBHOOK_URL": listener.url, "BAOXIU_WEBHOOK_SECRET": "s"}

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[str]]:
        """A worker that has begun; killed at the end of the block if it still runs."""
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.tickets", "work"], env=self.environment, stderr=subprocess.PIPE, text=True
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the other commands to its end."""
        return subprocess.run(
            [sys.executable, "-m", "bot.tickets", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def opened(self, kind: Kind = Kind.CALLBACK, draft: str = "d1") -> str:
        """The number of a ticket that is stored."""
        request = NewTicket(kind=kind, brand="skyworth", name="李雷", phone="13800138000")
        return self.store.open(draft, request, actor="customer", at=OPENED).ticket.no

    def level(self, no: str) -> int | None:
        """How often a ticket was escalated."""
        ticket = self.store.get(no)
        assert ticket is not None
        return ticket.level


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with nothing to do."""
    office = Office(tmp_path)
    yield office
    office.database.dispose()

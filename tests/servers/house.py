"""The real servers, started once for the whole test run on free ports, with stores and a clock of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from scripts import first_message, model, processes, supervision
from tests.tickets.receiver import Listener, listening

ROOT = Path(__file__).parent.parent.parent
NOW = "2026-11-22T10:00:00+08:00"


class Clock:
    """The time in the house: it stands still until a test moves it."""

    def __init__(self, file: Path, moment: str) -> None:
        self._file = file
        self._now = datetime.fromisoformat(moment)
        self._one_at_a_time = threading.Lock()
        self.move(timedelta())

    def move(self, on: timedelta) -> None:
        """Let so much time go by."""
        with self._one_at_a_time:
            self._now += on
            new = self._file.with_suffix(".new")
            new.write_text(self._now.isoformat(), encoding="utf-8")
            new.replace(self._file)  # nobody reads half a moment


@dataclass(frozen=True)
class House:
    """A running Baoxiu: how to talk to it, look at its tickets, move its clock, and hurt it.

    receiver: hears every ticket event.
    """

    at: processes.Addresses
    env: dict[str, str]
    supervisor: supervision.Supervisor
    clock: Clock
    receiver: Listener

    @property
    def database_url(self) -> str:
        """Where its tickets are."""
        return self.env["BAOXIU_DATABASE_URL"]

    def say(self, sender: str, text: str, message_id: str | None = None, limit: float = 30) -> list[dict[str, Any]]:
        """One message over REST; the entries of the reply. Raises OSError while Rasa is away."""
        body = {"sender": sender, "message": text, "metadata": {"message_id": message_id or uuid.uuid4().hex}}
        found: list[dict[str, Any]] = post(self.at.rasa, "/webhooks/rest/webhook", body, limit=limit)
        return found

    def get(self, path: str) -> Any:
        """JSON from the web process."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.at.web}{path}", timeout=10) as answer:
            return json.load(answer)

    def tickets(self) -> list[dict[str, Any]]:
        """Every ticket, as the command line tells it."""
        done = subprocess.run(
            [sys.executable, "-m", "bot.tickets", "list", "--json"],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=True,
        )
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

    def kill(self, part: str) -> bool:
        """End a part's process at once, if it runs; the supervisor starts it again."""
        state = self.supervisor.states()[part]
        if state.name != "RUNNING":
            return False
        os.kill(state.pid, signal.SIGKILL)
        return True


def post(
    port: int, path: str, body: Mapping[str, Any], *, headers: Mapping[str, str] | None = None, limit: float
) -> Any:
    """JSON there and back. Raises OSError where nobody answers, or says no."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", **(headers or {})},
    )
    with urllib.request.urlopen(request, timeout=limit) as answer:
        return json.load(answer)


def text_of(entries: list[dict[str, Any]]) -> str:
    """All that a reply says."""
    return "\n".join(entry["text"] for entry in entries if entry.get("text"))


@contextmanager
def running(var: Path) -> Iterator[House]:
    """Start everything with its stores below `var`; ended with the block."""
    at = processes.Addresses("127.0.0.1", *_free_ports(3))
    programs = processes.parts(Path(sys.executable), model.path(ROOT), at)
    with ExitStack() as stack:
        receiver = stack.enter_context(listening())
        mine = _settings(var, at, receiver)
        clock = Clock(var / "now", NOW)
        supervisor = stack.enter_context(supervision.running(programs, root=ROOT, logs=var / "log", env=mine))
        ready = first_message.wait(at, busy=lambda what: None, check=lambda: None, limit=180)
        assert ready, f"the servers did not answer; their logs are in {var / 'log'}"
        yield House(at, {**os.environ, **mine}, supervisor, clock, receiver)


def _settings(var: Path, at: processes.Addresses, receiver: Listener) -> dict[str, str]:
    return {
        "BAOXIU_VAR": str(var),
        "BAOXIU_DATABASE_URL": f"sqlite:///{var / 'baoxiu.db'}",
        "BAOXIU_NOW": f"@{var / 'now'}",
        "BAOXIU_WEB_PORT": str(at.web),
        "BAOXIU_RASA_PORT": str(at.rasa),
        "BAOXIU_ACTIONS_PORT": str(at.actions),
        "BAOXIU_WEBHOOK_URL": receiver.url,
        "BAOXIU_WEBHOOK_SECRET": "between the house and its receiver",
        **processes.environment(at),
    }


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]

"""The real servers, started once for the whole test run on free ports, with stores of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts import first_message, model, processes, supervision

ROOT = Path(__file__).parent.parent.parent
NOW = "2026-11-22T10:00:00+08:00"


@dataclass(frozen=True)
class House:
    """A running Baoxiu: how to talk to it, look at its tickets, and hurt it."""

    at: processes.Addresses
    env: dict[str, str]
    supervisor: supervision.Supervisor

    def say(self, sender: str, text: str, message_id: str | None = None, limit: float = 30) -> list[dict[str, Any]]:
        """One message over REST; the entries of the reply. Raises OSError while Rasa is away."""
        body = {"sender": sender, "message": text, "metadata": {"message_id": message_id or uuid.uuid4().hex}}
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.at.rasa}/webhooks/rest/webhook",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=limit) as answer:
            found: list[dict[str, Any]] = json.load(answer)
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

    def kill(self, part: str) -> None:
        """End a part's process at once; the supervisor starts it again."""
        if pid := self.supervisor.states()[part].pid:
            os.kill(pid, signal.SIGKILL)


def text_of(entries: list[dict[str, Any]]) -> str:
    """All that a reply says."""
    return "\n".join(entry["text"] for entry in entries if entry.get("text"))


@contextmanager
def running(var: Path) -> Iterator[House]:
    """Start everything with its stores below `var`; ended with the block."""
    at = processes.Addresses("127.0.0.1", *_free_ports(3))
    mine = {
        "BAOXIU_VAR": str(var),
        "BAOXIU_NOW": NOW,
        "BAOXIU_WEB_PORT": str(at.web),
        "BAOXIU_RASA_PORT": str(at.rasa),
        "BAOXIU_ACTIONS_PORT": str(at.actions),
        **processes.environment(at),
    }
    programs = processes.parts(Path(sys.executable), model.path(ROOT), at)
    with ExitStack() as stack:
        supervisor = stack.enter_context(supervision.running(programs, root=ROOT, logs=var / "log", env=mine))
        ready = first_message.wait(at, busy=lambda what: None, check=lambda: None, limit=180)
        assert ready, f"the servers did not answer; their logs are in {var / 'log'}"
        yield House(at, {**os.environ, **mine}, supervisor)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]

"""supervisord as a child of ours: started, asked what runs, stopped with all it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import xmlrpc.client
from collections import Counter
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping, Sequence, cast

from scripts.console import Problem
from scripts.processes import Part, supervisor_config
from scripts.stopping import undisturbed


@dataclass(frozen=True)
class State:
    """What supervisord knows of a part: its process (0: none now) and the state's name."""

    pid: int
    name: str


class Supervisor:
    """A running supervisord, asked through its private socket."""

    def __init__(self, process: subprocess.Popen[bytes], socket: Path) -> None:
        self._process = process
        self._socket = socket
        self._known: dict[str, State] = {}

    def states(self) -> dict[str, State]:
        """Each part's state; raises `Problem` if supervisord is gone."""
        if self._process.poll() is not None:
            raise Problem("The supervisor has ended; so has everything else.")
        try:
            listed = self._ask()
        except (OSError, HTTPException, xmlrpc.client.Error):  # not listening yet
            return self._known
        self._known = {one["name"]: State(one["pid"], one["statename"]) for one in listed}
        return self._known

    def _ask(self) -> list[dict[str, Any]]:
        from supervisor.xmlrpc import SupervisorTransport

        # A transport each time: after a failed request it cannot be used again.
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        with xmlrpc.client.ServerProxy("http://supervisor", transport) as rpc:
            return cast("list[dict[str, Any]]", rpc.supervisor.getAllProcessInfo())

    def stop(self) -> None:
        """End supervisord, which ends its parts first (the stubborn ones after 8 seconds)."""
        if self._process.poll() is None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=20)
                return
            self._process.kill()
        self._end_orphans()

    def _end_orphans(self) -> None:
        """supervisord did not end its parts: each leads a process group of its own."""
        for state in self._known.values():
            if state.pid:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(state.pid, signal.SIGKILL)


@contextlib.contextmanager
def running(programs: Sequence[Part], *, root: Path, logs: Path, env: Mapping[str, str]) -> Iterator[Supervisor]:
    """All `programs` under one supervisord in `root`; none of them outlives the block."""
    logs.mkdir(parents=True, exist_ok=True)
    # Not under `root`: the path of a socket may have some hundred bytes at most.
    with tempfile.TemporaryDirectory(prefix="baoxiu-") as folder:
        config = Path(folder, "supervisord.conf")
        text = supervisor_config(programs, root=root, logs=logs, state=Path(folder))
        config.write_text(text, "utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(config)],
            cwd=root,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us; we tell it
        )
        supervisor = Supervisor(process, Path(folder, "supervisor.sock"))
        try:
            yield supervisor
        finally:
            with undisturbed():
                supervisor.stop()


class Watch:
    """Says which parts stopped and run again, look by look."""

    def __init__(
        self,
        supervisor: Supervisor,
        *,
        say: Callable[[str], None],
        logs: Path,
        is_up: Callable[[str], bool] = lambda name: True,
        may_stop: int | None = None,
    ) -> None:
        """`is_up` knows more of a running part than supervisord does: whether it listens yet.

        With `may_stop`, a part that has stopped so often raises `Problem` instead.
        """
        self._supervisor = supervisor
        self._is_up = is_up
        self._say = say
        self._logs = logs
        self._may_stop = may_stop
        self._pids: dict[str, int] = {}
        self._down: set[str] = set()
        self._stops: Counter[str] = Counter()

    def look(self) -> None:
        """Compare with the last look; supervisord restarts a part within this or the next."""
        for name, state in self._supervisor.states().items():
            before = self._pids.get(name, 0)
            if before and state.pid != before:
                self._stopped(name)
            if name in self._down and state.name == "RUNNING" and self._is_up(name):
                self._down.discard(name)
                self._say(f"{name} runs again.")
            self._pids[name] = state.pid

    def _stopped(self, name: str) -> None:
        self._stops[name] += 1
        self._down.add(name)
        log = self._logs / f"{name}.log"
        if self._may_stop and self._stops[name] >= self._may_stop:
            raise Problem(f"{name} does not start: {_last_line(log)} (Details: {log})")
        self._say(f"{name} has stopped and is started again. (Details: {log})")


def _last_line(log: Path) -> str:
    """What a program said last, as a rule its error."""
    lines = log.read_text("utf-8", errors="replace").split("\n") if log.is_file() else []
    said = [line.strip() for line in lines if line.strip()]
    return said[-1][:200] if said else "it said nothing."

"""The last part of `make run`: start everything, say when it answers, watch until told to stop."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Callable, Sequence

from scripts import first_message
from scripts.console import Problem, Steps
from scripts.preflight import ROOM_TO_RUN, check_disk, check_port, is_listening
from scripts.processes import Addresses, Part, environment
from scripts.stopping import Stop
from scripts.supervision import Watch, running

LOOK_EVERY = 0.5  # seconds
MAY_STOP = 3  # a part that stops this often before the first answer will not come up


def check(root: Path, programs: Sequence[Part]) -> None:
    """Raise `Problem` for a full disk or a port in use, before anything long begins."""
    check_disk(root, ROOM_TO_RUN, "run")
    for part in programs:
        if part.port is not None:
            check_port(part.name, part.host, part.port, part.variable)


def serve(programs: Sequence[Part], at: Addresses, *, root: Path, logs: Path, steps: Steps) -> None:
    """Run until told to stop; raises `Problem` if a part cannot start or nothing answers."""
    is_up = _listening(programs)
    try:
        with running(programs, root=root, logs=logs, env=environment(at)) as supervisor:
            with steps.step("Starting") as step:
                watch = Watch(supervisor, say=step.say, logs=logs, is_up=is_up, may_stop=MAY_STOP)
                if not first_message.wait(at, busy=step.detail, check=watch.look):
                    raise Problem(f"No answer in {first_message.LIMIT:.0f} s. (Details: {logs})")
            print(f"\nBaoxiu answers at {first_message.url(at)}.")
            print(f"Ctrl-C stops everything; logs are in {logs}.", flush=True)
            watch = Watch(supervisor, say=_say, logs=logs, is_up=is_up)
            while True:
                watch.look()
                time.sleep(LOOK_EVERY)
    except Stop:
        print("\nStopped.", flush=True)


def _listening(programs: Sequence[Part]) -> Callable[[str], bool]:
    """Whether the part of a name takes connections, if it is one that does."""
    by_name = {part.name: part for part in programs}

    def listens(name: str) -> bool:
        part = by_name[name]
        return part.port is None or is_listening(part.host, part.port)

    return listens


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)

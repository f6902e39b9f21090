"""One supervisor for all programs: restarts are said, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.console import Problem
from scripts.processes import Part
from scripts.supervision import State, Supervisor, Watch, running

ROOT = Path(__file__).resolve().parents[2]
# A stand-in writes its process id on a line of its log and sleeps.
SLEEPER = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
# This one has a child, as a server with workers does.
PARENT = (
    "import os, signal, subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print(os.getpid(), child.pid, flush=True)\n"
    "time.sleep(60)\n"
)
# And this one will not be ended politely.
STUBBORN = PARENT.replace("child =", "signal.signal(signal.SIGTERM, signal.SIG_IGN); child =")


@pytest.fixture
def part(tmp_path: Path) -> Callable[..., Part]:
    """Makes a part of a Python script."""

    def make(name: str, script: str, **options: Any) -> Part:
        file = tmp_path / f"{name}.py"
        file.write_text(script)
        return Part(name, (sys.executable, str(file)), **options)

    return make


def until(holds: Callable[[], object], what: str, limit: float = 15) -> None:
    end = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)


def pids(log: Path) -> list[int]:
    return [int(word) for word in log.read_text().split()] if log.exists() else []


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"  # ended, and only waiting for its parent to notice


class Fake(Supervisor):
    """Answers with the states it was given, one set a look."""

    def __init__(self, *looks: dict[str, State]) -> None:
        self._looks = list(looks)

    def states(self) -> dict[str, State]:
        return self._looks.pop(0)


def said(*looks: State, **options: Any) -> list[str]:
    """What a watch says of a part called web over these looks."""
    lines: list[str] = []
    supervisor = Fake(*({"web": look} for look in looks))
    watch = Watch(supervisor, say=lines.append, logs=Path("/log"), **options)
    for _ in looks:
        watch.look()
    return [line.split(" (")[0] for line in lines]


STARTING, RUNS = State(7, "STARTING"), State(7, "RUNNING")
DOWN = State(0, "BACKOFF")


def test_a_start_is_nothing_to_speak_of() -> None:
    """A part that comes up and stays up is not mentioned."""
    assert said(State(0, "STOPPED"), STARTING, RUNS, RUNS) == []


def test_a_crash_and_its_mending_are_said_once() -> None:
    """A part that stops is announced, and so is that it runs again, whatever lies between."""
    again = [State(9, "STARTING"), State(9, "RUNNING"), State(9, "RUNNING")]
    expected = ["web has stopped and is started again.", "web runs again."]
    assert said(RUNS, DOWN, DOWN, *again) == expected
    assert said(RUNS, *again) == expected


def test_running_but_not_yet_listening_is_not_up() -> None:
    """A part that loads for a while after its restart is called up only when it listens."""
    stopped, up = "web has stopped and is started again.", "web runs again."
    looks = [RUNS, State(9, "RUNNING"), State(9, "RUNNING")]
    assert said(*looks, is_up=lambda _: False) == [stopped]
    listens = iter([False, True])
    assert said(*looks, is_up=lambda _: next(listens)) == [stopped, up]


def test_a_part_that_keeps_stopping_is_given_up_on() -> None:
    """Before the first answer, a part that stopped three times ends the start."""
    crashes = [State(1, "STARTING"), DOWN, State(2, "STARTING"), State(3, "STARTING"), DOWN]
    assert said(*crashes, may_stop=4) == ["web has stopped and is started again."] * 3
    with pytest.raises(Problem, match="web does not start"):
        said(*crashes, may_stop=3)


@pytest.mark.slow
def test_a_killed_part_is_restarted_and_said(tmp_path: Path, part: Callable[..., Part]) -> None:
    """A program that is killed runs again under the real supervisor, and both are announced."""
    lines: list[str] = []
    log = tmp_path / "web.log"
    with running([part("web", SLEEPER)], root=tmp_path, logs=tmp_path, env={}) as supervisor:
        watch = Watch(supervisor, say=lines.append, logs=tmp_path)
        until(lambda: pids(log) and supervisor.states(), "the part")
        watch.look()
        os.kill(pids(log)[0], signal.SIGKILL)
        until(lambda: watch.look() or len(lines) == 2, "both lines")
        assert len(pids(log)) == 2
    assert lines[0].startswith("web has stopped and is started again.")
    assert lines[1] == "web runs again."
    until(lambda: not any(map(alive, pids(log))), "the end of the part")


@pytest.mark.slow
def test_a_part_that_cannot_start_says_why(tmp_path: Path, part: Callable[..., Part]) -> None:
    """The line for a part that does not come up ends with the last thing it said."""
    broken = part("rasa", "import sys; print('trying', flush=True); sys.exit('no such model')")
    with (
        pytest.raises(Problem, match="rasa does not start: no such model"),
        running([broken], root=tmp_path, logs=tmp_path, env={}) as supervisor,
    ):
        watch = Watch(supervisor, say=lambda _: None, logs=tmp_path, may_stop=1)
        until(watch.look, "giving up")


@pytest.mark.slow
def test_the_parts_environment_is_set(tmp_path: Path, part: Callable[..., Part]) -> None:
    """What is given for all parts and what a part has of its own both reach the program."""
    script = "import os, time\nprint(os.environ['ALL'], os.environ['OWN'], flush=True)\ntime.sleep(60)"
    web, log = part("web", script, env={"OWN": "100%"}), tmp_path / "web.log"
    with running([web], root=tmp_path, logs=tmp_path, env={"ALL": "a b"}):
        until(lambda: log.exists() and log.read_text() == "a b 100%\n", "the values")


@pytest.mark.slow
def test_if_the_supervisor_is_killed_its_parts_end_too(tmp_path: Path, part: Callable[..., Part]) -> None:
    """When supervisord itself is killed that is said, and no program is left running."""
    log = tmp_path / "web.log"
    with (
        pytest.raises(Problem, match="supervisor has ended"),
        running([part("web", SLEEPER)], root=tmp_path, logs=tmp_path, env={}) as supervisor,
    ):
        until(lambda: pids(log) and supervisor.states(), "the part")
        os.kill(int(Path(f"/proc/{pids(log)[0]}/stat").read_text().split()[3]), signal.SIGKILL)
        until(lambda: supervisor.states() is None, "the report")
    until(lambda: not alive(pids(log)[0]), "the end of the part")


# What `make run` does around the block, with a stand-in for the programs.
LAUNCHER = """
import sys, time
from pathlib import Path
from scripts import processes, stopping, supervision
stopping.listen()
logs = Path(sys.argv[1])
web = processes.Part("web", (sys.executable, str(logs / "web.py")))
try:
    with supervision.running([web], root=logs, logs=logs, env={}):
        while True:
            time.sleep(0.05)
except stopping.Stop as stop:
    print("stopped by", stop)
"""


def stopped(number: signal.Signals, script: str, folder: Path) -> str:
    """What a launcher of `script` prints when it gets the signal, and a second one soon after."""
    (folder / "web.py").write_text(script)
    command = [sys.executable, "-c", LAUNCHER, str(folder)]
    launcher = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        until(lambda: len(pids(folder / "web.log")) == 2, "the part and its child")
        launcher.send_signal(number)
        time.sleep(0.2)
        launcher.send_signal(signal.SIGINT)
        out, _ = launcher.communicate(timeout=30)
    finally:
        launcher.kill()
    assert launcher.returncode == 0
    return out


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_stops_all(number: signal.Signals, tmp_path: Path) -> None:
    """Ctrl-C, SIGTERM or a closed terminal ends every program and its children."""
    assert stopped(number, PARENT, tmp_path) == f"stopped by {number.name}\n"
    assert not any(map(alive, pids(tmp_path / "web.log")))


@pytest.mark.slow
def test_a_program_that_will_not_stop_is_stopped(tmp_path: Path) -> None:
    """A program deaf to SIGTERM is ended, and so is its child; an impatient Ctrl-C is no harm."""
    assert stopped(signal.SIGINT, STUBBORN, tmp_path) == "stopped by SIGINT\n"
    assert not any(map(alive, pids(tmp_path / "web.log")))

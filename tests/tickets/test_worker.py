"""`python -m bot.tickets work`: what it does by itself, how it ends, and what stops it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.database import StoreUnavailable
from bot.settings import SHANGHAI
from bot.tickets import outbox, work
from bot.tickets.model import Kind, State
from bot.tickets.outbox import LEASE
from bot.tickets.webhook import Receiver
from scripts import supervision
from scripts.processes import Addresses, parts
from tests.tickets.office import OPENED, Office
from tests.tickets.receiver import Listener, Received, listening

ROOT = Path(__file__).parents[2]
PATIENT = 30.0  # seconds; the machine may be busy with something else

pytestmark = pytest.mark.slow  # processes


def wait_until(holds: Callable[[], object]) -> None:
    """Wait, for so long as a busy machine may need."""
    end = time.monotonic() + PATIENT
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def ended(worker: subprocess.Popen[str]) -> tuple[int, str]:
    """Tell a worker to stop; its exit code and what it wrote."""
    worker.send_signal(signal.SIGTERM)
    _, written = worker.communicate(timeout=PATIENT)
    return worker.returncode, written


def test_a_worker_escalates_and_tells_when_the_clock_gets_there(office: Office) -> None:
    """创维's 72 hours after the work are over: the ticket is escalated and the receiver told, once, after a restart
    too; and the worker ends cleanly when it is told to."""
    with listening() as listener:
        office.sends_to(listener)
        no = office.opened(Kind.INSTALLATION)
        for state in (State.HANDLING, State.DONE):
            office.store.move(no, state, actor="desk", at=OPENED, note="n")
        with office.worker() as worker:
            wait_until(lambda: len(listener.told) == 3)
            office.now(OPENED + timedelta(hours=72))
            time.sleep(1.5)  # longer than a look
            assert office.level(no) is None
            office.now(OPENED + timedelta(hours=72, seconds=1))
            wait_until(lambda: (no, "ticket.overdue") in listener.told)
            code, written = ended(worker)
        assert (code, "Traceback" in written) == (0, False)
        assert "deadline.overdue" in written and "13800138000" not in written
        office.now(OPENED + timedelta(days=90))
        with office.worker() as worker:
            time.sleep(2.5)
            ended(worker)
        assert (office.level(no), len(listener.told)) == (1, 4)


def test_a_worker_without_a_webhook_watches_deadlines(office: Office) -> None:
    """Where nobody listens the events wait, and what is overdue is escalated all the same."""
    no = office.opened()
    office.now(OPENED + timedelta(days=1))
    with office.worker() as worker:
        wait_until(lambda: office.level(no) == 1)
        assert ended(worker)[0] == 0
    assert [row.event for row in outbox.unsent(office.database)] == ["ticket.opened", "ticket.overdue"]


def test_a_receiver_that_hangs_holds_up_neither_deadlines_nor_the_end(office: Office) -> None:
    """While a request is not answered deadlines are escalated, and the worker ends within its time."""
    with listening() as listener:
        office.sends_to(listener)

        def hang(_: Received) -> int:
            listener.closing.wait(PATIENT)
            return 200

        listener.answer = hang
        no = office.opened()
        with office.worker() as worker:
            wait_until(lambda: listener.received)
            office.now(OPENED + timedelta(days=1))
            wait_until(lambda: office.level(no) == 1)
            code, _ = ended(worker)  # killed, and then not 0, where it takes longer than it may
        assert code == 0
    (first, _) = outbox.unsent(office.database)
    assert (first.status, first.tries) == ("waiting", 1)


def test_a_worker_killed_in_the_middle_loses_nothing(office: Office) -> None:
    """Killed while the receiver holds its request, a worker leaves an event that comes up again after its lease."""
    with listening() as listener:
        office.sends_to(listener)
        listener.answer = lambda request: listener.closing.wait(PATIENT) and None
        no = office.opened()
        with office.worker() as worker:
            wait_until(lambda: listener.received)
            worker.kill()
            worker.wait()
    with listening() as listener:
        clock = datetime.now(SHANGHAI)
        assert not work.deliver(office.database, Receiver(listener.url, b"k"), clock=lambda: clock)
        clock += LEASE
        assert work.deliver(office.database, Receiver(listener.url, b"k"), clock=lambda: clock)
        assert listener.told == [(no, "ticket.opened")]


def test_two_workers_do_everything_once(office: Office) -> None:
    """Ten missed deadlines under two workers: ten escalations, and each event told once."""
    with listening() as listener:
        office.sends_to(listener)
        numbers = [office.opened(draft=f"d{n}") for n in range(10)]
        office.now(OPENED + timedelta(days=1))
        with office.worker(), office.worker():
            wait_until(lambda: len(listener.received) >= 20)
            time.sleep(1.5)
        assert sorted(listener.told) == sorted((no, f"ticket.{e}") for no in numbers for e in ("opened", "overdue"))
    assert {office.level(no) for no in numbers} == {1}


def test_each_deadline_fires_once_under_two_workers_however_the_clock_jumps(office: Office) -> None:
    """Opened on a Friday at ten: an hour fires nothing; 72 hours fire what ran out meanwhile, 创维's return visit with
    it; another hour's pause nothing again; 90 days the rest. Each deadline once, and each told once."""
    kinds = (Kind.REPAIR, Kind.COMPLAINT, Kind.CALLBACK, Kind.LEAD, Kind.INSTALLATION)
    repair, complaint, callback, lead, visited = (office.opened(kind, draft=kind.value) for kind in kinds)
    for state in (State.HANDLING, State.DONE):
        office.store.move(visited, state, actor="desk", at=OPENED, note="n")
    # In desk hours, working days and plain hours, as service.yml and the brand's clauses count them.
    over_the_weekend = {
        (repair, "dispatch"),
        (repair, "first_contact"),
        (complaint, "complaint_first_reply"),
        (callback, "callback"),
        (visited, "follow_up"),
    }
    later = {(complaint, "complaint_resolution"), (lead, "lead")}
    hour, moment = timedelta(hours=1), timedelta(seconds=1)
    jumps = (
        (hour, set[tuple[str, str]]()),
        (timedelta(hours=72) + moment, over_the_weekend),
        (timedelta(hours=73), over_the_weekend),
        (timedelta(days=90), over_the_weekend | later),
    )
    with listening() as listener:
        office.sends_to(listener)
        with office.worker(), office.worker():
            for on, expected in jumps:
                office.now(OPENED + on)
                assert _overdue_told(listener, at_least=len(expected)) == sorted(expected)
    assert office.level(repair) == 2


def _overdue_told(listener: Listener, *, at_least: int) -> list[tuple[str, str]]:
    """Ticket and deadline of all that was told to be overdue, when there are so many and no more come."""

    def told() -> list[tuple[str, str]]:
        bodies = (request.json for request in listener.received if request.json["event"] == "ticket.overdue")
        return sorted((body["ticket"]["no"], body["details"]["deadline"]) for body in bodies)

    wait_until(lambda: len(told()) >= at_least)
    time.sleep(2.5)  # longer than a look of two workers
    return told()


def test_the_supervisor_runs_a_worker_and_starts_it_again(office: Office, tmp_path: Path) -> None:
    """The fourth program of `make run` is a worker; killed, it is back for the next deadline."""
    at = Addresses("127.0.0.1", web=1, rasa=2, actions=3)
    (part,) = (part for part in parts(Path(sys.executable), tmp_path, at) if part.name == "work")
    first, second = office.opened(draft="d1"), office.opened(Kind.LEAD, draft="d2")
    with supervision.running([part], root=ROOT, logs=tmp_path / "log", env=office.environment) as supervisor:
        office.now(OPENED + timedelta(hours=12))
        wait_until(lambda: office.level(first) == 1)
        os.kill(supervisor.states()["work"].pid, signal.SIGKILL)
        office.now(OPENED + timedelta(days=7))
        wait_until(lambda: office.level(second) == 1)
    assert office.level(first) == 1


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("BAOXIU_WEBHOOK_URL", "https://desk.example/", "BAOXIU_WEBHOOK_SECRET: must be set"),
        ("BAOXIU_DATABASE_URL", "mysql://x", "BAOXIU_DATABASE_URL: "),
    ],
)
def test_a_wrong_setting_ends_the_worker_with_its_name(office: Office, variable: str, value: str, message: str) -> None:
    """A worker that could not do its work does not pretend to."""
    office.environment[variable] = value
    result = office.command("work")
    assert result.returncode == 2
    assert result.stderr.startswith(message)


def test_a_database_that_is_away_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """A loop that cannot reach the database says so and goes on when it is back."""
    monkeypatch.setattr("bot.tickets.work.AFTER_FAILURE", 0.01)
    stop, looks = threading.Event(), iter([StoreUnavailable("away"), StoreUnavailable("away"), 0])

    def escalate(*_: object) -> int:
        found = next(looks, None)
        if isinstance(found, Exception):
            raise found
        stop.set()
        return 0

    monkeypatch.setattr("bot.tickets.work.escalation.escalate", escalate)
    assert work.run(office.database, None, stop) == 0
    assert caplog.text.count("work.waiting loop=deadlines why=away") == 2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_loop_that_breaks_down_ends_the_process(
    monkeypatch: pytest.MonkeyPatch, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake of ours is logged and ends the worker, which its supervisor starts anew: half of one helps nobody."""

    def escalate(*_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.tickets.work.escalation.escalate", escalate)
    assert work.run(office.database, Receiver("http://127.0.0.1:9/", b"k"), threading.Event()) == 1
    assert "work.broken loop=deadlines" in caplog.text


def test_a_loop_with_nothing_to_do_pauses_between_two_looks(office: Office) -> None:
    """An idle worker costs two reads a second and no more: neither loop goes round without a pause."""
    stop = Pauses(enough=6)
    assert work.run(office.database, Receiver("http://127.0.0.1:9/", b"k"), stop) == 0
    assert set(stop.asked_for) == {work.LOOK_EVERY}


class Pauses(threading.Event):
    """Remembers how long loops want to pause, lets them pause for hardly any time, and is set after enough pauses."""

    def __init__(self, *, enough: int) -> None:
        super().__init__()
        self.asked_for: list[float] = []
        self._enough = enough

    def wait(self, timeout: float | None = None) -> bool:
        if timeout is None:
            return super().wait()
        self.asked_for.append(timeout)
        if len(self.asked_for) >= self._enough:
            self.set()
        return super().wait(0.001)

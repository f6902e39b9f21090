"""`python -m bot.tickets work`: what it does by itself, how it ends, and what stops it; and the lists around it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.database import Database, StoreUnavailable
from bot.settings import SHANGHAI
from bot.tickets import outbox, work
from bot.tickets.model import Kind, NewTicket, State
from bot.tickets.outbox import LEASE
from bot.tickets.store import TicketStore
from bot.tickets.webhook import Receiver
from scripts import supervision
from scripts.processes import Addresses, parts
from tests.tickets.receiver import Listener, Received, listening

ROOT = Path(__file__).parents[2]
OPENED = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
PATIENT = 30.0  # seconds; the machine may be busy with something else

pytestmark = pytest.mark.slow  # processes


class Desk:
    """A database, a clock that the test moves, and the workers it starts."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'baoxiu.db'}"
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
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with nothing to do."""
    desk = Desk(tmp_path)
    desk.database.migrate()
    yield desk
    desk.database.dispose()


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


def test_a_worker_escalates_and_tells_when_the_clock_gets_there(desk: Desk) -> None:
    """创维's 72 hours after the work are over: the ticket is escalated and the receiver told, once, after a restart
    too; and the worker ends cleanly when it is told to."""
    with listening() as listener:
        desk.sends_to(listener)
        no = desk.opened(Kind.INSTALLATION)
        for state in (State.HANDLING, State.DONE):
            desk.store.move(no, state, actor="desk", at=OPENED, note="n")
        with desk.worker() as worker:
            wait_until(lambda: len(listener.told) == 3)
            desk.now(OPENED + timedelta(hours=72))
            time.sleep(1.5)  # longer than a look
            assert desk.level(no) is None
            desk.now(OPENED + timedelta(hours=72, seconds=1))
            wait_until(lambda: (no, "ticket.overdue") in listener.told)
            code, written = ended(worker)
        assert (code, "Traceback" in written) == (0, False)
        assert "deadline.overdue" in written and "13800138000" not in written
        desk.now(OPENED + timedelta(days=90))
        with desk.worker() as worker:
            time.sleep(2.5)
            ended(worker)
        assert (desk.level(no), len(listener.told)) == (1, 4)


def test_a_worker_without_a_webhook_watches_deadlines(desk: Desk) -> None:
    """Where nobody listens the events wait, and what is overdue is escalated all the same."""
    no = desk.opened()
    desk.now(OPENED + timedelta(days=1))
    with desk.worker() as worker:
        wait_until(lambda: desk.level(no) == 1)
        assert ended(worker)[0] == 0
    assert [row.event for row in outbox.unsent(desk.database)] == ["ticket.opened", "ticket.overdue"]


def test_a_receiver_that_hangs_holds_up_neither_deadlines_nor_the_end(desk: Desk) -> None:
    """While a request is not answered deadlines are escalated, and the worker ends within its time."""
    with listening() as listener:
        desk.sends_to(listener)

        def hang(_: Received) -> int:
            listener.closing.wait(PATIENT)
            return 200

        listener.answer = hang
        no = desk.opened()
        with desk.worker() as worker:
            wait_until(lambda: listener.received)
            desk.now(OPENED + timedelta(days=1))
            wait_until(lambda: desk.level(no) == 1)
            code, _ = ended(worker)  # killed, and then not 0, where it takes longer than it may
        assert code == 0
    (first, _) = outbox.unsent(desk.database)
    assert (first.status, first.tries) == ("waiting", 1)


def test_a_worker_killed_in_the_middle_loses_nothing(desk: Desk) -> None:
    """Killed while the receiver holds its request, a worker leaves an event that comes up again after its lease."""
    with listening() as listener:
        desk.sends_to(listener)
        listener.answer = lambda request: listener.closing.wait(PATIENT) and None
        no = desk.opened()
        with desk.worker() as worker:
            wait_until(lambda: listener.received)
            worker.kill()
            worker.wait()
    with listening() as listener:
        clock = datetime.now(SHANGHAI)
        assert not work.deliver(desk.database, Receiver(listener.url, b"k"), clock=lambda: clock)
        clock += LEASE
        assert work.deliver(desk.database, Receiver(listener.url, b"k"), clock=lambda: clock)
        assert listener.told == [(no, "ticket.opened")]


def test_two_workers_do_everything_once(desk: Desk) -> None:
    """Ten missed deadlines under two workers: ten escalations, and each event told once."""
    with listening() as listener:
        desk.sends_to(listener)
        numbers = [desk.opened(draft=f"d{n}") for n in range(10)]
        desk.now(OPENED + timedelta(days=1))
        with desk.worker(), desk.worker():
            wait_until(lambda: len(listener.received) >= 20)
            time.sleep(1.5)
        assert sorted(listener.told) == sorted((no, f"ticket.{e}") for no in numbers for e in ("opened", "overdue"))
    assert {desk.level(no) for no in numbers} == {1}


def test_each_deadline_fires_once_under_two_workers_however_the_clock_jumps(desk: Desk) -> None:
    """Opened on a Friday at ten: an hour fires nothing; 72 hours fire what ran out meanwhile, 创维's return visit with
    it; another hour's pause nothing again; 90 days the rest. Each deadline once, and each told once."""
    kinds = (Kind.REPAIR, Kind.COMPLAINT, Kind.CALLBACK, Kind.LEAD, Kind.INSTALLATION)
    repair, complaint, callback, lead, visited = (desk.opened(kind, draft=kind.value) for kind in kinds)
    for state in (State.HANDLING, State.DONE):
        desk.store.move(visited, state, actor="desk", at=OPENED, note="n")
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
        desk.sends_to(listener)
        with desk.worker(), desk.worker():
            for on, expected in jumps:
                desk.now(OPENED + on)
                assert _overdue_told(listener, at_least=len(expected)) == sorted(expected)
    assert desk.level(repair) == 2


def _overdue_told(listener: Listener, *, at_least: int) -> list[tuple[str, str]]:
    """Ticket and deadline of all that was told to be overdue, when there are so many and no more come."""

    def told() -> list[tuple[str, str]]:
        bodies = (request.json for request in listener.received if request.json["event"] == "ticket.overdue")
        return sorted((body["ticket"]["no"], body["details"]["deadline"]) for body in bodies)

    wait_until(lambda: len(told()) >= at_least)
    time.sleep(2.5)  # longer than a look of two workers
    return told()


def test_the_supervisor_runs_a_worker_and_starts_it_again(desk: Desk, tmp_path: Path) -> None:
    """The fourth program of `make run` is a worker; killed, it is back for the next deadline."""
    at = Addresses("127.0.0.1", web=1, rasa=2, actions=3)
    (part,) = (part for part in parts(Path(sys.executable), tmp_path, at) if part.name == "work")
    first, second = desk.opened(draft="d1"), desk.opened(Kind.LEAD, draft="d2")
    with supervision.running([part], root=ROOT, logs=tmp_path / "log", env=desk.environment) as supervisor:
        desk.now(OPENED + timedelta(hours=12))
        wait_until(lambda: desk.level(first) == 1)
        os.kill(supervisor.states()["work"].pid, signal.SIGKILL)
        desk.now(OPENED + timedelta(days=7))
        wait_until(lambda: desk.level(second) == 1)
    assert desk.level(first) == 1


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("BAOXIU_WEBHOOK_URL", "https://desk.example/", "BAOXIU_WEBHOOK_SECRET: must be set"),
        ("BAOXIU_DATABASE_URL", "mysql://x", "BAOXIU_DATABASE_URL: "),
    ],
)
def test_a_wrong_setting_ends_the_worker_with_its_name(desk: Desk, variable: str, value: str, message: str) -> None:
    """A worker that could not do its work does not pretend to."""
    desk.environment[variable] = value
    result = desk.command("work")
    assert result.returncode == 2
    assert result.stderr.startswith(message)


def test_a_database_that_is_away_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, desk: Desk, caplog: pytest.LogCaptureFixture
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
    assert work.run(desk.database, None, stop) == 0
    assert caplog.text.count("work.waiting loop=deadlines why=away") == 2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_loop_that_breaks_down_ends_the_process(
    monkeypatch: pytest.MonkeyPatch, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake of ours is logged and ends the worker, which its supervisor starts anew: half of one helps nobody."""

    def escalate(*_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.tickets.work.escalation.escalate", escalate)
    assert work.run(desk.database, Receiver("http://127.0.0.1:9/", b"k"), threading.Event()) == 1
    assert "work.broken loop=deadlines" in caplog.text


def test_a_worker_with_nothing_to_do_sleeps(desk: Desk) -> None:
    """Three idle seconds cost a worker less than a fifth of one."""
    with desk.worker() as worker:
        wait_until(lambda: _cpu_seconds(worker.pid) > 0.2)
        time.sleep(3)  # it has begun
        before = _cpu_seconds(worker.pid)
        time.sleep(3)
        assert _cpu_seconds(worker.pid) - before < 0.2
        ended(worker)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_what_is_overdue_is_listed(desk: Desk) -> None:
    """A line for each missed deadline, or its fields as JSON; nobody is named."""
    no = desk.opened(Kind.COMPLAINT)
    desk.now(OPENED + timedelta(days=5))
    assert desk.command("overdue").stdout.splitlines() == [
        f"{no}  complaint_first_reply  首次回复投诉  due 2026-11-21 10:00  service.yml  not escalated yet",
        f"{no}  complaint_resolution  解决投诉  due 2026-11-24 18:00"
        "  skyworth.complaints.handled-in-two-working-days  not escalated yet",
    ]
    first, second = json.loads(desk.command("overdue", "--json").stdout)
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


def test_the_outbox_is_listed_and_tried_again(desk: Desk) -> None:
    """What waits or was given up stands in the list; --retry lets it be tried anew."""
    no = desk.opened()
    taken = outbox.take(desk.database, OPENED)
    assert taken is not None
    outbox.failed(desk.database, taken, OPENED, error="HTTP 500", patience=outbox.Patience(tries=1))
    (line,) = desk.command("outbox").stdout.splitlines()
    assert line == f"{taken.id}  2026-11-20 10:00  {no}  ticket.opened  given_up  tries 1  HTTP 500"
    assert desk.command("outbox", "--retry").stdout == "1 to be tried again\n"
    (row,) = json.loads(desk.command("outbox", "--json").stdout)
    assert (row["status"], row["tries"], row["not_before"]) == ("waiting", 0, None)

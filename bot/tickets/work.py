"""What the fourth process does: escalates what is overdue, and delivers what was announced.

Each is a loop of its own, so that a receiver that hangs holds up no deadline. Any number of
workers may run: what two would do twice is kept apart in the database (`escalation`, `outbox`).
Between two looks at the database a loop sleeps; it ends within a second of being told to.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from bot import settings
from bot.database import Database, StoreUnavailable
from bot.tickets import escalation, outbox, rows, webhook
from bot.tickets.outbox import PATIENCE, Announcement, Patience
from bot.tickets.tables import history
from bot.tickets.webhook import Receiver

_log = logging.getLogger(__name__)

LOOK_EVERY = 1.0  # seconds: two reads by index, which see other processes' writes and a clock that was moved
AFTER_FAILURE = 5.0
LEAVE_TO_FINISH = 5.0  # the supervisor is patient for eight

Step = Callable[[], bool]  # one piece of work; false where there was nothing to do


def run(database: Database, receiver: Receiver | None, stop: threading.Event, *, patience: Patience = PATIENCE) -> int:
    """Work until `stop` is set; 0, or 1 where a loop has broken down (its traceback is logged)."""
    steps: dict[str, Step] = {"deadlines": lambda: escalation.escalate(database, settings.now()) > 0}
    if receiver is not None:
        steps["delivery"] = lambda: deliver(database, receiver, patience=patience)
    broken: list[str] = []
    # Daemons: a delivery that hangs does not outlive the process; its row comes up again when the lease ends.
    threads = [
        threading.Thread(target=_loop, args=(name, step, stop, broken), name=name, daemon=True)
        for name, step in steps.items()
    ]
    _log.info("work.started loops=%s", ",".join(steps))
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join(LEAVE_TO_FINISH / len(threads))
    _log.info("work.stopped")
    return 1 if broken else 0


def deliver(
    database: Database,
    receiver: Receiver,
    *,
    patience: Patience = PATIENCE,
    clock: Callable[[], datetime] = settings.real_now,
) -> bool:
    """Deliver the next announcement, if one waits. Raises `StoreUnavailable`."""
    taken = outbox.take(database, clock())
    if taken is None:
        return False
    error = webhook.post(receiver, taken.id, _content(database, taken), clock())
    if error is None:
        outbox.sent(database, taken, clock())
        _log.info("outbox.sent id=%d event=%s ticket=%s tries=%d", taken.id, taken.event, taken.ticket_no, taken.tries)
        return True
    status = outbox.failed(database, taken, clock(), error=error, patience=patience)
    _log.warning("outbox.%s id=%d ticket=%s tries=%d why=%s", status, taken.id, taken.ticket_no, taken.tries, error)
    return True


def _content(database: Database, taken: Announcement) -> bytes:
    changes = sa.select(history).where(history.c.ticket_no == taken.ticket_no).order_by(history.c.id)
    with database.reading() as connection:
        ticket = rows.get(connection, taken.ticket_no)
        assert ticket is not None  # the row's foreign key
        return webhook.body(taken, ticket, [rows.change_of(row) for row in connection.execute(changes)])


def _loop(name: str, step: Step, stop: threading.Event, broken: list[str]) -> None:
    try:
        while not stop.is_set():
            stop.wait(_pause_after(name, step))
    except BaseException:
        # Without this loop the process would only look alive: it ends, and its supervisor starts it anew.
        _log.exception("work.broken loop=%s", name)
        broken.append(name)
        stop.set()
        raise


def _pause_after(name: str, step: Step) -> float:
    try:
        return 0 if step() else LOOK_EVERY
    except (StoreUnavailable, settings.SettingsError) as error:  # away for a while: the database, the clock's file
        _log.warning("work.waiting loop=%s why=%s", name, error)
        return AFTER_FAILURE

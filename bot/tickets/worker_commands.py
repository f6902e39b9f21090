"""The commands around the worker: `work` itself, what is overdue, and what waits in the outbox."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import threading
from typing import Any

from bot import settings
from bot.database import Database
from bot.tickets import escalation, outbox, work
from bot.tickets.escalation import Overdue
from bot.tickets.outbox import Announcement
from bot.tickets.store import TicketStore
from bot.tickets.webhook import Receiver
from policies_kb.loader import load


def add_to(commands: Any) -> None:
    """Add the sub-commands to the parser of `python -m bot.tickets`."""
    missed = commands.add_parser("overdue", help="deadlines that were missed, the longest first")
    missed.add_argument("--json", action="store_true", help="a JSON list")
    missed.set_defaults(run=_overdue)

    waiting = commands.add_parser("outbox", help="ticket events that were not delivered yet, or given up")
    waiting.add_argument("--json", action="store_true", help="a JSON list")
    waiting.add_argument("--retry", action="store_true", help="try at once and anew what failed or was given up")
    waiting.set_defaults(run=_outbox)

    working = commands.add_parser("work", help="watch deadlines and deliver ticket events until told to stop")
    working.set_defaults(run=_work)


def _overdue(store: TicketStore, options: argparse.Namespace) -> int:
    found = escalation.overdue(_database(), settings.now())
    if options.json:
        _print_json([missed.to_json() for missed in found])
    else:
        targets = load().desk.targets
        for missed in found:
            target = targets.get(missed.name)
            print(_missed_line(missed, zh=target.zh if target else ""))
    return 0


def _missed_line(missed: Overdue, *, zh: str) -> str:
    due = f"due {missed.due:%Y-%m-%d %H:%M}"
    escalated = f"escalated {missed.escalated:%Y-%m-%d %H:%M}" if missed.escalated else "not escalated yet"
    guessed = f"holidays of {missed.guessed} not known" if missed.guessed else ""
    return "  ".join(filter(None, (missed.ticket_no, missed.name, zh, due, missed.basis, escalated, guessed)))


def _outbox(store: TicketStore, options: argparse.Namespace) -> int:
    database = _database()
    if options.retry:
        print(f"{outbox.retry(database)} to be tried again")
        return 0
    found = outbox.unsent(database)
    if options.json:
        _print_json([row.to_json() for row in found])
    else:
        for row in found:
            print(_waiting_line(row))
    return 0


def _waiting_line(row: Announcement) -> str:
    again = f"again {row.not_before:%Y-%m-%d %H:%M:%S}" if row.not_before else ""
    parts = (str(row.id), f"{row.at:%Y-%m-%d %H:%M}", row.ticket_no, row.event, row.status, f"tries {row.tries}")
    return "  ".join(filter(None, (*parts, row.error, again)))


def _work(store: TicketStore, options: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # a receiver that hangs up is an error, not our end
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    webhook = settings.webhook()
    return work.run(_database(), Receiver(*webhook) if webhook else None, stop)


def _database() -> Database:
    return Database(settings.database_url())


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))

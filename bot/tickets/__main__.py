"""Tickets at the command line: list, show and import them, do the desk's steps, run the worker and see what it watches.

Exit codes: 0 done; 1 not found, or refused; 2 wrong usage, file or setting; 3 the
database cannot be reached. Names, phones and addresses are masked in what is printed for people
unless --reveal, which the ticket's history keeps; the JSON of `list` and `show` is for programs, and
whole.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import settings
from bot.tickets import masking, refusals, staff_commands, worker_commands
from bot.tickets.model import Change, Priority, Ticket
from bot.tickets.store import StoreUnavailable, TicketStore
from policies_kb.model import KnowledgeError

DONE, NOT_ALL, WRONG_USAGE, UNAVAILABLE = range(4)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `list | head` ends quietly
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(TicketStore(settings.database_url()), options)
        return code
    except (settings.SettingsError, KnowledgeError) as error:
        return _complain(str(error), WRONG_USAGE)
    except StoreUnavailable as error:
        return _complain(f"the database cannot be reached or written: {error}", UNAVAILABLE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.tickets", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    listing = commands.add_parser("list", help="tickets, newest first")
    listing.add_argument("--json", action="store_true", help="a JSON list, with nothing masked")
    staff_commands.add_filters(listing)
    listing.add_argument("--limit", type=_count, help="at most so many; without it all")
    listing.set_defaults(run=_list)

    showing = commands.add_parser("show", help="one ticket with its whole history")
    showing.add_argument("no", metavar="NO")
    showing.add_argument("--json", action="store_true", help="a JSON object, with nothing masked")
    showing.add_argument("--reveal", action="store_true", help="nothing masked; noted in the ticket's history")
    showing.add_argument("--by", default="desk", help="who looks")
    showing.add_argument("--note", default="", help="why")
    showing.set_defaults(run=_show)

    moving_in = commands.add_parser("import", help="take over tickets of another system")
    moving_in.add_argument("file", metavar="FILE.json", help="a JSON list of tickets; - is stdin")
    moving_in.set_defaults(run=_import)

    staff_commands.add_to(commands)
    worker_commands.add_to(commands)
    return parser


def _list(store: TicketStore, options: argparse.Namespace) -> int:
    tickets = store.search(staff_commands.filters(options), limit=options.limit)
    if options.json:
        _print_json([ticket.to_json() for ticket in tickets])
    else:
        for ticket in tickets:
            print(_line(ticket))
    return DONE


def _show(store: TicketStore, options: argparse.Namespace) -> int:
    ticket = staff_commands.typed(store, options.no)
    if ticket is None:
        return _complain(staff_commands.unknown(options.no), NOT_ALL)
    if options.reveal:  # written down before it is shown
        store.revealed([ticket.no], actor=options.by, at=settings.now(), note=options.note)
    history = store.history(ticket.no)
    if options.json:
        _print_json(ticket.to_json(history))
    else:
        print(_page(ticket, history, reveal=options.reveal))
    return DONE


def _import(store: TicketStore, options: argparse.Namespace) -> int:
    try:
        is_stdin = options.file == "-"
        rows = json.loads(sys.stdin.buffer.read() if is_stdin else Path(options.file).read_bytes())
    except OSError as error:
        return _complain(f"cannot read {options.file}: {error.strerror}", WRONG_USAGE)
    except ValueError as error:
        return _complain(f"{options.file} is not JSON: {error}", WRONG_USAGE)
    if not isinstance(rows, list):
        return _complain(f"{options.file} must hold a list of tickets", WRONG_USAGE)
    results = store.import_(rows, at=settings.now())
    for n, result in enumerate(results, start=1):
        if result.outcome == "refused":
            _complain(f"row {n} ({result.no or 'without a number'}): {result.why}", NOT_ALL)
    counts = [f"{sum(r.outcome == o for r in results)} {o}" for o in ("imported", "exists", "refused")]
    print(", ".join(counts))
    return NOT_ALL if any(result.outcome == "refused" for result in results) else DONE


def _line(ticket: Ticket) -> str:
    when = ticket.created.strftime("%Y-%m-%d %H:%M")
    what = " ".join(filter(None, (ticket.brand, ticket.product)))
    shown = masking.masked({"name": ticket.name, "phone": ticket.phone})
    who = " ".join(filter(None, shown.values()))
    urgent = ["urgent"] if ticket.priority is Priority.URGENT else []
    return "  ".join((ticket.no, when, ticket.kind.value, ticket.state.value, what or "-", who or "-", *urgent))


def _page(ticket: Ticket, history: Sequence[Change], *, reveal: bool) -> str:
    shown = ticket.to_json(history) if reveal else masking.masked(ticket.to_json(history))
    changes = shown.pop("history")
    lines = [f"{name:<12} {_plain(value)}" for name, value in shown.items() if value is not None]
    ways = refusals.ways(ticket)
    return "\n".join([*lines, f"{'version':<12} {ticket.version}", *ways, "", *map(_history_line, changes)])


def _history_line(change: Mapping[str, Any]) -> str:
    at = datetime.fromisoformat(change["at"])
    parts = [at.strftime("%Y-%m-%d %H:%M"), change["actor"], change["event"]]
    if change["field"]:
        parts.append(f"{change['field']}: {_plain(change['old'])} -> {_plain(change['new'])}")
    return "  ".join([*parts, change["note"]]).rstrip()


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(_known(value), ensure_ascii=False)


def _known(value: Any) -> Any:
    """Without what is not known: people need not read of it."""
    if isinstance(value, Mapping):
        return {name: _known(inner) for name, inner in value.items() if inner is not None}
    return [_known(inner) for inner in value] if isinstance(value, list) else value


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("expected a number from 1")
    return int(text)


def _complain(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())

"""Tickets at the command line: list them, show one, move them in from another system.

Exit codes: 0 done; 1 not found, or some rows refused; 2 wrong usage, file or setting; 3 the
database cannot be reached. Names, phones and addresses are masked in what is printed for people
and whole in JSON.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot import settings
from bot.text import ticket_no
from bot.tickets.model import Change, Kind, State, Ticket
from bot.tickets.store import Filters, StoreUnavailable, TicketStore

DONE, NOT_ALL, WRONG_USAGE, UNAVAILABLE = range(4)

_PERSONAL = frozenset({"name", "phone", "contact", "address"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `list | head` ends quietly
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(TicketStore(settings.database_url()), options)
        return code
    except settings.SettingsError as error:
        return _complain(str(error), WRONG_USAGE)
    except StoreUnavailable as error:
        return _complain(f"the database cannot be reached or written: {error}", UNAVAILABLE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.tickets", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    listing = commands.add_parser("list", help="tickets, newest first")
    listing.add_argument("--json", action="store_true", help="a JSON list, with nothing masked")
    listing.add_argument("--kind", type=Kind, choices=list(Kind), metavar="KIND")
    listing.add_argument("--state", type=State, choices=list(State), metavar="STATE")
    listing.add_argument("--brand")
    listing.add_argument("--limit", type=_count, help="at most so many; without it all")
    listing.set_defaults(run=_list)

    showing = commands.add_parser("show", help="one ticket with its whole history")
    showing.add_argument("no", metavar="NO")
    showing.add_argument("--json", action="store_true", help="a JSON object, with nothing masked")
    showing.set_defaults(run=_show)

    moving_in = commands.add_parser("import", help="take over tickets of another system")
    moving_in.add_argument("file", metavar="FILE.json", help="a JSON list of tickets; - is stdin")
    moving_in.set_defaults(run=_import)
    return parser


def _list(store: TicketStore, options: argparse.Namespace) -> int:
    filters = Filters(kind=options.kind, state=options.state, brand=options.brand)
    tickets = store.search(filters, limit=options.limit)
    if options.json:
        _print_json([ticket.to_json() for ticket in tickets])
    else:
        for ticket in tickets:
            print(_line(ticket))
    return DONE


def _show(store: TicketStore, options: argparse.Namespace) -> int:
    ticket = store.get(options.no) or store.get(ticket_no.PREFIX + options.no)
    if ticket is None:
        return _complain(f"no ticket {options.no}", NOT_ALL)
    history = store.history(ticket.no)
    if options.json:
        _print_json(ticket.to_json(history))
    else:
        print(_page(ticket, history))
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
    who = " ".join(filter(None, (_masked(ticket.name), _masked(ticket.phone))))
    return "  ".join((ticket.no, when, ticket.kind.value, ticket.state.value, what or "-", who or "-"))


def _page(ticket: Ticket, history: Sequence[Change]) -> str:
    fields = {name: value for name, value in ticket.to_json().items() if value is not None}
    lines = [f"{name:<12} {_shown(name, value)}" for name, value in fields.items()]
    return "\n".join([*lines, "", *map(_history_line, history)])


def _history_line(change: Change) -> str:
    parts = [change.at.strftime("%Y-%m-%d %H:%M"), change.actor, change.event]
    if change.field:
        old, new = (_shown(change.field, value) for value in (change.old, change.new))
        parts.append(f"{change.field}: {old} -> {new}")
    return "  ".join([*parts, change.note]).rstrip()


def _shown(name: str, value: Any) -> str:
    if name in _PERSONAL and isinstance(value, dict):
        return " ".join(filter(None, map(_masked, value.values())))
    if name in _PERSONAL:
        return _masked(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _masked(text: str | None) -> str:
    """Enough to tell customers apart, too little to reach one: 138****5678, 李**."""
    if not text:
        return ""
    is_number = len(text) >= 7 and not any(character.isalpha() for character in text)
    return f"{text[:3]}****{text[-4:]}" if is_number else f"{text[0]}**"


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

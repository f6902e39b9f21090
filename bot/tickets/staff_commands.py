"""The commands of the desk: assign, move, quote, answer, note, attach, complete, rate; export; diagrams.

Whoever acts says so with --by, and may say with --version which state of the ticket they have seen:
if it has changed meanwhile nothing is done, and what has changed is printed.
"""

from __future__ import annotations

import argparse
import json
import mimetypes
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bot import settings
from bot.text import ticket_no
from bot.tickets import diagrams, export, steps
from bot.tickets.finding import Filters
from bot.tickets.lifecycle import Refused
from bot.tickets.model import Kind, State, Ticket
from bot.tickets.steps import Plan
from bot.tickets.store import TicketStore
from bot.tickets.words import Priority, Reason

DONE, REFUSED, WRONG_USAGE = range(3)


def add_to(commands: Any) -> None:
    """Add the sub-commands to the parser of `python -m bot.tickets`."""
    assigning = _step(commands, "assign", "say who comes, and who at the desk has it", _assign)
    assigning.add_argument("--technician")
    assigning.add_argument("--assignee")

    moving = _step(commands, "move", "enter a state", _move)
    moving.add_argument("state", type=State, choices=list(State), metavar="STATE")
    moving.add_argument("--date", help="the day of the visit, 2026-11-22")
    moving.add_argument("--from", dest="from_", metavar="TIME", help="14:00")
    moving.add_argument("--to", metavar="TIME", help="16:00")

    quoting = _step(commands, "quote", "say what the work will cost; what is new waits for the customer's yes", _quote)
    quoting.add_argument("lines", nargs="+", metavar="NAME=YUAN", help="NAME= where the amount is open")

    answering = _step(commands, "answer", "the customer's yes or no to the quote", _answer)
    answering.add_argument("answer", choices=("yes", "no"))
    answering.add_argument("--without", action="append", default=[], metavar="NAME", help="a line they do not want")

    noting = _step(commands, "note", "write something down", _note)
    noting.add_argument("text")

    attaching = _step(commands, "attach", "name a file that belongs to it", _attach)
    attaching.add_argument("file", type=Path)

    completing = _step(commands, "complete", "the work is done; a repair needs its sheet and its acceptance", _complete)
    completing.add_argument("--sheet", metavar="FILE.json", help="the repair sheet; - is stdin")
    completing.add_argument("--accepted-by", metavar="NAME", help="who has seen that it works")

    rating = _step(commands, "rate", "the customer's judgement, once", _rate)
    rating.add_argument("rating", type=int, choices=range(1, 6))

    exporting = commands.add_parser("export", help="tickets as CSV or JSON, masked unless --reveal")
    exporting.add_argument("--format", choices=("csv", "json"), default="csv")
    add_filters(exporting)
    exporting.add_argument("--reveal", action="store_true", help="nothing masked; noted in each ticket's history")
    exporting.add_argument("--by", default="desk", help="who looks")
    exporting.add_argument("--note", default="", help="why")
    exporting.set_defaults(run=_export)

    drawing = commands.add_parser("diagrams", help="draw the lives of tickets into docs/tickets.md")
    drawing.set_defaults(run=_draw)


def add_filters(parser: argparse.ArgumentParser) -> None:
    """The options that `filters` reads."""
    parser.add_argument("--kind", type=Kind, choices=list(Kind), metavar="KIND")
    parser.add_argument("--state", type=State, choices=list(State), metavar="STATE")
    parser.add_argument("--priority", type=Priority, choices=list(Priority), metavar="PRIORITY")
    for name in ("brand", "product", "serial", "phone", "technician", "assignee"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--open", action="store_true", default=None, help="only where something is still to come")
    parser.add_argument("--since", type=_day, metavar="DAY", help="opened on this day or later")
    parser.add_argument("--until", type=_day, metavar="DAY", help="opened on this day or earlier")


def filters(options: argparse.Namespace) -> Filters:
    """What the options of `add_filters` ask for."""
    return Filters(**{name: value for name, value in vars(options).items() if name in Filters.__dataclass_fields__})


def typed(store: TicketStore, no: str) -> Ticket | None:
    """The ticket of a number as people type it, ours without its letters too."""
    return store.get(no) or store.get(ticket_no.PREFIX + no)


def _step(commands: Any, name: str, help_: str, plan: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help_)
    parser.add_argument("no", metavar="NO")
    parser.add_argument("--by", default="desk", help="who does it, as the history names them")
    parser.add_argument("--note", default="")
    parser.add_argument("--version", type=int, help="only if this is still the ticket's version (show says it)")
    parser.set_defaults(run=_carry_out, plan=plan)
    return parser


def _carry_out(store: TicketStore, options: argparse.Namespace) -> int:
    plan = options.plan(options)
    if isinstance(plan, str):
        return _complain(plan, WRONG_USAGE)
    ticket = typed(store, options.no)
    if ticket is None:
        return _complain(f"no ticket {options.no}", REFUSED)
    at = settings.now()
    result = store.change(ticket.no, plan, actor=options.by, at=at, expect_version=options.version)
    if isinstance(result, Refused):
        return _complain(_why(store, ticket.no, result, seen=options.version), REFUSED)
    print(f"{result.no}  {result.state}  version {result.version}")
    return DONE


def _why(store: TicketStore, no: str, refused: Refused, *, seen: int) -> str:
    lines = [": ".join(filter(None, (str(refused.reason_code), refused.detail)))]
    lines += [f"  {lack.field}: {lack.why}" for lack in refused.lacking]
    if refused.reason_code is Reason.CHANGED_MEANWHILE:
        changes = store.changes_since(no, seen)
        lines += [f"  {c.at:%Y-%m-%d %H:%M}  {c.actor}  {c.event}  {c.field or ''}".rstrip() for c in changes]
    if refused.allowed:
        lines.append(f"possible now: {', '.join(refused.allowed)}")
    return "\n".join(lines)


# The plans; text is what is wrong with the options


def _assign(options: argparse.Namespace) -> Plan | str:
    if not (options.technician or options.assignee):
        return "assign: --technician or --assignee is needed"
    return steps.assign(technician=options.technician, assignee=options.assignee, note=options.note)


def _move(options: argparse.Namespace) -> Plan | str:
    visit = {"date": options.date, "from": options.from_, "to": options.to}
    appointment = visit if any(visit.values()) else None
    return steps.move(options.state, note=options.note, appointment=appointment)


def _quote(options: argparse.Namespace) -> Plan | str:
    lines = [line.rpartition("=") for line in options.lines]
    if bad := [amount for name, equals, amount in lines if not (name and equals)]:
        return f"quote: {bad[0]!r} is not NAME=YUAN"
    return steps.quote([{"name": name, "amount": amount or None} for name, _, amount in lines], note=options.note)


def _answer(options: argparse.Namespace) -> Plan | str:
    return steps.answer_quote(approved=options.answer == "yes", declined=options.without, note=options.note)


def _note(options: argparse.Namespace) -> Plan | str:
    return steps.note(options.text)


def _attach(options: argparse.Namespace) -> Plan | str:
    file: Path = options.file
    try:
        size = file.stat().st_size
    except OSError as error:
        return f"cannot read {file}: {error.strerror}"
    known = {"name": file.name, "type": mimetypes.guess_type(file.name)[0], "bytes": size}
    return steps.attach(known, by=options.by, at=settings.now())


def _complete(options: argparse.Namespace) -> Plan | str:
    sheet = None
    if options.sheet is not None:
        try:
            sheet = json.loads(sys.stdin.read() if options.sheet == "-" else Path(options.sheet).read_text("utf-8"))
        except OSError as error:
            return f"cannot read {options.sheet}: {error.strerror}"
        except ValueError as error:
            return f"{options.sheet} is not JSON: {error}"
    accepted = options.accepted_by
    acceptance = {"by": accepted, "works": True, "at": settings.now().isoformat()} if accepted else None
    return steps.complete(sheet=sheet, acceptance=acceptance, note=options.note)


def _rate(options: argparse.Namespace) -> Plan | str:
    return steps.rate(options.rating, note=options.note)


# Export and diagrams


def _export(store: TicketStore, options: argparse.Namespace) -> int:
    found: Sequence[Ticket] = store.search(filters(options))
    if options.reveal:  # written down before it is shown
        store.revealed([ticket.no for ticket in found], actor=options.by, at=settings.now(), note=options.note)
    records = export.records(found, reveal=options.reveal)
    if options.format == "json":
        print(json.dumps(records, ensure_ascii=False, indent=2))
    else:
        sys.stdout.write(export.table(records))
    return DONE


def _draw(store: TicketStore, options: argparse.Namespace) -> int:
    page = diagrams.PAGE
    page.write_text(diagrams.drawn(page.read_text("utf-8")), "utf-8")
    return DONE


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("expected a day such as 2026-11-20") from None


def _complain(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code

"""The commands of the desk, one a step: assign, move, quote … uphold, refund, redo; export; diagrams.

Whoever acts says so with --by, and may say with --version which state of the ticket they have seen:
if it has changed meanwhile nothing is done, and what has changed is printed.
"""

from __future__ import annotations

import argparse
import json
import mimetypes
import sys
from collections.abc import Callable, Sequence
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from bot import settings
from bot.tickets import amends, by_hand, diagrams, export, fields, refusals, steps
from bot.tickets import typed as typing
from bot.tickets.finding import Filters
from bot.tickets.lifecycle import Refused
from bot.tickets.model import Kind, State, Ticket
from bot.tickets.steps import Plan
from bot.tickets.store import TicketStore
from bot.tickets.words import Priority, Verdict
from policies_kb.loader import load

DONE, REFUSED, WRONG_USAGE = range(3)


def add_to(commands: Any) -> None:
    """Add the sub-commands to the parser of `python -m bot.tickets`."""
    assigning = _step(commands, "assign", "say who comes, and who at the desk has it", _assign)
    assigning.add_argument("--technician")
    assigning.add_argument("--assignee")

    moving = _step(commands, "move", "enter a state", _move)
    moving.add_argument(
        "state", type=_word(State), metavar="STATE", help="show says which are possible; docs/tickets.md"
    )
    _add_visit(moving)

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

    setting = _step(commands, "set", "write fields by hand: contact.phone=…, model=…; FIELD= empties it", _set)
    setting.add_argument("fields", nargs="+", metavar="FIELD=VALUE", help=f"of {', '.join(by_hand.SETTABLE)}")
    _add_amends(commands)

    exporting = commands.add_parser("export", help="tickets as CSV or JSON, masked unless --reveal")
    exporting.add_argument("--format", choices=("csv", "json"), default="csv")
    add_filters(exporting)
    exporting.add_argument("--reveal", action="store_true", help="nothing masked; noted in each ticket's history")
    exporting.add_argument("--by", default="desk", help="who looks")
    exporting.add_argument("--note", default="", help="why")
    exporting.set_defaults(run=_export)

    drawing = commands.add_parser("diagrams", help="draw the lives of tickets into docs/tickets.md")
    drawing.set_defaults(run=_draw)


def _add_amends(commands: Any) -> None:
    reviewing = _step(commands, "review", "a person's yes or no to a return, an exchange or a refund", _review)
    reviewing.add_argument("verdict", type=_word(Verdict), metavar="VERDICT", help="approved or refused")
    reviewing.add_argument("--amount", help="of a refund, in yuan")

    upholding = _step(commands, "uphold", "a complaint is true: it is resolved, and what was paid goes back", _uphold)
    upholding.add_argument("--amount", help="what goes back, in yuan; without it the amount in dispute")

    refunding = _step(commands, "refund", "open a refund: a prepayment for what could not be done", _refund)
    refunding.add_argument("amount", help="in yuan")

    again = _step(commands, "redo", "do the service of a complaint again, free where the brand promises that", _redo)
    again.add_argument("--kind", type=_word(Kind), metavar="KIND", default=Kind.REPAIR)
    _add_visit(again)


def _add_visit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--date", help="the day of the visit, 2026-11-22")
    parser.add_argument("--from", dest="from_", metavar="TIME", help="14:00")
    parser.add_argument("--to", metavar="TIME", help="16:00")


def add_filters(parser: argparse.ArgumentParser) -> None:
    """The options that `filters` reads."""
    parser.add_argument("--kind", type=_word(Kind), metavar="KIND")
    parser.add_argument("--state", type=_word(State), metavar="STATE")
    parser.add_argument("--priority", type=_word(Priority), metavar="PRIORITY")
    for name in ("brand", "product", "serial", "phone", "technician", "assignee"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--open", action="store_true", default=None, help="only where something is still to come")
    parser.add_argument("--since", type=_day, metavar="DAY", help="opened on this day or later")
    parser.add_argument("--until", type=_day, metavar="DAY", help="opened on this day or earlier")


def filters(options: argparse.Namespace) -> Filters:
    """What the options of `add_filters` ask for."""
    return Filters(**{name: value for name, value in vars(options).items() if name in Filters.__dataclass_fields__})


def typed(store: TicketStore, no: str) -> Ticket | None:
    """The ticket of a number as people type it."""
    return next((found for one in typing.numbers(no) if (found := store.get(one)) is not None), None)


def unknown(no: str) -> str:
    """What is said of a number that no ticket has."""
    return f"no ticket {no}" + (": a digit is wrong, missing or too many" if typing.is_mistyped(no) else "")


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
        return _complain(unknown(options.no), REFUSED)
    at = settings.now()
    result = store.change(ticket.no, plan, actor=options.by, at=at, expect_version=options.version)
    if isinstance(result, Refused):
        return _complain(refusals.why(store, ticket.no, result, seen=options.version), REFUSED)
    print(f"{result.no}  {result.state}  version {result.version}")
    for change in store.changes_since(ticket.no, ticket.version):
        if change.event == "led_to":
            print(f"opened: {change.note}")
    return DONE


# The plans; text is what is wrong with the options


def _assign(options: argparse.Namespace) -> Plan | str:
    if not (options.technician or options.assignee):
        return "assign: --technician or --assignee is needed"
    return steps.assign(technician=options.technician, assignee=options.assignee, note=options.note)


def _move(options: argparse.Namespace) -> Plan | str:
    visit = _visit(options)
    return steps.move(options.state, note=options.note, appointment=visit, today=settings.today())


def _visit(options: argparse.Namespace) -> dict[str, str] | None:
    visit = {"date": options.date, "from": options.from_, "to": options.to}
    return {name: value for name, value in visit.items() if value} or None


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


def _set(options: argparse.Namespace) -> Plan | str:
    given = [field.partition("=") for field in options.fields]
    if bad := [name for name, equals, _ in given if not (name and equals)]:
        return f"set: {bad[0]!r} is not FIELD=VALUE"
    changes = {name: value or None for name, _, value in given}
    return by_hand.write(changes, today=settings.today(), note=options.note)


def _review(options: argparse.Namespace) -> Plan | str:
    return amends.review(options.verdict, amount=options.amount, note=options.note)


def _uphold(options: argparse.Namespace) -> Plan | str:
    return amends.uphold(load(), amount=options.amount, note=options.note)


def _refund(options: argparse.Namespace) -> Plan | str:
    return amends.refund(load(), amount=options.amount, note=options.note)


def _redo(options: argparse.Namespace) -> Plan | str:
    visit, today = _visit(options), settings.today()
    return amends.redo(load(), kind=options.kind, appointment=visit, today=today, note=options.note)


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


def _word(enum: type[Enum]) -> Callable[[str], Any]:
    """Reads a word of an enum; one that is none is told which there are."""

    def read(text: str) -> Any:
        try:
            return fields.choice(enum)(text, enum.__name__.lower())
        except fields.BadField as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("expected a day such as 2026-11-20") from None


def _complain(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code

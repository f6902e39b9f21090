"""Which times run for a ticket: begun by the change that starts them, ended by the one that meets them.

A rule says for which kinds a deadline exists and in which states its clock runs; how long it is,
the brand's own promise says, or else the desk's target in `service.yml`. `plan` is pure; `follow`
is the one call of whoever writes a ticket, and writes in the same transaction. What becomes of a
deadline that is missed: `bot.tickets.escalation`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.database import Moment, Serial, metadata
from bot.tickets import periods
from bot.tickets.model import Kind, State, Ticket
from policies_kb.model import Knowledge
from policies_kb.promises import promised, within

_log = logging.getLogger(__name__)

#: A deadline runs while `ended` is null. `basis`: the clause that sets its length, or SERVICE, or
#: GIVEN. `guessed`: years whose public holidays were not known. `escalated`: when it was found
#: overdue, at most once.
deadlines = sa.Table(
    "deadlines",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    # Checked at the commit: the row is written before its ticket, whose `due` it decides.
    sa.Column(
        "ticket_no",
        sa.Text,
        sa.ForeignKey("tickets.no", deferrable=True, initially="DEFERRED"),
        nullable=False,
        index=True,
    ),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("started", Moment, nullable=False),
    sa.Column("earliest", Moment),
    sa.Column("due", Moment, nullable=False),
    sa.Column("basis", sa.Text, nullable=False),
    sa.Column("guessed", sa.Text),
    sa.Column("escalated", Moment),
    sa.Column("ended", Moment),
    sa.Column("outcome", sa.Text),
    sa.Index(None, "ended", "due"),
    sqlite_autoincrement=True,
)

SERVICE = "service.yml"  # the desk's own target
GIVEN = "given"  # written on the ticket by a person or by the system it came from

Outcome = Literal["met", "cancelled"]

S = State
_WORK = (Kind.REPAIR, Kind.INSTALLATION, Kind.MAINTENANCE)


@dataclass(frozen=True)
class Rule:
    """When one deadline runs; its name is the target's in `service.yml`.

    begins: on entering one of these states. runs_on: states in which it merely goes on. duty: what
    a brand's clause must promise to go before the desk's target. after: the state that the promise
    counts from, where the source names one. field: where the ticket itself shows what is due.
    met_by_field: it is met by emptying that field; leaving its states gives it up.
    """

    name: str
    kinds: tuple[Kind, ...]
    begins: tuple[State, ...]
    runs_on: tuple[State, ...] = ()
    duty: str | None = None
    after: str | None = None
    field: Literal["due", "follow_up"] | None = None
    met_by_field: bool = False

    def holds(self, ticket: Ticket) -> bool:
        """Whether the clock may run in the ticket's state."""
        return ticket.state in (*self.begins, *self.runs_on)


# fmt: off
RULES = (
    Rule("first_contact", _WORK, (S.REGISTERED, S.DISPATCHED), duty="respond"),
    # Of the brands that promise one; the desk has no target of its own.
    Rule("technician_call", _WORK, (S.DISPATCHED,), duty="respond", after="dispatched"),
    Rule("dispatch", _WORK, (S.REGISTERED,)),
    Rule("callback", (Kind.CALLBACK,), (S.REGISTERED,)),
    Rule("lead", (Kind.LEAD,), (S.REGISTERED,)),
    Rule("warranty_check", (Kind.CHECK,), (S.REGISTERED, S.HANDLING)),
    Rule("refund", (Kind.REFUND,), (S.REGISTERED, S.HANDLING)),
    Rule("return_review", (Kind.RETURN, Kind.EXCHANGE), (S.REQUESTED, S.REVIEWING)),
    Rule("complaint_first_reply", (Kind.COMPLAINT,), (S.REGISTERED,)),
    # An answer with a clear solution meets it: the sources say so.
    Rule("complaint_resolution", (Kind.COMPLAINT,), (S.REGISTERED, S.HANDLING, S.ESCALATED),
         duty="resolve_complaint", field="due"),
    Rule("parts_update", (Kind.REPAIR,), (S.PARTS_PENDING,)),
    Rule("quote_reminder", (Kind.REPAIR,), (S.QUOTED,)),
    Rule("acceptance_reminder", (Kind.REPAIR,), (S.AWAITING_ACCEPTANCE,)),
    Rule("follow_up", _WORK, (S.COMPLETED, S.DONE), runs_on=(S.CLOSED,),
         duty="follow_up", field="follow_up", met_by_field=True),
)
# fmt: on


@dataclass(frozen=True, kw_only=True)
class Start:
    """A deadline that begins."""

    rule: Rule
    due: datetime
    basis: str
    earliest: datetime | None = None
    guessed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a change of a ticket does to its deadlines; ends come before starts."""

    ends: tuple[tuple[Rule, Outcome], ...] = ()
    starts: tuple[Start, ...] = ()


def plan(before: Ticket | None, after: Ticket, kb: Knowledge, *, at: datetime) -> Plan:
    """What begins and what ends when a ticket becomes `after`; `before` is None for one that is new here."""
    ends: list[tuple[Rule, Outcome]] = []
    starts: list[Start] = []
    for rule in RULES:
        if after.kind in rule.kinds:
            ends.extend((rule, outcome) for outcome in _ends(rule, before, after))
            starts.extend(_starts(rule, before, after, kb, at))
    return Plan(tuple(ends), tuple(starts))


def follow(connection: Connection, before: Ticket | None, after: Ticket, *, at: datetime) -> Ticket:
    """Write what a change does to the deadlines; the ticket as its deadlines leave it (`due`, `follow_up`).

    Whoever changes the ticket holds it, so that no two plans of one ticket are written at once.
    """
    from policies_kb.loader import load  # here: whoever only reads tickets needs no YAML

    found = plan(before, after, load(), at=at)
    for rule, outcome in found.ends:
        _end(connection, after.no, rule.name, outcome, at)
        after = _shown(after, rule, _field(before, rule), None)
    for start in found.starts:
        _begin(connection, after.no, start, at)
        after = _shown(after, start.rule, _field(before, start.rule), start.due)
    return after


def _ends(rule: Rule, before: Ticket | None, after: Ticket) -> Iterator[Outcome]:
    if before is None or not rule.holds(before):
        return
    if not rule.holds(after):
        yield "cancelled" if rule.met_by_field or after.state is S.CANCELLED else "met"
    elif _is_rewritten(rule, before, after):
        yield "met" if rule.met_by_field and _field(after, rule) is None else "cancelled"


def _starts(rule: Rule, before: Ticket | None, after: Ticket, kb: Knowledge, at: datetime) -> Iterator[Start]:
    given = _field(after, rule)
    if given is not None and rule.holds(after) and _is_rewritten(rule, before, after):
        yield Start(rule=rule, due=given, basis=GIVEN)
        return
    is_entered = after.state in rule.begins and not (before and rule.holds(before))
    # Of work that was done elsewhere nobody here knows that a return visit is still to come.
    if is_entered and not (before is None and rule.met_by_field):
        yield from _by_rule(rule, after, kb, at)


def _by_rule(rule: Rule, ticket: Ticket, kb: Knowledge, at: datetime) -> Iterator[Start]:
    target = kb.desk.targets.get(rule.name)
    clause = promised(kb, ticket.brand or "", ticket.product, rule.duty, after=rule.after) if rule.duty else None
    length = within(clause) if clause else target.within if target else None
    if length is not None:
        found = periods.period(length, at, kb.desk.hours)
        basis = clause.id if clause else SERVICE
        yield Start(rule=rule, due=found.due, basis=basis, earliest=found.earliest, guessed=found.guessed)


def _field(ticket: Ticket | None, rule: Rule) -> datetime | None:
    return getattr(ticket, rule.field) if ticket is not None and rule.field else None


def _is_rewritten(rule: Rule, before: Ticket | None, after: Ticket) -> bool:
    return _field(before, rule) != _field(after, rule)


def _shown(ticket: Ticket, rule: Rule, was: datetime | None, due: datetime | None) -> Ticket:
    """The ticket with the deadline in its field, unless this very change has written something there."""
    if _field(ticket, rule) not in (was, None):
        return ticket
    if rule.field == "due":
        return replace(ticket, due=due)
    return replace(ticket, follow_up=due) if rule.field == "follow_up" else ticket


def _begin(connection: Connection, no: str, start: Start, at: datetime) -> None:
    guessed = ", ".join(map(str, start.guessed)) or None
    if guessed:
        _log.warning("deadline.guessed ticket=%s name=%s years=%s", no, start.rule.name, guessed)
    row = {"ticket_no": no, "name": start.rule.name, "started": at, "guessed": guessed}
    row |= {"due": start.due, "earliest": start.earliest, "basis": start.basis}
    connection.execute(sa.insert(deadlines).values(row))


def _end(connection: Connection, no: str, name: str, outcome: Outcome, at: datetime) -> None:
    runs = (deadlines.c.ticket_no == no, deadlines.c.name == name, deadlines.c.ended.is_(None))
    connection.execute(sa.update(deadlines).where(*runs).values(ended=at, outcome=outcome))

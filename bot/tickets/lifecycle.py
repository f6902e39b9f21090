"""How tickets move: one table of moves for each form of ticket, and what a move must find in place.

Pure. The repair follows the desk's eight steps (register, visit, inspect, price, mend, hand
over): a step is never jumped, and nothing is mended before the customer has said yes to a quote,
one of 0 yuan included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from transitions import Machine

from bot.tickets import wanting
from bot.tickets.model import Kind, State, Ticket
from bot.tickets.rules import rules
from bot.tickets.wanting import Wanting
from bot.tickets.words import Reason

S = State
_Moves = Mapping[State, tuple[State, ...]]

_REPAIR: _Moves = {
    S.REGISTERED: (
        S.DISPATCHED,
        S.TAKEN_IN,
        S.CANCELLED,
    ),  # taken in: brought to the shop, or by parcel
    S.DISPATCHED: (S.SCHEDULED, S.CANCELLED),
    S.SCHEDULED: (S.DIAGNOSING, S.DISPATCHED, S.CANCELLED),  # dispatched: another technician
    S.DIAGNOSING: (S.QUOTED, S.TAKEN_IN, S.UNRESOLVED, S.CANCELLED),
    S.QUOTED: (S.REPAIRING, S.DECLINED, S.TAKEN_IN),
    S.REPAIRING: (S.QUOTED, S.PARTS_PENDING, S.TAKEN_IN, S.AWAITING_ACCEPTANCE, S.UNRESOLVED),
    S.PARTS_PENDING: (S.SCHEDULED, S.REPAIRING, S.UNRESOLVED, S.CANCELLED),
    S.TAKEN_IN: (S.DIAGNOSING, S.QUOTED, S.REPAIRING, S.UNRESOLVED, S.CANCELLED),
    S.AWAITING_ACCEPTANCE: (
        S.COMPLETED,
        S.REPAIRING,
    ),  # repairing: the customer finds it not mended
    S.COMPLETED: (S.CLOSED, S.DIAGNOSING),  # diagnosing: it was not mended after all
    S.DECLINED: (S.QUOTED, S.CLOSED),  # quoted: the customer has thought again
    S.UNRESOLVED: (S.DIAGNOSING, S.CLOSED),
    S.CANCELLED: (),
    S.CLOSED: (),
}
_COMPLAINT: _Moves = {
    S.REGISTERED: (S.HANDLING, S.ESCALATED),
    S.HANDLING: (S.ANSWERED, S.RESOLVED, S.ESCALATED),
    S.ANSWERED: (S.RESOLVED, S.HANDLING, S.ESCALATED),
    S.ESCALATED: (S.HANDLING, S.ANSWERED, S.RESOLVED),
    S.RESOLVED: (S.CLOSED, S.HANDLING),
    S.CLOSED: (),
}
_GOODS: _Moves = {
    S.REQUESTED: (S.REVIEWING, S.CANCELLED),
    S.REVIEWING: (S.AWAITING_GOODS, S.REFUSED, S.CANCELLED),
    S.AWAITING_GOODS: (S.INSPECTING, S.CANCELLED),
    S.INSPECTING: (S.DONE, S.REFUSED),
    S.DONE: (),
    S.REFUSED: (),
    S.CANCELLED: (),
}
_PLAIN: _Moves = {
    S.REGISTERED: (S.HANDLING, S.CANCELLED),
    S.HANDLING: (S.DONE, S.CANCELLED),
    S.DONE: (),
    S.CANCELLED: (),
}

MOVES: Mapping[Kind, _Moves] = {
    Kind.REPAIR: _REPAIR,
    Kind.INSTALLATION: _PLAIN,
    Kind.MAINTENANCE: _PLAIN,
    Kind.CHECK: _PLAIN,
    Kind.RETURN: _GOODS,
    Kind.EXCHANGE: _GOODS,
    Kind.REFUND: _PLAIN,
    Kind.COMPLAINT: _COMPLAINT,
    Kind.CALLBACK: _PLAIN,
    Kind.LEAD: _PLAIN,
}

#: What a state must find in place before it is entered: names of methods of `_Attempt`.
_CONDITIONS: Mapping[State, str] = {
    S.SCHEDULED: "is_whole",
    S.QUOTED: "has_quote",
    S.REPAIRING: "has_consent",
    S.TAKEN_IN: "is_noted",  # the part's serial number or its seal
    S.UNRESOLVED: "is_noted",
    S.COMPLETED: "is_whole",
    S.AWAITING_GOODS: "is_whole",
    S.RESOLVED: "is_noted",
    S.REFUSED: "is_noted",
    S.CLOSED: "is_settled",
}
#: The same where one kind asks for it: a call back ends with a word on what came of it, and no money goes back before
#: a person has said so and how much.
_CONDITIONS_OF_KIND: Mapping[tuple[Kind, State], str] = {
    (Kind.CALLBACK, S.DONE): "is_noted",
    (Kind.CALLBACK, S.CANCELLED): "is_noted",
    (Kind.REFUND, S.DONE): "is_whole",
    (Kind.REFUND, S.CANCELLED): "is_noted",
}

#: What a state takes away as it is entered: the customer judges again what was done again.
_FORGOTTEN: Mapping[State, tuple[str, ...]] = {
    S.DIAGNOSING: ("acceptance",),
    S.AWAITING_ACCEPTANCE: ("acceptance",),
}

#: The work is over and the customer may judge it.
RATEABLE = frozenset({S.COMPLETED, S.CLOSED, S.DECLINED, S.UNRESOLVED, S.RESOLVED, S.DONE, S.REFUSED})
#: Nothing is to come any more: no visit can be moved, nobody can be hurried.
OVER = RATEABLE | {S.CANCELLED}
#: A quote that lacks consent cannot be true of a ticket in one of these.
_AFTER_CONSENT = frozenset({S.REPAIRING, S.PARTS_PENDING, S.AWAITING_ACCEPTANCE, S.COMPLETED, S.CLOSED})


@dataclass(frozen=True)
class Refused:
    """A move or a change that was not made: why, which moves the ticket allows now, what it lacks field by field."""

    reason_code: Reason
    allowed: tuple[State, ...] = ()
    detail: str = ""
    lacking: tuple[Wanting, ...] = ()


def states(kind: Kind) -> tuple[State, ...]:
    """The states a kind has."""
    return tuple(MOVES[kind])


def first_state(kind: Kind) -> State:
    """The state in which a kind is opened."""
    return next(iter(MOVES[kind]))


def completion(kind: Kind) -> State:
    """The state in which the work of a kind is done."""
    return next(state for state in (S.COMPLETED, S.RESOLVED, S.DONE) if state in MOVES[kind])


def conditions(kind: Kind, to: State) -> tuple[str, ...]:
    """What a kind asks for before it enters a state: has_quote, has_consent, is_noted, is_settled, is_whole."""
    found = (_CONDITIONS.get(to), _CONDITIONS_OF_KIND.get((kind, to)))
    return tuple(condition for condition in found if condition)


def allowed(ticket: Ticket) -> tuple[State, ...]:
    """The moves that the ticket allows now; some ask for a note."""
    candidates = MOVES[ticket.kind].get(ticket.state, ())
    return tuple(to for to in candidates if _objection(ticket, to, note="any") is None)


def refusal(ticket: Ticket, to: State, *, note: str = "") -> Refused | None:
    """Why the ticket may not move to `to` with this note, or None where it may."""
    reason = _objection(ticket, to, note=note)
    if reason is None:
        return None
    lacking = wanting.before(ticket, to) if reason is Reason.LACKING else ()
    return Refused(reason, allowed(ticket), lacking=lacking)


def forgotten(to: State) -> dict[str, Any]:
    """The fields that a state takes away as it is entered, each with its new value."""
    return dict.fromkeys(_FORGOTTEN.get(to, ()))


def refusal_of_changes(ticket: Ticket, changed: Iterable[str], after: Ticket) -> Refused | None:
    """Why these fields may not become what they are in `after`, or None where they may."""
    names = set(changed)
    if "rating" in names and ticket.state not in RATEABLE:
        return Refused(Reason.NOT_OVER, allowed(ticket), "rating")
    if "rating" in names and ticket.rating is not None:
        return Refused(Reason.ALREADY_RATED, allowed(ticket), "rating")
    for name in sorted(names & {"appointment", "urged"}):
        if ticket.state in OVER:
            return Refused(Reason.OVER, allowed(ticket), name)
    has_consent = after.quote is not None and after.quote.has_consent
    if "quote" in names and after.state in _AFTER_CONSENT and not has_consent:
        return Refused(Reason.NO_CONSENT, allowed(ticket), "quote")
    return None


class _Attempt:
    """One move of one ticket: answers the machine's conditions, remembers which one failed."""

    def __init__(self, ticket: Ticket, to: State, note: str) -> None:
        self.ticket = ticket
        self.to = to
        self.note = note
        self.reason = Reason.NOT_ALLOWED

    def has_quote(self) -> bool:
        return self._holds(self.ticket.quote is not None, Reason.NO_QUOTE)

    def has_consent(self) -> bool:
        quote = self.ticket.quote
        return self._holds(quote is not None and quote.has_consent, Reason.NO_CONSENT)

    def is_noted(self) -> bool:
        return self._holds(bool(self.note.strip()), Reason.NO_NOTE)

    def is_settled(self) -> bool:
        """A customer who was not content is not filed away without a word on how it was settled."""
        rating = self.ticket.rating
        return rating is None or rating > rules().low_rating or self.is_noted()

    def is_whole(self) -> bool:
        """Every field that the state rests on is there."""
        return self._holds(not wanting.before(self.ticket, self.to), Reason.LACKING)

    def _holds(self, condition: bool, reason: Reason) -> bool:
        if not condition:
            self.reason = reason
        return condition


def _objection(ticket: Ticket, to: State, *, note: str) -> Reason | None:
    if to == ticket.state:
        return Reason.ALREADY_THERE
    machine = _machine(ticket.kind)
    if to.value not in machine.get_triggers(ticket.state.value):
        return Reason.NOT_ALLOWED
    attempt = _Attempt(ticket, to, note)
    machine.add_model(attempt, initial=ticket.state.value)
    try:
        return None if attempt.trigger(to.value) else attempt.reason  # type: ignore[attr-defined]
    finally:
        machine.remove_model(attempt)


@cache
def _machine(kind: Kind) -> Machine:
    moves = MOVES[kind]
    return Machine(
        model=None,
        states=[state.value for state in moves],
        initial=None,
        auto_transitions=False,
        transitions=[
            {
                "trigger": to.value,
                "source": source.value,
                "dest": to.value,
                "conditions": list(conditions(kind, to)),
            }
            for source, targets in moves.items()
            for to in targets
        ],
    )

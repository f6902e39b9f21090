"""Why a step was not made, in words for whoever stands at the command line for the first time."""

from __future__ import annotations

from bot.tickets import diagrams, lifecycle
from bot.tickets.lifecycle import Refused
from bot.tickets.model import Ticket
from bot.tickets.store import TicketStore
from bot.tickets.wanting import Wanting
from bot.tickets.words import Reason

#: What a reason means to whoever reads it for the first time, and what to do.
_MEANS = {
    Reason.CHANGED_MEANWHILE: "somebody else has changed it; nothing was done. Look at it (show) and try again:",
    Reason.NOT_ALLOWED: "there is no such step from where the ticket stands",
    Reason.ALREADY_THERE: "it is in that state already",
    Reason.NO_QUOTE: "there is no quote yet: quote NO NAME=YUAN",
    Reason.NO_CONSENT: "the customer has not said yes to the quote: answer NO yes",
    Reason.NO_NOTE: "say it in words: --note",
    Reason.LACKING: "this is still missing:",
    Reason.ALREADY_RATED: "it was rated before, and is rated once",
    Reason.NOT_OVER: "the work is not over yet",
    Reason.OVER: "it is over: nothing is to come any more",
    Reason.NOT_FOR_THIS_KIND: "this is not done with such a ticket",
    Reason.ALREADY_OPENED: "that was opened for it before",
}
#: What is wrong with a field that is not merely missing, and how a missing one is given.
_LACKS = {
    "not_quoted": "the customer has not agreed to this charge: quote, then answer",
    "not_working": "the customer says that it does not work",
    "not_approved": "a person has said no: review",
    "appointment": "--date",
    "acceptance": "--accepted-by",
    "review.verdict": "review NO approved",
}


def why(store: TicketStore, no: str, refused: Refused, *, seen: int | None) -> str:
    """The reason with what it means, what is missing, what has changed since `seen`, and where the ticket can go."""
    code = refused.reason_code
    lines = [": ".join(filter(None, (str(code), refused.detail, _MEANS.get(code))))]
    lines += [_lack(lack) for lack in refused.lacking]
    if refused.reason_code is Reason.CHANGED_MEANWHILE:
        changes = store.changes_since(no, seen or 0)
        lines += [f"  {c.at:%Y-%m-%d %H:%M}  {c.actor}  {c.event}  {c.field or ''}".rstrip() for c in changes]
    ticket = store.get(no)
    return "\n".join([*lines, *(ways(ticket) if ticket is not None else ())])


def _lack(lack: Wanting) -> str:
    hint = _LACKS.get(lack.why, _LACKS.get(lack.field))
    return f"  {lack.field}: {lack.why}" + (f" ({hint})" if hint else "")


def ways(ticket: Ticket) -> list[str]:
    """Where the ticket can go as it stands, and where it could once something is in place."""
    now = lifecycle.allowed(ticket)
    later = [to for to in lifecycle.MOVES[ticket.kind][ticket.state] if to not in now]
    needs = [f"{to} ({diagrams.needs(ticket.kind, to)})" for to in later]
    lines = {"possible now": now, "needs something first": needs}
    return [f"{head}: {', '.join(names)}" for head, names in lines.items() if names]

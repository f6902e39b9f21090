"""Stored requests in words: where one stands, which one is meant, what it costs, what is new about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from bot.tickets.model import Change, Ticket
from bot.tickets.words import AWAY
from bot.wording import speech
from bot.wording.card import Card
from bot.wording.requests import summary, visit_of
from bot.wording.sentences import has, replies, sentence
from policies_kb.calendar import Length
from policies_kb.model import Knowledge


def what(kb: Knowledge, ticket: Ticket) -> str:
    """云米冰箱 维修: enough to tell one's own requests apart."""
    named = speech.name_of(kb, "brand", ticket.brand) + speech.name_of(kb, "product", ticket.product)
    kind = sentence(f"progress.kind.{ticket.kind}")
    return f"{named} {kind}" if named else kind


def about(path: str, kb: Knowledge, ticket: Ticket, today: date, *, type_: str = "ticket", **values: str) -> Card:
    """A sentence about one ticket, with whatever of it the sentence names."""
    state = str(ticket.state)
    text = sentence(
        path,
        no=ticket.no,
        what=what(kb, ticket),
        state=state_of(ticket, state),
        visit=visit_of(ticket, today),
        next=following(ticket),
        last4=(ticket.phone or "")[-4:],
        rating=ticket.rating or "",
        **values,
    )
    return Card(type_, text, replies(path), ticket=summary(ticket))


def state_of(ticket: Ticket, state: str | None = None) -> str:
    """A state in the words of where the work is done: what was sent in was not taken along."""
    state = state or str(ticket.state)
    away = f"progress.state_away.{state}"
    return sentence(away if ticket.mode in AWAY and has(away) else f"progress.state.{state}")


def following(ticket: Ticket) -> str:
    """What happens next with it, in the words of its mode, or of its kind."""
    of_mode = f"progress.next_of_mode.{ticket.mode}.{ticket.state}"
    for path in (of_mode, f"progress.next_of.{ticket.kind}.{ticket.state}", f"progress.next.{ticket.state}"):
        if has(path):
            return sentence(path)
    return ""


def not_now(path: str, kb: Knowledge, ticket: Ticket, today: date) -> Card:
    """Why it cannot be done with the ticket as it stands: by its kind, its state, or in general."""
    ways = (*(["away"] if ticket.mode in AWAY else ()), f"of_{ticket.kind}", str(ticket.state), "other")
    places = [f"{path}.{way}" for way in ways]
    return about(next(place for place in places if has(place)), kb, ticket, today, type_="refusal")


def listed(path: str, kb: Knowledge, tickets: Sequence[Ticket]) -> Card:
    """Several of them, a line each, to choose from."""
    lines = [
        sentence(
            "ticket.line",
            n=n,
            no=ticket.no,
            what=what(kb, ticket),
            state=state_of(ticket),
        )
        for n, ticket in enumerate(tickets, start=1)
    ]
    return Card("ask", sentence(path, lines="\n".join(lines)), replies(path))


def quote(kb: Knowledge, ticket: Ticket, without: Sequence[str]) -> Card:
    """The lines of a quote with their amounts; no total while one is open or left out of what was asked."""
    assert ticket.quote is not None
    items = [item for item in ticket.quote.items if item.approved is not False]
    lines = "\n".join(_line(item, without) for item in items)
    kept = [item for item in items if item.name not in without]
    amounts = [item.amount for item in kept]
    is_open = None in amounts
    whole = sum((amount for amount in amounts if amount is not None), Decimal(0))
    total = "" if is_open else sentence("quote.total", total=speech.yuan(whole))
    path = "quote.open" if is_open else "quote.shown"
    text = sentence(path, no=ticket.no, what=what(kb, ticket), lines=lines, total=total)
    return Card("fees", text, replies(path), ticket=summary(ticket))


def _line(item: Any, without: Sequence[str]) -> str:
    amount = sentence("quote.unknown") if item.amount is None else speech.yuan(item.amount)
    mark = "left_out" if item.name in without else "agreed" if item.approved else "line"
    return sentence(f"quote.{mark}", name=item.name, amount=amount)


def bill(kb: Knowledge, ticket: Ticket) -> Card:
    """What it cost: the lines of the sheet, with the parts and how long the repair is warranted; or of the quote."""
    sheet = ticket.sheet
    if sheet is None or sheet.fees is None:
        assert ticket.quote is not None
        lines = [_line(item, ()) for item in ticket.quote.items if item.approved is not False]
        return _bill("bill.quote", kb, ticket, lines, ticket.quote.total)
    lines = [sentence("quote.line", name=fee.name, amount=speech.yuan(fee.amount)) for fee in sheet.fees]
    named = "、".join(" ".join(filter(None, (part.name, part.model))) for part in sheet.parts or ())
    parts = sentence("bill.parts", parts=named) if named else "" if sheet.parts is None else sentence("bill.no_parts")
    warranty = sentence("bill.warranty", length=_length(sheet.warranty)) if sheet.warranty else ""
    total = sum((fee.amount for fee in sheet.fees), Decimal(0)) if sheet.fees else None
    return _bill("bill.sheet", kb, ticket, lines or [sentence("bill.nothing")], total, parts=parts, warranty=warranty)


def _bill(path: str, kb: Knowledge, ticket: Ticket, lines: Sequence[str], total: Decimal | None, **more: str) -> Card:
    whole = "" if total is None else sentence("quote.total", total=speech.yuan(total))
    text = sentence(path, no=ticket.no, what=what(kb, ticket), lines="\n".join(lines), total=whole, **more)
    return Card("fees", text, ticket=summary(ticket))


def _length(warranty: Length) -> str:
    if warranty.months is None:
        return sentence("names.length.days", n=warranty.days)
    return speech.length((warranty.months, warranty.months))


def told(ticket: Ticket, today: date, changes: Sequence[Change], kb: Knowledge) -> Card:
    """What others did with it while the customer was away."""
    return about("progress.news", kb, ticket, today, told=_news(ticket, today, changes))


def pushed(ticket: Ticket, today: date, changes: Sequence[Change], kb: Knowledge) -> Card:
    """What others did with it just now; a quote can be looked at, and work that is over judged, at once."""
    path = f"progress.pushed.{ticket.state}"
    path = path if has(path) else "progress.pushed.other"
    return about(path, kb, ticket, today, told=_news(ticket, today, changes))


def _news(ticket: Ticket, today: date, changes: Sequence[Change]) -> str:
    """The states it went through, and whatever else the customer must know."""
    states = [one.new for one in changes if one.field == "state" and one.new]
    path = "→".join(state_of(ticket, state) for state in states)
    fields = {one.field for one in changes}
    parts = [sentence("progress.now", states=path)] if path else []
    if "appointment" in fields and ticket.appointment is not None:
        parts.append(visit_of(ticket, today))
    if "technician" in fields and ticket.technician and not path:
        parts.append(sentence("progress.assigned"))
    if "quote" in fields and not path:
        parts.append(sentence("progress.requoted"))
    parts.append(following(ticket))
    return "".join(parts) or sentence("progress.worked_on")


def registered_several(kb: Knowledge, tickets: Sequence[Ticket], today: date) -> Card:
    """One visit for several appliances, each with its own number."""
    lines = "\n".join(sentence("repair.line", no=ticket.no, what=what(kb, ticket)) for ticket in tickets)
    first = tickets[0]
    last4, visit = (first.phone or "")[-4:], visit_of(first, today)
    text = sentence("repair.registered_several", lines=lines, last4=last4, visit=visit)
    return Card("ticket", text, ticket=summary(first))

"""Requests in words: what is asked for, read back, stored, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.text.story import retold
from bot.tickets.lifecycle import OVER
from bot.tickets.model import Ticket
from bot.wording import speech
from bot.wording.card import Card
from bot.wording.sentences import entry, has, replies, sentence
from policies_kb.model import Knowledge


def contact_question(slots: Mapping[str, Any], missing: tuple[str, ...], today: date) -> Card:
    """登记明天下午上门:请告诉我称呼、电话和地址 — whichever are missing, in one sentence."""
    text = sentence("repair.ask_contact", missing=_contact(missing))
    if len(missing) > 1 and slots.get("visit"):
        text = sentence("repair.for_visit", when=speech.visit(slots["visit"], today)) + text
    return Card("ask", text, missing=missing)


def complaint_contact(path: str, missing: tuple[str, ...]) -> Card:
    """Who has complained, and where they can be answered: whichever is missing."""
    kind = "ask" if path == "complaint.ask_contact" else "answer"
    return Card(kind, sentence(path, missing=_contact(missing)), replies(path), missing=missing)


def _contact(missing: tuple[str, ...]) -> str:
    names = [sentence(f"repair.contact.{slot}") for slot in missing]
    return sentence("repair.and").join(filter(None, ["、".join(names[:-1]), names[-1]]))


MOST_ECHOED = 30  # characters of the customer's own words that are said back


def offer(kb: Knowledge, slots: Mapping[str, Any]) -> Card:
    """What was told is said back: by the catalog's name of the trouble only where the customer calls it so."""
    if others := slots.get("others"):
        named = "、".join(_named(kb, one, slots) for one in (slots, *others))
        return Card("ask", sentence("repair.offer", what=named), replies("repair.offer"))
    words = [speech.name_of(kb, kind, slots.get(kind)) for kind in ("brand", "product", "fault")]
    told = str(slots.get("description", ""))
    so_called = all(words) and words[-1] in told
    what = retold(told) if told and len(told) <= MOST_ECHOED and not so_called else "".join(words)
    return Card("ask", sentence("repair.offer", what=what), replies("repair.offer"))


def offer_again(kb: Knowledge, slots: Mapping[str, Any], before: Mapping[str, Any]) -> Card:
    """The same, after more was told of it: only an appliance that was named since is said back."""
    named = any(slots.get(kind) != before.get(kind) for kind in ("brand", "product"))
    words = [speech.name_of(kb, kind, slots.get(kind)) for kind in ("brand", "product", "fault") if named]
    return Card("ask", sentence("repair.ask_offer", what="".join(words)), replies("repair.ask_offer"))


def read_back(kb: Knowledge, slots: Mapping[str, Any], today: date) -> Card:
    """Everything that would be stored, a line each."""
    appliances = (slots, *slots.get("others", ()))
    products = [f"{_named(kb, one, slots)} {sentence(f'repair.kind.{_kind_of(one, slots)}')}" for one in appliances]
    trouble = retold(slots.get("description") or "") or speech.name_of(kb, "fault", slots.get("fault"))
    rows = {
        "product": "、".join(products),
        "mode": sentence(f"repair.mode.{slots['mode']}") if slots.get("mode") else "",
        "fault": trouble,
        "visit": speech.visit(slots.get("visit"), today),
        "name": slots.get("name"),
        "phone": slots.get("phone"),
        "backup": slots.get("backup"),
        "address": slots.get("address"),
    }
    mode = slots.get("mode")
    lines = _lines("repair", rows, entry("repair.slot_of_mode").get(mode, {}))
    use = sentence(f"repair.use.{mode if has(f'repair.use.{mode}') else 'onsite'}")
    return Card("ask", sentence("repair.read_back", lines=lines, use=use), replies("repair.read_back"))


def left(path: str, kb: Knowledge, topic: str, slots: Mapping[str, Any]) -> Card:
    """A request that was left half told: what it is."""
    of_topic = f"left.what.{topic}"
    named = _named(kb, slots, slots) if slots.get("brand") else speech.name_of(kb, "product", slots.get("product"))
    kind = sentence(f"repair.kind.{slots.get('kind', 'repair')}") if topic == "repair" else ""
    what = sentence(of_topic if has(of_topic) else "left.what.other", named=named, kind=kind)
    return Card("ask", sentence(path, what=what), replies(path))


def form_read_back(path: str, kb: Knowledge, slots: Mapping[str, Any]) -> Card:
    """What a short form would store: a return, a check by serial number, somebody to be called about a warranty."""
    complete = slots.get("complete")
    rows = {
        "kind": sentence(f"progress.kind.{slots['kind']}") if slots.get("kind") else "",
        "product": _named(kb, slots, slots),
        "serial": slots.get("serial_no"),
        "purchased": "–".join(dict.fromkeys(slots.get("purchased") or ())),
        "description": slots.get("description") or speech.name_of(kb, "fault", slots.get("fault")),
        "complete": "" if complete is None else entry("goods.complete")["yes" if complete else "no"],
        "amount": speech.yuan(slots["amount"]) if slots.get("amount") else "",
        "related": slots.get("related"),
        "name": slots.get("name"),
        "phone": slots.get("phone"),
    }
    return Card("ask", sentence(path, lines=_lines("form", rows)), replies(path))


def _kind_of(one: Mapping[str, Any], slots: Mapping[str, Any]) -> str:
    """What is to be done with one of several appliances: its own, else what is done with the first."""
    return str(one.get("kind") or ("repair" if one.get("fault") else slots.get("kind", "repair")))


def _named(kb: Knowledge, one: Mapping[str, Any], slots: Mapping[str, Any]) -> str:
    """An appliance by brand and product; one without a brand of its own has that of the first."""
    brand = brand_of(kb, {"brand": one.get("brand") or slots.get("brand"), "product": one.get("product")})
    return speech.name_of(kb, "brand", brand) + speech.name_of(kb, "product", one.get("product"))


def complaint_read_back(kb: Knowledge, slots: Mapping[str, Any]) -> Card:
    rows = {
        "brand": speech.name_of(kb, "brand", slots.get("brand")),
        "category": sentence(f"names.category.{slots['category']}"),
        "amount": _amount(slots.get("amount")),
        "happened": slots.get("happened"),
        "description": slots.get("description"),
        "name": slots.get("name"),
        "phone": slots.get("phone"),
        "address": slots.get("address"),
        "related": slots.get("related"),
        "wish": slots.get("wish"),
        "evidence": "、".join(slots.get("evidence", ())),
    }
    lines = _lines("complaint", rows)
    return Card("ask", sentence("complaint.read_back", lines=lines), replies("complaint.read_back"))


def _amount(amount: str | None) -> str | None:
    if amount == "0":
        return sentence("complaint.nothing_paid")
    return speech.yuan(amount) if amount else None


def registered(path: str, ticket: Ticket, today: date, **values: str) -> Card:
    """登记好了: only ever said of a ticket that is stored."""
    last4 = (ticket.phone or "")[-4:]
    of_mode = f"{path}_{ticket.mode}"
    text = sentence(
        of_mode if has(of_mode) else path, no=ticket.no, last4=last4, visit=visit_of(ticket, today), **values
    )
    return Card("ticket", text, ticket=summary(ticket))


def summary(ticket: Ticket) -> dict[str, Any]:
    return {"no": ticket.no, "kind": str(ticket.kind), "state": str(ticket.state)}


def brand_of(kb: Knowledge, slots: Mapping[str, Any]) -> str | None:
    brand = slots.get("brand")
    return kb.catalog.brand_of(brand, slots.get("product")) if brand else None


def visit_of(ticket: Ticket, today: date) -> str:
    visit = ticket.appointment
    if ticket.state in OVER:  # nobody comes any more
        return ""
    if visit is None:
        return sentence("repair.at", when=sentence("repair.asap")) if ticket.wish == "asap" else ""
    hours = {"start": visit.from_, "end": visit.to}
    slot: dict[str, Any] = {"day": visit.date.isoformat(), "approximate": visit.to_confirm}
    slot |= {k: v.strftime("%H:%M") for k, v in hours.items() if v}
    when = speech.visit(slot, today) + (sentence("repair.to_confirm") if visit.to_confirm else "")
    return sentence("repair.at", when=when)


def _lines(topic: str, rows: Mapping[str, Any], own: Mapping[str, str] | None = None) -> str:
    """The rows that have something, each by its name; `own` names go before the topic's."""
    names = {**entry(f"{topic}.slot"), **(own or {})}
    return "\n".join(f"{names[row]}:{value}" for row, value in rows.items() if value)

"""What language understanding and the text readers found in a message → one `Wish` with facts as JSON values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.dialogue.state import Desk
from bot.dialogue.turn import Problem, Wish
from bot.text.days import DayRange, Impossible
from bot.text.found import Found
from bot.text.reading import Reading, read
from bot.text.visits import VisitTime

CATALOG = ("brand", "product", "part", "fault")
LISTS = ("fee_event",)
#: What is heard for one wish only and not remembered for later ones.
PASSING = frozenset(
    {
        "category",
        "fee_event",
        "amount",
        "rating",
        "ticket_no",
        "last4",
        "service_number",
        "hazard",
        "other_brand",
    }
)
FREE_TEXT = 200  # characters of the customer's own words that a request keeps

_NEGATED = re.compile(r"(?:不是|并非|不要|別說|别说)[这那我的是个台]{0,3}$")
_LAST4 = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_ASKED_AS = {"made": "purchased", "repaired": "purchased"}  # slot → the reader's word for it


def read_wish(message: Mapping[str, Any], desk: Desk, now: datetime) -> Wish:
    """The wish in Rasa's parse of a message: intent, ranking, catalog entities; details are read from the text here,
    in the light of what was asked last."""
    text = message.get("text") or ""
    asked = desk.top.asked if desk.top else ()
    intent = message.get("intent") or {}
    facts, spans = _from_entities(message.get("entities") or (), text)
    problems: list[Problem] = []
    _details(text, asked, desk, now, facts, spans, problems)
    name = intent.get("name") or "out_of_scope"
    if "fault" in facts or name in ("describe_fault", "report_recurrence"):
        facts["description"] = text.strip()[:FREE_TEXT]
    return Wish(
        intent=name,
        confidence=float(intent.get("confidence") or 0.0),
        text=text.strip()[:FREE_TEXT],
        facts=facts,
        problems=tuple(problems),
        ranking=tuple(
            (r["name"], float(r["confidence"])) for r in (message.get("intent_ranking") or ())[:5]
        ),
        bare=_bare(text, spans),
    )


def _from_entities(
    entities: Iterable[Mapping[str, Any]], text: str
) -> tuple[dict[str, Any], list[tuple[int, int]]]:
    """The catalog's words in the message: the first of each kind, except those it denies (不是冰箱是洗衣机)."""
    facts: dict[str, Any] = {}
    spans = []
    for entity in sorted(entities, key=lambda e: (e.get("start", 0), -e.get("end", 0))):
        name, value, start = entity.get("entity"), entity.get("value"), entity.get("start", 0)
        if entity.get("extractor") != "CatalogExtractor":
            continue
        spans.append((start, entity.get("end", 0)))
        if _NEGATED.search(text[:start]):
            continue
        if name in LISTS:
            facts.setdefault(name, []).append(value)
        else:
            facts.setdefault(name, value)
    return facts, spans


def _details(
    text: str,
    asked: tuple[str, ...],
    desk: Desk,
    now: datetime,
    facts: dict[str, Any],
    spans: list[tuple[int, int]],
    problems: list[Problem],
) -> None:
    """Dates, phones, names, addresses, amounts, numbers: a bare answer is only taken for what was asked."""
    readings = {
        slot: read(text, now, expected=_ASKED_AS.get(slot, slot))
        for slot in asked
        if slot in _READ_AS_ASKED
    }
    plain = read(text, now)

    def found(slot: str, attribute: str) -> tuple[Found[Any], ...]:
        return getattr(readings.get(slot, plain), attribute)

    def take(items: Iterable[Found[Any]]) -> Found[Any] | None:
        last = next(
            iter(reversed(list(items))), None
        )  # a corrected value comes last: 不是三号是四号
        if last is not None:
            spans.append((last.start, last.end))
        return last

    wants_visit = _wants_visit(asked, desk)
    day_slot = next((s for s in ("purchased", "made", "repaired") if s in asked), "purchased")
    visit = None if day_slot in asked else take(found("visit", "visits"))
    bought = None if visit and wants_visit else take(found(day_slot, "purchased"))
    if bought is not None:
        _take_days(bought.value, day_slot, now, facts, problems)
    elif visit is not None:
        _take_visit(visit.value, now, facts, problems)
    if repaired := take(plain.repaired):
        _take_days(repaired.value, "repaired", now, facts, problems)
    if months := take(found("card_months", "card_months")):
        facts["card_months"] = months.value
    _take_phones(plain, take, asked, desk, facts, problems)
    if ticket := take(plain.ticket_nos):
        if ticket.value.valid:
            facts["ticket_no"] = ticket.value.no
        else:
            problems.append(Problem("ticket_no", "ticket_no"))
    if "last4" in asked and (match := _LAST4.search(plain.text.text)):
        facts["last4"] = match[1]
        spans.append((0, len(text)))
    for slot, attribute, value in _SIMPLE:
        if item := take(found(slot, attribute)):
            facts[slot] = value(item.value)
    if address := take(found("address", "addresses")):
        facts["address"] = address.value.text
        if address.value.city:
            facts["city"] = address.value.city


_READ_AS_ASKED = frozenset(
    {
        "phone",
        "name",
        "address",
        "visit",
        "purchased",
        "made",
        "repaired",
        "card_months",
        "amount",
        "serial_no",
        "rating",
    }
)
_SIMPLE = (
    ("name", "names", lambda person: person.name + person.title),
    ("amount", "amounts", lambda amount: str(amount.high)),
    ("rating", "ratings", int),
    ("serial_no", "serials", str),
    ("model", "models", str),
)


def _wants_visit(asked: tuple[str, ...], desk: Desk) -> bool:
    """Whether a day that could be either is rather the day of the visit."""
    return "visit" in asked or (bool(desk.top) and desk.top.topic == "repair")  # type: ignore[union-attr]


def _take_days(
    value: DayRange | Impossible,
    slot: str,
    now: datetime,
    facts: dict[str, Any],
    problems: list[Problem],
) -> None:
    if isinstance(value, Impossible):
        problems.append(Problem(slot, value.reason_code, {"text": value.text}))
    elif value.first > now.date():
        problems.append(Problem(slot, "day_to_come", {"day": value.first.isoformat()}))
    else:
        facts[slot] = [value.first.isoformat(), min(value.last, now.date()).isoformat()]


def _take_visit(
    value: VisitTime | Impossible, now: datetime, facts: dict[str, Any], problems: list[Problem]
) -> None:
    if isinstance(value, Impossible):
        problems.append(Problem("visit", value.reason_code, {"text": value.text}))
        return
    end = value.end or value.start
    today = value.day == now.date()
    if value.day and (value.day < now.date() or (today and end is not None and end < now.time())):
        problems.append(Problem("visit", "visit_past", {"day": value.day.isoformat()}))
        return
    hours = {
        name: at.strftime("%H:%M")
        for name in ("start", "end")
        if (at := getattr(value, name)) is not None
    }
    flags = {name: True for name in ("approximate", "asap") if getattr(value, name)}
    facts["visit"] = {"day": value.day.isoformat() if value.day else None, **hours, **flags}


def _take_phones(
    reading: Reading,
    take: Any,
    asked: tuple[str, ...],
    desk: Desk,
    facts: dict[str, Any],
    problems: list[Problem],
) -> None:
    service = [p for p in reading.phones if p.value.kind == "service"]
    own = take([p for p in reading.phones if p.value.kind != "service"])
    if own is not None:
        facts["phone"] = own.value.number
    elif (fix := reading.tail_fix) and desk.known.get("phone"):
        facts["phone"] = fix.value.applied_to(desk.known["phone"])
    elif "phone" in asked and reading.phone_problem is not None:
        problems.append(Problem("phone", f"phone_{reading.phone_problem.reason}"))
    if service:
        facts["service_number"] = service[0].text


def _bare(text: str, spans: list[tuple[int, int]]) -> bool:
    """Whether little more than the found values stands in the message: an answer, not another question."""
    rest = [c for i, c in enumerate(text) if c.isalnum() and not any(s <= i < e for s, e in spans)]
    return bool(spans) and len(rest) <= 5

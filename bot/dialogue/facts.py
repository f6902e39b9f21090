"""What language understanding and the text readers found in a message → one `Wish` with facts as JSON values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from bot.dialogue.state import Desk
from bot.dialogue.turn import Problem, Wish
from bot.text.days import DayRange, Impossible
from bot.text.found import Found
from bot.text.reading import Expected, Reading, read
from bot.text.visits import VisitTime
from policies_kb.loader import load
from policies_kb.normalise import normalise

CATALOG = ("brand", "product", "part", "fault")
LISTS = ("fee_event",)
#: What is heard for one wish only and not remembered for later ones.
PASSING = frozenset(
    [
        "category",
        "fee_event",
        "request",
        "field",
        "more_products",
        "amount",
        "rating",
        "ticket_no",
        "last4",
        "service_number",
        "hazard",
        "other_brand",
    ]
)
FREE_TEXT = 200  # characters of the customer's own words that a request keeps

_NEGATED = re.compile(r"(?:不是|并非|不要|別說|别说)[这那我的是个台]{0,3}$")
_EDGES = " ,.;:!?、。,;:!?~\t\n"
_OF_COMPANIES = ("400", "800", "95", "96")  # 110, 12315 and the like are nobody's to doubt
_LAST4 = re.compile(r"(?<!\d)(\d{4})(?!\d)")


def read_wish(message: Mapping[str, Any], desk: Desk, now: datetime) -> Wish:
    """The wish in Rasa's parse of a message: intent, ranking, catalog entities; details are read from the text here,
    in the light of what was asked last."""
    reader = _Reader(message.get("text") or "", desk, now)
    intent = message.get("intent") or {}
    name = intent.get("name") or "out_of_scope"
    reader.take_entities(message.get("entities") or ())
    reader.take_details(money=name == "complain_fee")
    words = reader.words()
    if ("fault" in reader.facts or name in ("describe_fault", "report_recurrence")) and len(words) > 1:
        reader.facts["description"] = words
    return Wish(
        intent=name,
        confidence=float(intent.get("confidence") or 0.0),
        text=reader.text.strip()[:FREE_TEXT],
        facts=reader.facts,
        problems=tuple(reader.problems),
        ranking=tuple((r["name"], float(r["confidence"])) for r in (message.get("intent_ranking") or ())[:5]),
        bare=_bare(reader.text, reader.spans),
        words=words,
    )


class _Reader:
    """Collects the facts of one message, where they stand in it, and values that cannot be right."""

    def __init__(self, text: str, desk: Desk, now: datetime) -> None:
        self.text, self.desk, self.now = text, desk, now
        self.asked = desk.top.asked if desk.top else ()
        self.facts: dict[str, Any] = {}
        self.spans: list[tuple[int, int]] = []
        self.personal: list[tuple[int, int]] = []  # names, numbers, places, visits
        self.problems: list[Problem] = []

    def take_entities(self, entities: Iterable[Mapping[str, Any]]) -> None:
        """The catalog's words: the first of each kind, except those the message denies (不是冰箱是洗衣机)."""
        for entity in sorted(entities, key=lambda e: (e.get("start", 0), -e.get("end", 0))):
            if entity.get("extractor") != "CatalogExtractor":
                continue
            name, value, start = str(entity.get("entity")), entity.get("value"), entity.get("start", 0)
            self.spans.append((start, entity.get("end", 0)))
            if _NEGATED.search(self.text[:start]):
                continue
            if name == "product" and self.facts.get("product", value) != value:
                self.facts.setdefault("more_products", []).append(value)
            elif name in LISTS:
                self.facts.setdefault(name, []).append(value)
            elif name not in self.facts or self.facts[name] == self._presumed(name):
                self.facts[name] = value  # 家用机,开饭店用的: what is told beats what would be presumed anyway

    def _presumed(self, name: str) -> str | None:
        fact = load().facts.get(name)
        return fact.presumed if fact else None

    def take_details(self, *, money: bool) -> None:
        """Dates, phones, names, addresses, amounts, numbers: a bare answer is only taken for what was asked."""
        plain = read(self.text, self.now)
        readings = {
            slot: read(self.text, self.now, expected=_ASKED_AS[slot]) for slot in self.asked if slot in _ASKED_AS
        }
        self._take_all_days(plain, readings)
        if months := self._last(readings.get("card_months", plain).card_months):
            self.facts["card_months"] = months.value
        self._take_phone(plain)
        self._take_ticket_no(plain)
        if money and not plain.amounts:  # 收了我50
            readings.setdefault("amount", read(self.text, self.now, expected="amount"))
        for slot, attribute, value in _SIMPLE:
            if found := self._last(getattr(readings.get(slot, plain), attribute), personal=slot == "name"):
                self.facts[slot] = value(found.value)
        if address := self._last(readings.get("address", readings.get("city", plain)).addresses, personal=True):
            if self.asked != ("city",):
                self.facts["address"] = address.value.text
            if address.value.city:
                self.facts["city"] = address.value.city
        if "name" not in self.facts and ("name" in self.asked or "phone" in self.facts):
            self._take_bare_name()

    def _take_bare_name(self) -> None:
        """江小月,13900008888: a piece of its own beside a phone is a name, a surname alone too."""
        for piece in re.split(r"\0+|[\s,;、,;。]+", self._rest()):
            found = read(piece, self.now, expected="name").names if 1 < len(piece) <= 4 else ()
            surname = len(piece) == 1 and read(f"{piece}先生", self.now).names
            if not surname and not (found and found[0].text == piece):
                continue
            self.facts["name"] = piece
            start = self.text.find(piece)
            self.spans.append((start, start + len(piece)))
            self.personal.append((start, start + len(piece)))
            return

    def _rest(self) -> str:
        """The text with what belongs to the visit and the customer blotted out."""
        return "".join(
            "\0" if any(start <= i < end for start, end in self.personal) else c for i, c in enumerate(self.text)
        )

    def words(self) -> str:
        """The text without what belongs to the visit and the customer, as a request's description keeps it."""
        rest = self._rest()
        pieces = (piece.strip(_EDGES) for piece in re.split(r"\0+", rest))
        return " ".join(piece for piece in pieces if len(piece) > 2 or piece == rest)[:FREE_TEXT]

    def _last(self, found: Iterable[Found[Any]], *, personal: bool = False) -> Found[Any] | None:
        """The last one, for a corrected value comes last: 不是三号是四号."""
        every = list(found)
        if not every:
            return None
        self.spans.append((every[-1].start, every[-1].end))
        if personal:
            self.personal += [(each.start, each.end) for each in every]
        return every[-1]

    def _take_all_days(self, plain: Reading, readings: Mapping[str, Reading]) -> None:
        """A day is a purchase or a visit; one that could be either goes by what is asked or in hand."""
        slot = next((s for s in ("purchased", "made", "repaired") if s in self.asked), "purchased")
        visit = self._last(readings.get("visit", plain).visits)
        booking = "visit" in self.asked or (self.desk.top is not None and self.desk.top.topic == "repair")
        either = [
            d
            for d in readings.get(slot, plain).purchased
            if not (booking and slot not in self.asked and visit and d.overlaps(visit))
        ]
        bought = self._last(either)
        if bought is not None:
            self._take_days(bought.value, slot)
        if visit is not None and (bought is None or not visit.overlaps(bought)):
            self._take_visit(visit.value)
            if "visit" in self.facts:
                self.personal.append((visit.start, visit.end))
        if repaired := self._last(plain.repaired):
            self._take_days(repaired.value, "repaired")

    def _take_days(self, value: DayRange | Impossible, slot: str) -> None:
        if isinstance(value, Impossible):
            self.problems.append(Problem(slot, value.reason_code, {"text": value.text}))
        elif value.first > self.now.date():
            self.problems.append(Problem(slot, "day_to_come", {"day": value.first.isoformat()}))
        else:
            self.facts[slot] = [value.first.isoformat(), min(value.last, self.now.date()).isoformat()]

    def _take_visit(self, value: VisitTime | Impossible) -> None:
        if isinstance(value, Impossible):
            self.problems.append(Problem("visit", value.reason_code, {"text": value.text}))
        elif value.day is not None and self._is_over(value, value.day):
            self.problems.append(Problem("visit", "visit_past", {"day": value.day.isoformat()}))
        else:
            hours = {
                name: at.strftime("%H:%M") for name in ("start", "end") if (at := getattr(value, name)) is not None
            }
            flags = {name: True for name in ("approximate", "asap") if getattr(value, name)}
            self.facts["visit"] = {"day": value.day.isoformat() if value.day else None, **hours, **flags}

    def _is_over(self, visit: VisitTime, day: date) -> bool:
        end = visit.end or visit.start
        return day < self.now.date() or (day == self.now.date() and end is not None and end < self.now.time())

    def _take_phone(self, plain: Reading) -> None:
        service = [p for p in plain.phones if p.value.kind == "service" and p.value.number.startswith(_OF_COMPANIES)]
        own = self._last([phone for phone in plain.phones if phone.value.kind != "service"], personal=True)
        if own is not None:
            self.facts["phone"] = own.value.number
        elif (fix := plain.tail_fix) and self.desk.known.get("phone"):
            self.facts["phone"] = fix.value.applied_to(self.desk.known["phone"])
        elif "phone" in self.asked and plain.phone_problem is not None:
            self.problems.append(Problem("phone", f"phone_{plain.phone_problem.reason}"))
        if service:
            self.facts["service_number"] = service[0].text

    def _take_ticket_no(self, plain: Reading) -> None:
        if ticket := self._last(plain.ticket_nos):
            if ticket.value.valid:
                self.facts["ticket_no"] = ticket.value.no
            else:
                self.problems.append(Problem("ticket_no", "ticket_no"))
        rest = "".join(" " if any(s <= i < e for s, e in self.spans) else c for i, c in enumerate(self.text))
        if ("last4" in self.asked or "ticket_no" in self.facts) and (match := _LAST4.search(normalise(rest).text)):
            self.facts["last4"] = match[1]
            self.spans.append((0, len(self.text)))


#: Slot → what the text readers call it when it was asked for.
_ASKED_AS: dict[str, Expected] = {
    "phone": "phone",
    "name": "name",
    "address": "address",
    "city": "address",
    "visit": "visit",
    "purchased": "purchased",
    "made": "purchased",
    "repaired": "purchased",
    "card_months": "card_months",
    "amount": "amount",
    "serial_no": "serial",
    "rating": "rating",
}
_SIMPLE: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("name", "names", lambda person: person.name + person.title),
    ("amount", "amounts", lambda amount: str(amount.high)),
    ("rating", "ratings", int),
    ("serial_no", "serials", str),
    ("model", "models", str),
)


def _bare(text: str, spans: list[tuple[int, int]]) -> bool:
    """Whether little more than the found values stands in the message: an answer, not another question."""
    rest = [c for i, c in enumerate(text) if c.isalnum() and not any(s <= i < e for s, e in spans)]
    return bool(spans) and len(rest) <= 5

"""The details of one message: days, phones, names, places, amounts and numbers, read in the light of what was asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.dialogue.catalog_words import CatalogWords
from bot.dialogue.places import mended, place_facts, region_alone, said_before
from bot.dialogue.put_right import visit_moved, words_put_right
from bot.dialogue.slots import ASKED_AS, SIMPLE
from bot.dialogue.state import Desk
from bot.dialogue.times import (
    as_part_of,
    day_of_what_happened,
    days_said,
    either_of_two,
    is_a_wish,
    is_for_a_visit,
    of_one_year,
    one_wish,
    visit_said,
)
from bot.dialogue.turn import Problem
from bot.text.amounts import paid
from bot.text.days import DayRange
from bot.text.duration import is_without_card
from bot.text.found import Found
from bot.text.house_numbers import find_part_fix
from bot.text.numbers import to_int
from bot.text.phones import PhoneProblem, whom_to_ring
from bot.text.reading import Reading, read
from policies_kb.normalise import DIGIT_OF, normalise

_MADE = re.compile(r"\s*年?的?(?:生产|产|出厂|制造)")
_BACKUP = re.compile(r"备用|另外?一?个?(?:电话|手机|号码?)|打不通|联系不上|也留|再留|也行|也可以打")
_MADE_ON = re.compile(r"(?:生产|出厂|制造)(?:日期|时间)?[是为:\uff1a在\s]*$")
_CALLED = re.compile(
    r"\W*(?P<by>(?:[我俺]?[叫姓]|称呼|联系人))?(?:[我俺]?是|找|写|就)*\s*(?P<name>[\u4e00-\u9fff·]{1,6}?)(?:就行|就好|就可以|吧|啊|好了)*\W*"
)
_TO_ASK_FOR = re.compile(r"(?:找|联系)(?P<name>[小老大阿]?[\u4e00-\u9fff]{1,3}?)(?:就行|就好|即可|就可以)$")
_ON_THE_CARD = re.compile(r"卡|写着|写的|上面")
_IN_FULL = re.compile(r"全名|大名|名字|姓名")
_NEARLY_A_MOBILE = re.compile(r"1[3-9]\d{8}|1[3-9]\d{10}")
_OF_COMPANIES = ("400", "800", "95", "96")  # 110, 12315 and the like are nobody's to doubt
_ENDS_IN = re.compile(r"(?:尾号|后四位|后4位|末四位|末4位)[是为:\uff1a\s]*(\d{4})(?!\d)")
_DONE_BY_SOMEBODY = "来到去修装约换"  # 后天来: families are called so, too
_NOT_THAT_DAY = re.compile(r"不是\s*(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})[号日]")
_CODE = re.compile(r"(?<!\d)\d{4,8}(?!\d)")
_LAST4 = re.compile(r"(?<!\d)(\d{4})(?!\d)")


class Details:
    """Collects the facts of one message, where they stand in it, and values that cannot be right."""

    def __init__(self, text: str, words: CatalogWords, desk: Desk, now: datetime) -> None:
        self.text, self.desk, self.now = text, desk, now
        self.asked = desk.top.asked if desk.top else ()
        self.facts: dict[str, Any] = dict(words.facts)
        self.spans, self.brands, self.named = list(words.spans), words.brands, words.named
        self._words = words.where
        self.personal: list[tuple[int, int]] = []  # names, numbers, places
        self.visits: list[tuple[int, int]] = []
        self.days: list[tuple[int, int]] = []  # when it was bought or made
        self.problems: list[Problem] = []

    def take_details(self, *, money: bool, terms: bool, free: bool) -> None:
        """Dates, phones, names, addresses, amounts, numbers: a bare answer is only taken for what was asked."""
        plain = read(self.text, self.now)
        readings = {
            slot: read(self.text, self.now, expected=ASKED_AS[slot])
            for slot in self.asked
            if slot in ASKED_AS and (terms or slot != "card_months")
        }
        self._take_all_days(plain, readings)
        if months := self._last(readings.get("card_months", plain).card_months):
            self.facts["card_months"] = months.value
        elif is_without_card(self.text, asked="card_months" in self.asked):
            self.facts["no_card"] = True
        self._take_phone(plain, readings)
        if money and not plain.amounts:  # 收了我50
            readings.setdefault("amount", read(self.text, self.now, expected="amount"))
        code = any(problem.slot == "phone" for problem in self.problems)  # 1380013800o is no serial number
        for slot, attribute, value in SIMPLE:
            if code and slot in ("serial_no", "model"):
                continue
            every = [v for v in getattr(readings.get(slot, plain), attribute) if not _within(v, plain.tail_fix)]
            if slot == "name":
                every = [each for each in every if not self._is_a_brand(each.start, each.end)]
            if slot == "amount":
                every = paid(every, plain.text.raw) or every
            if slot == "name":  # 我叫石磊,奶奶姓范: the full one
                every = [one for one in every if len(value(one.value)) > 1] or every
            if found := self._last(every, personal=slot == "name"):
                self.facts[slot] = value(found.value)
        self._take_place(plain, readings)
        self._put_right()
        self._take_ticket_no(plain)
        self._take_code()
        self._leave_what_names_a_place()
        wrong_phone = any(problem.slot == "phone" for problem in self.problems)
        beside = self.facts.keys() & {"phone", "address"} or wrong_phone or _IN_FULL.search(self.text)
        if len(self.facts.get("name", "")) < 2 and ("name" in self.asked or beside):
            self._take_bare_name()
        if "name" not in self.facts and free and "name" in self.asked:
            self._take_what_they_are_called()

    def _leave_what_names_a_place(self) -> None:
        """翠屏区 speaks of no 屏."""
        for name in ("product", "part", "fault"):
            start, end = self._words.get(name, (0, 0))
            if (
                name in self.facts
                and start < end
                and any(first <= start and end <= last for first, last in self.personal)
            ):
                del self.facts[name]

    def _is_a_brand(self, start: int, end: int) -> bool:
        """康露 begins with a family's name and is a brand of the catalog."""
        return any(first < end and start < last for first, last in self.brands)

    def _take_bare_name(self) -> None:
        """江小月,13900008888: a piece of its own beside a phone is a name, a surname alone too."""
        for piece in sorted(re.split(r"[\W\0]+", self._rest()), key=len, reverse=True):  # 来 is a family's name, too
            found = read(piece, self.now, expected="name").names if 1 < len(piece) <= 4 else ()
            awaited = "phone" in self.facts or ("name" in self.asked and len(self.text) > 1)
            surname = (
                len(piece) == 1 and piece not in _DONE_BY_SOMEBODY and awaited and read(f"{piece}先生", self.now).names
            )
            if not surname and not (found and found[0].text == piece):
                continue
            start = self.text.find(piece)
            if self._is_a_brand(start, start + len(piece)):
                continue
            self.facts["name"] = piece
            self.spans.append((start, start + len(piece)))
            self.personal.append((start, start + len(piece)))
            return

    def _take_what_they_are_called(self) -> None:
        """叫老刘就行; 前台就行 where nothing else was asked for: whoever answers it is called so."""
        for piece in re.split(r"[\0\s,\uff0c。]+", self._rest()):
            if asked_for := _TO_ASK_FOR.search(piece):
                self.facts["name"] = asked_for["name"]
                return
            called = _CALLED.fullmatch(piece)
            if called and (self.asked == ("name",) or called["by"]):
                self.facts["name"] = called["name"]
                return

    def _take_place(self, plain: Reading, readings: Mapping[str, Reading]) -> None:
        """Where to go; or the one part of it that was wrong (是6栋), where one was told and nothing else is meant."""
        before = said_before(self.desk)
        if address := self._last(readings.get("address", readings.get("city", plain)).addresses, personal=True):
            self.facts |= place_facts(address, self.text, before)
        elif where := region_alone(self.text):
            self.facts |= where
            self.spans.append((0, len(self.text)))
        elif where := self._region_beside():
            self.facts |= where
        elif (
            before
            and not self._mends_the_visit
            and (fix := find_part_fix(plain.text))
            and fix.value.fits(before)
            and not self._is_taken(fix)
        ):
            self._last([fix], personal=True)
            self.facts |= mended(fix, self.text, before)

    def _put_right(self) -> None:
        """不是高凤霞,是高凤侠: all of the message is of what it puts right."""
        slots = self.desk.top.slots if self.desk.top and not self._mends_the_visit else {}
        if mended := words_put_right(self.text, slots, self.facts):
            self.facts |= mended
            self.spans.append((0, len(self.text)))
            self.personal.append((0, len(self.text)))

    def _region_beside(self) -> dict[str, Any]:
        """在武汉市洪山区, a piece of its own beside a phone or a time: the beginning of an address."""
        if not self.facts.keys() & {"phone", "visit", "name"}:
            return {}
        for piece in re.split(r"[\0\s,\uff0c。]+", self._rest()):
            if len(piece) > 1 and (where := region_alone(piece)):
                start = self.text.find(piece)
                self.spans.append((start, start + len(piece)))
                self.personal.append(self.spans[-1])
                return where
        return {}

    def _is_taken(self, found: Found[Any]) -> bool:
        """Whether the piece was read as something else: 改到6号 is a day."""
        return any(start < found.end and found.start < end for start, end in self.spans)

    def _rest(self) -> str:
        """The text with what belongs to the visit and the customer blotted out."""
        return self._without([*self.personal, *self.visits])

    def pieces(self, *, visits: bool = True, named: bool = False) -> list[str]:
        """The text between what was read of the customer and of the visit; `named`: of the appliance too, and since
        when it is there."""
        spans = [*self.personal, *(self.visits if visits else ()), *((*self.named, *self.days) if named else ())]
        return re.split(r"\0+", self._without(spans))

    def _without(self, spans: list[tuple[int, int]]) -> str:
        return "".join("\0" if any(start <= i < end for start, end in spans) else c for i, c in enumerate(self.text))

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
        if slot not in readings and self._is_of_a_purchase:  # 哦不对,是前年双十一
            readings = {**readings, slot: read(self.text, self.now, expected="purchased")}
        of_a_house = self.facts.get("field") == "address" and find_part_fix(plain.text) is not None  # 改下地址,是19号
        visits = () if of_a_house else readings.get("visit", plain).visits
        visit = self._last([*visits[:-1], one_wish(visits)] if visits else ())
        booking = "visit" in self.asked or (self.desk.top is not None and self.desk.top.topic == "repair")
        either = [
            d
            for d in readings.get(slot, plain).purchased
            if not (visit and d.overlaps(visit) and self._is_when_to_come(visit, booking and slot not in self.asked))
        ]
        bought = self._last(of_one_year(either_of_two(either, self.text), self.now.date()))
        if bought is not None:
            is_made = _MADE.match(self.text[bought.end :]) or _MADE_ON.search(self.text[: bought.start])
            slot = "made" if is_made else slot
            value = bought.value
            if isinstance(value, DayRange):
                value = as_part_of(value, self.desk.known.get(slot), bought.text)
            self._take(slot, days_said(value, slot, self.now.date()))
            self.days.append((bought.start, bought.end))
        asked = "visit" in self.asked or self._mends_the_visit
        if visit is not None and not is_a_wish(visit, self.text, self.now.date(), asked=asked):
            self.spans = [span for span in self.spans if span != (visit.start, visit.end)]
            visit = None
        if visit is not None and (bought is None or not visit.overlaps(bought)):
            self._take("visit", visit_said(visit.value, self.desk, self.now))
            if "visit" in self.facts:
                self.visits.append((visit.start, visit.end))
        if visit is None and bought is None and (moved := visit_moved(self.text, self.desk.tasks, self.now.date())):
            self._take("visit", moved)
            self.spans.append((0, len(self.text)))
        if repaired := self._last(plain.repaired):
            self._take("repaired", days_said(repaired.value, "repaired", self.now.date()))
        told = self.desk.top is not None and self.desk.top.topic == "complaint"
        if happened := day_of_what_happened(plain, self.now.date(), told=told):
            self.facts["happened"] = happened

    @property
    def _mends_the_visit(self) -> bool:
        """不是三号是四号, of a visit on the third: no house number."""
        day = str((self.desk.top.slots.get("visit") or {}).get("day") or "") if self.desk.top else ""
        wrong = _NOT_THAT_DAY.search(self.text)
        return bool(day and wrong) and to_int(wrong["day"] if wrong else "") == int(day[-2:])

    def _is_when_to_come(self, visit: Found[Any], booking: bool) -> bool:
        """A day with an hour, in a booking, or beside who is to come, is one for a visit: nobody remembers the hour at
        which something was bought."""
        return booking or getattr(visit.value, "start", None) is not None or is_for_a_visit(self.text)

    @property
    def _is_of_a_purchase(self) -> bool:
        """Whether what was told last is when it was bought: a day, and no more, is that day."""
        top = self.desk.top
        of_a_card = "card_months" in self.asked and _ON_THE_CARD.search(self.text) is not None  # 卡在抽屉里,写着三年
        return top is not None and top.topic == "coverage" and "purchased" in self.desk.known and not of_a_card

    def _take(self, slot: str, said: Any) -> None:
        """A fact, or what is wrong with the value that was given for it."""
        if isinstance(said, Problem):
            self.problems.append(said)
        else:
            self.facts[slot] = said

    def _take_phone(self, plain: Reading, readings: Mapping[str, Reading]) -> None:
        service = [p for p in plain.phones if p.value.kind == "service" and p.value.number.startswith(_OF_COMPANIES)]
        own = self._last([phone for phone in plain.phones if phone.value.kind != "service"], personal=True)
        wrong = readings.get("phone", plain).phone_problem
        first = next((phone for phone in plain.phones if phone.value.kind != "service"), None)
        has_one = bool(self.desk.known.get("phone")) or (first is not own)
        if (other := whom_to_ring(plain.phones, self.text)) is not None and own is not None and first is not None:
            self.facts["phone"] = other.value.number
            self.facts["backup"] = (first if other is own else own).value.number
        elif own is not None and first is not None and has_one and _BACKUP.search(self.text):
            self.facts["backup"] = own.value.number
            if first is not own:
                self.facts["phone"] = first.value.number
        elif own is not None:
            self.facts["phone"] = own.value.number
        elif (fix := plain.tail_fix) and self.desk.known.get("phone"):
            self.facts["phone"] = fix.value.applied_to(self.desk.known["phone"])
        elif wrong is not None and not service and self._is_of_a_phone(wrong):
            self.problems.append(Problem("phone", f"phone_{wrong.reason}"))
            if (start := self.text.find(wrong.text)) >= 0:
                self.spans.append((start, start + len(wrong.text)))
                self.personal.append(self.spans[-1])
        if service:
            self.facts["service_number"] = service[0].text

    def _is_of_a_phone(self, wrong: PhoneProblem) -> bool:
        """Whether these digits are meant as the customer's number."""
        named = wrong.named or self.facts.get("field") == "phone" or _NEARLY_A_MOBILE.fullmatch(wrong.text)
        return "phone" in self.asked or bool(named and self.desk.tasks)

    def _take_ticket_no(self, plain: Reading) -> None:
        if ticket := self._last(plain.ticket_nos, personal=True):
            if ticket.value.valid:
                self.facts["ticket_no"] = ticket.value.no
            else:
                self.problems.append(Problem("ticket_no", "ticket_no"))
        rest = "".join(" " if any(s <= i < e for s, e in self.spans) else c for i, c in enumerate(self.text))
        if ("last4" in self.asked or "ticket_no" in self.facts) and (match := _LAST4.search(self._digits_of(rest))):
            self.facts["last4"] = match[1]
            self.spans.append((0, len(self.text)))
        elif not self.desk.known.get("phone") and (match := _ENDS_IN.search(rest)):  # else it mends that number
            self.facts["last4"] = match[1]
            self.spans.append(match.span())

    def _take_code(self) -> None:
        """The one-time code that was sent, where it was asked for."""
        if "code" in self.asked and (match := _CODE.search(self._digits_of(self.text))):
            self.facts["code"] = match[0]
            self.spans.append((0, len(self.text)))
            self.personal.append((0, len(self.text)))

    def _digits_of(self, text: str) -> str:
        """The text with spoken digits (八零零零) as digits, where digits were asked for."""
        plain = normalise(text).text
        spoken = {"last4", "code"} & {*self.asked}
        return "".join(DIGIT_OF.get(char, char) for char in plain) if spoken else plain


def _within(found: Found[Any], other: Found[Any] | None) -> bool:
    """尾号是1243 is no amount."""
    return other is not None and found.overlaps(other)

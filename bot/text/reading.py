"""One message, read once: everything found in it, each piece of text used for one thing only.

Language understanding, dialogue and API all take this reading, so that none of them sees a
phone number as an amount, or a day of purchase as a day for the visit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from bot.text.addresses import Address, find_address
from bot.text.amounts import Amount, find_amounts
from bot.text.days import DayRange, Impossible
from bot.text.duration import find_months
from bot.text.found import Found, Text, as_normalised, without_overlaps
from bot.text.people import Person, find_name
from bot.text.phones import Phone, PhoneProblem, TailFix, find_phones, find_tail_fix, judge_phone
from bot.text.purchases import find_days
from bot.text.ratings import find_rating
from bot.text.serials import find_models, find_serials
from bot.text.ticket_no import TicketNo, find_ticket_nos
from bot.text.visits import VisitTime, find_visit
from policies_kb.normalise import Normalised, faithful

Expected = Literal["phone", "name", "address", "visit", "purchased", "card_months", "amount", "serial", "rating"]
Days = DayRange | Impossible
Visit = VisitTime | Impossible
T = TypeVar("T")


@dataclass(frozen=True)
class Reading:
    """What a message holds, each tuple in order of place.

    A past day is `purchased`, `repaired` or, for 昨天坏的, among `other_days`. A date that
    nothing assigns (3月5号) stands both in `purchased`, as past, and in `visits`, as to come.
    """

    text: Normalised
    phones: tuple[Found[Phone], ...] = ()
    phone_problem: PhoneProblem | None = None
    tail_fix: Found[TailFix] | None = None
    ticket_nos: tuple[Found[TicketNo], ...] = ()
    names: tuple[Found[Person], ...] = ()
    addresses: tuple[Found[Address], ...] = ()
    visits: tuple[Found[Visit], ...] = ()
    purchased: tuple[Found[Days], ...] = ()
    repaired: tuple[Found[Days], ...] = ()
    other_days: tuple[Found[Days], ...] = ()
    card_months: tuple[Found[int], ...] = ()
    amounts: tuple[Found[Amount], ...] = ()
    serials: tuple[Found[str], ...] = ()
    models: tuple[Found[str], ...] = ()
    ratings: tuple[Found[int], ...] = ()


def read(text: Text, now: datetime, expected: Expected | None = None) -> Reading:
    """Everything in `text`. `expected` is the fact just asked for: its answer may be bare (张伟,
    2022, 两百), and where two readings of one piece are equally long, it is taken."""
    normal = as_normalised(text)
    days = find_days(normal, now.date(), expected=expected == "purchased")
    visits = find_visit(normal, now, expected=expected == "visit")
    roles = {day: _role(normal, day, visits, expected) for day in days}
    kinds: dict[str, list[Found[Any]]] = {
        "ticket_nos": list(find_ticket_nos(normal)),
        "phones": list(find_phones(normal)),
        "addresses": list(find_address(normal, expected=expected == "address")),
        "card_months": list(find_months(normal, expected=expected == "card_months")),
        "purchased": [day for day in days if roles[day] in ("purchased", "either")],
        "repaired": [day for day in days if roles[day] == "repaired"],
        "other_days": [day for day in days if roles[day] == "other"],
        "serials": list(find_serials(normal, expected=expected == "serial")),
        "models": list(find_models(normal)),
        "names": list(find_name(normal, expected=expected == "name")),
        "amounts": list(find_amounts(normal, expected=expected == "amount")),
        "ratings": list(find_rating(normal, expected=expected == "rating")),
    }
    kept_visits = [visit for visit in visits if not _is_past_day(visit, days, roles)]
    return _assembled(normal, kinds, kept_visits, expected)


def _assembled(
    normal: Normalised,
    kinds: dict[str, list[Found[Any]]],
    visits: list[Found[Any]],
    expected: Expected | None,
) -> Reading:
    """One use for each piece. Visits compete with all but days, which `_role` has settled."""
    first = _FIELD_OF.get(expected or "", "")
    ranked = sorted(kinds, key=lambda kind: kind != first)
    day_kinds = {"purchased", "repaired", "other_days"}
    among_visits = _kept([visits, *(kinds[kind] for kind in ranked if kind not in day_kinds)], visits)
    fields: dict[str, Any] = {kind: _kept([kinds[k] for k in ranked], kinds[kind]) for kind in kinds}
    for kind in kinds:
        if kind not in day_kinds:
            fields[kind] = tuple(f for f in fields[kind] if not any(f.overlaps(visit) for visit in among_visits))
    tail_fix = find_tail_fix(normal)
    return Reading(
        text=normal,
        phone_problem=judge_phone(normal) if expected == "phone" or not _has_a_code(fields) else None,
        tail_fix=tail_fix,
        visits=among_visits,
        **fields,
    )


def _has_a_code(fields: dict[str, Any]) -> bool:
    return bool(fields["ticket_nos"] or fields["serials"])


_FIELD_OF = {
    "phone": "phones", "name": "names", "address": "addresses", "purchased": "purchased",
    "amount": "amounts", "card_months": "card_months", "serial": "serials", "rating": "ratings",
}  # fmt: skip


def _kept(groups: Iterable[list[Found[Any]]], mine: list[Found[T]]) -> tuple[Found[T], ...]:
    winners = {id(found) for found in without_overlaps(groups)}
    return tuple(found for found in mine if id(found) in winners)


# --- which day is it? -----------------------------------------------------------------------

Role = Literal["purchased", "repaired", "other", "visit", "either"]

_AFTER: tuple[tuple[Role, str], ...] = (  # what follows says what it is the date of; first fit
    (
        "repaired",
        r"""\W* (?: 的 | 就 | 你们 | 师傅 | 刚 | 才 | 找人 | 官方 ){0,3}
            (?: 上门 )? (?: 维?修 | 换 ) (?: 过 | 了 | 的 | 好 )""",
    ),
    (
        "purchased",
        r"""\W* (?: 的时候 | 的 | 才 | 刚 | 就 | 在\w{1,4} | 那会儿? | 左右 | 网上 | 商场 ){0,3}
            (?: 买 | 购 | 入手 | 下单 | 到货 | 到手 | 到 (?= 的|了 ) | 收到 | 签收 | 收货 | 安?装 )""",
    ),
    (
        "visit",
        r"""\W*
            (?: 的话 | 再 | 能 | 必须 | 一定 | 务必 | 得 | 就 | 可以 | 请 | 师傅 | 都 | 我 | 你们 | 派人 | 让师傅 ){0,3}
            (?: 来(?![过了]) | 派(?!了|过) | 叫人 | 上门 | 过来 | 有空 | 有人 | 方便 | 在家 | 行 | 吧 | 可以
              | 修(?![了过]) )""",
    ),
    (
        "other",
        r"""\W* (?: 就 | 又 | 才 | 刚 | 突然 | 你们 | 师傅 | 我 | 还 | 早上 | [上下]午 | 晚上 ){0,3}
            (?: 坏|开始|起 (?= ,|\s|就|一直 )|出|报|打|约|登记|来过|没|漏|响|停|不|投诉|联系 )""",
    ),
)
_BEFORE: tuple[tuple[Role, str], ...] = (
    ("repaired", r"(?: 修过 | 维修日期 | 上次修 | 修的 | 换过 ) [是在:]? \s* \Z"),
    ("purchased", r"(?: 买 | 购 | 入手 | 下单 | 购买日期 | 发票 | 生产 ) [^,。;!?]{0,5} \Z"),
    ("other", r"(?: 自|从|打 ) \Z"),
    (
        "other",
        r"""(?: 不 (?! 对|是 ) [^,。;!?]{1,3} | 没 [^,。;!?]{1,3} | 坏 | 漏水? | 响 | 异味 )
            (?: 都|已经|有|快|大概 )* \Z""",
    ),
    ("visit", r"(?: 约 | 改到 | 改成 | 改在 | 换到 | 上门 | 安排 | 时间 ) [^,。;!?]{0,4} \Z"),
)
_IN_USE = re.compile(r"(?:才|刚|新|都|已经)*(?:使?用|买|购|入手|到手|签收|收到|收货|到货|安?装)")
_SO_LONG = re.compile(r".*(?:年|月)\w?了\Z")
_RECENT_WORDS = re.compile(r"[今昨]|前天|上?周|星期|礼拜|最近|前[几些两三]")


def _role(normal: Normalised, day: Found[Days], visits: list[Found[Visit]], expected: Expected | None) -> Role:
    """By the words around it; then by what was asked; then by its own words."""
    as_visit = next((visit for visit in visits if visit.overlaps(day)), None)
    cue = _cue(normal.raw, day.start, max(day.end, as_visit.end if as_visit else 0))
    if cue and not (cue in ("other", "visit") and _is_an_age(normal, day)):
        return cue
    if _is_an_age(normal, day):
        return "purchased"
    if expected in ("purchased", "visit"):
        return expected
    if as_visit and as_visit.end > day.end:
        return "visit"  # with a time of day: 12月1日上午
    if as_visit and any(isinstance(visit.value, VisitTime) and visit.value.asap for visit in visits):
        return "visit"  # 就今天,越快越好
    return "other" if _RECENT_WORDS.match(day.text) else "either"


def _is_an_age(normal: Normalised, day: Found[Days]) -> bool:
    """用了两年, 半年了: what follows (不制冷) says nothing of when it was bought; before it, it does (坏了半年了)."""
    if _IN_USE.match(day.text):
        return True
    return bool(_SO_LONG.match(day.text)) and _cue(normal.raw, day.start, len(normal.raw)) is None


def _cue(raw: str, start: int, end: int) -> Role | None:
    after = faithful(raw[end : end + 12]).text
    before = faithful(raw[max(0, start - 8) : start]).text + (" " if raw[:start].endswith(" ") else "")
    for cues, text, find in ((_AFTER, after, re.match), (_BEFORE, before, re.search)):
        for role, pattern in cues:
            if find(pattern, text, re.VERBOSE):
                return role
    return None


def _is_past_day(visit: Found[Visit], days: list[Found[Days]], roles: dict[Found[Days], Role]) -> bool:
    """Whether the piece is already known to be the day of something past."""
    return any(visit.overlaps(day) and roles[day] in ("purchased", "repaired", "other") for day in days)

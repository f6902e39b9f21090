"""Telephone numbers, near misses and corrections of their last digits.

Spoken digits (幺三八…) and full width are digits already in normalised text. Which numbers are
real is not judged here beyond their shape; the customer hears the number read back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.text.found import Found, Rule, Text, as_normalised, place, scan
from policies_kb.normalise import DIGIT_OF

Kind = Literal["mobile", "landline", "service"]


@dataclass(frozen=True)
class Phone:
    """`number` in digits; a landline keeps its area code apart: 010-12345678."""

    number: str
    kind: Kind

    def __str__(self) -> str:
        return self.number


@dataclass(frozen=True)
class PhoneProblem:
    """Something meant as a telephone number that cannot be one."""

    text: str
    reason: Literal["too_short", "too_long", "letters"]
    named: bool = False  # it is called a telephone number


@dataclass(frozen=True)
class TailFix:
    """最后四位是5678: the digits that the number should end in."""

    digits: str

    def applied_to(self, number: str) -> str:
        """`number` ending in the corrected digits; separators stay where they are."""
        keep, rest = list(number), list(self.digits)
        for i in range(len(keep) - 1, -1, -1):
            if rest and keep[i].isdigit():
                keep[i] = rest.pop()
        return "".join(keep)


_S = r"[ ]?-?[ ]?"  # what people put between groups of digits
_NOT_INSIDE = r"(?<! [\da-z.] ) (?<! \d- )"
_ENDS = r"(?! [\da-z] | -\d | \.\d )"

_MOBILE = re.compile(
    rf"""
    {_NOT_INSIDE} (?: \(? \+? (?:00)? 86 \)? {_S} )?
    (?P<number> 1 {_S} [3-9] (?: {_S} \d ){{9}} ) {_ENDS}
    """,
    re.VERBOSE,
)
_LANDLINE = re.compile(
    rf"""
    {_NOT_INSIDE} (?: \+? 86 {_S} (?=0?\d) )?
    \(? (?P<area> 0 (?: 10 | 2\d | [3-9]\d\d ) ) \)? {_S}
    (?P<number> [1-9] (?: {_S} \d ){{6,7}} )
    (?: [ ]? (?: 转|分机|- ) [ ]? (?P<extension> \d{{1,6}} ) )? (?! [\da-z] )
    """,
    re.VERBOSE,
)
_LOCAL = re.compile(
    rf"(?: 座机|固话|电话 ) [是为:号码 ]{{0,4}} (?P<value> [2-8]\d{{2,3}} {_S} \d{{4}} ) {_ENDS}",
    re.VERBOSE,
)
_SERVICE = re.compile(
    rf"""
    {_NOT_INSIDE}
    (?P<number>
        [48]00 (?: {_S} \d ){{6,8}}  # one digit too few or too many is warned of all the same
      | 95\d{{3}} (?! \d* [元块.] )
      | 12300 | 12315 | 12345 | 10000 | 10010 | 10086 | 110 | 119 | 120   # public services
    ) {_ENDS} (?! [元块号年月天分个次升寸] )
    """,
    re.VERBOSE,
)

_ORDER = re.compile(
    r"(?: 订单|单号|工单|编号|序列号|条码|快递|运单|身份证|卡号 ) [号是为:码 ]{0,4} [\da-z-]{6,}",
    re.VERBOSE,
)
_LIKE_A_PHONE = re.compile(
    rf"""
    {_NOT_INSIDE} (?: \+? 86 {_S} )? (?P<number> [1l] (?: {_S} [\da-z] ){{5,14}} ) (?! [\da-z] )
    """,
    re.VERBOSE,
)
_CALLED_A_PHONE = re.compile(
    rf"""
    (?: 电话 | 手机 | 号码 | 联系方式 ) (?: [号码是为:就 ] | 改成 | 改为 | 换成 | 应该 ){{0,5}}
    (?P<number> [\da-z] (?: {_S} [\da-z] ){{4,18}} ) (?! [\da-z] )
    """,
    re.VERBOSE,
)
_MOBILE_DIGITS = 11

_TAIL = re.compile(
    rf"""
    (?: 最后 | (?<! [然以之] ) 后面? | 末尾? | 尾 ) (?P<digits_of> [一二两三四五六\d] 位 (?: 数字? )? | 号 | 数 )?
    (?: 写?错了? | 不对 | 应该 | 其实 | [ ,] )* (?: 是 | 改成 | 改为 | 换成 ) (?: 的 | : )? \s*
    (?P<digits> [\d{"".join(DIGIT_OF)}] {{1,6}} ) (?! [\d年月日号点块元天个万] )
    """,
    re.VERBOSE,
)


_LEAST_TOLD = 2  # digits that are told as an end without a word for it
_ENDS_SO = re.compile(r"(?<!\d)(?P<digits>\d{4})\s*(?:结尾|收尾)")


def find_phones(text: Text) -> list[Found[Phone]]:
    """Telephone numbers in `text`, in order. Order and serial numbers are none."""
    return scan(
        as_normalised(text),
        [
            Rule(_ORDER, lambda match: None, swallow=True),
            Rule(_MOBILE, lambda match: Phone(_digits(match["number"]), "mobile")),
            Rule(
                _LANDLINE,
                lambda match: Phone(f"{match['area']}-{_digits(match['number'])}", "landline"),
            ),
            Rule(_LOCAL, lambda match: Phone(_digits(match["value"]), "landline")),
            Rule(_SERVICE, lambda match: Phone(_digits(match["number"]), "service")),
        ],
    )


def judge_phone(text: Text) -> PhoneProblem | None:
    """Why what was meant as the customer's number is none; None if it is one or nothing like it."""
    normal = as_normalised(text)
    if any(found.value.kind != "service" for found in find_phones(normal)):
        return None
    plain = _ORDER.sub("", normal.text)
    called = _CALLED_A_PHONE.search(plain)
    meant = called or _LIKE_A_PHONE.search(plain)
    if meant is None:
        return None
    named = called is not None
    number = re.sub(r"[ -]", "", meant["number"])
    digits = _digits(number)
    if len(digits) != len(number):
        return PhoneProblem(meant["number"], "letters", named) if len(digits) >= 6 else None
    if len(digits) < _MOBILE_DIGITS:
        return PhoneProblem(meant["number"], "too_short", named)
    return PhoneProblem(meant["number"], "too_long", named) if len(digits) > _MOBILE_DIGITS else None


def find_tail_fix(text: Text) -> Found[TailFix] | None:
    """A correction of the last digits of a number said before."""
    normal = as_normalised(text)
    match = _TAIL.search(normal.text) or _ENDS_SO.search(normal.text)
    if match is None:
        return None
    digits = "".join(DIGIT_OF.get(char, char) for char in match["digits"])
    says_which = match.groupdict().get("digits_of") or "尾" in match[0]
    if len(digits) < _LEAST_TOLD and not says_which:
        return None  # 最后是一直漏水
    return place(normal, match.start(), match.end(), TailFix(digits))


def mask(phone: str) -> str:
    """138****5678, 010-****5678: for replies and screens that others may see."""
    area, dash, number = phone.rpartition("-")
    shown = number[:3] if len(number) >= _MOBILE_DIGITS else ""
    return f"{area}{dash}{shown}****{number[-4:]}" if len(number) > 4 else "****"


def last4(phone: str) -> str:
    return _digits(phone)[-4:]


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


def whom_to_ring(phones: Sequence[Found[Phone]], text: str) -> Found[Phone] | None:
    """他们电话139…,打我爸的就行: of two numbers the one that is not the writer's; None where nothing says so."""
    own = [phone for phone in phones if phone.value.kind != "service"]
    if len(own) != 2 or _RING_THEM.search(text) is None:
        return None
    others = [one for one in own if not _MINE.search(text[max(0, one.start - A_LEAD) : one.start])]
    return others[0] if len(others) == 1 else None


_RING_THEM = re.compile(
    r"打(?:给)?[我俺]?(?:爸|妈|爹|娘|老公|老婆|爱人|他们?|她们?|老人|奶奶|爷爷|儿子|女儿|公公|婆婆)"
)
_MINE = re.compile(r"[我俺](?:自己)?的?(?:电话|手机|号码?)?[是为:\uff1a\s]*$")
A_LEAD = 8  # characters before a number that say whose it is

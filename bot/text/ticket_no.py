"""Our ticket numbers: BX, eight digits and a check digit; typed and spoken without BX too.

The check digit is Damm's (H. M. Damm, 2004): any one wrong digit and any two neighbours changed
over are noticed, which the usual sums do not all do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.text.found import Found, Rule, Text, as_normalised, scan

PREFIX = "BX"
_DIGITS = 8

_DAMM = (  # a totally anti-symmetric quasigroup of order ten
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


@dataclass(frozen=True)
class TicketNo:
    """`no` as we write it. Not `valid`: written with BX, but mistyped or not complete."""

    no: str
    valid: bool = True

    def __str__(self) -> str:
        return self.no


_S = r"[ ]?-?[ ]?"
_WITH_PREFIX = re.compile(rf"(?<![a-z]) b [ ]? x {_S} (?P<digits> \d (?: {_S} \d ){{4,11}} ) (?![\da-z])", re.VERBOSE)
_WITHOUT_PREFIX = re.compile(
    rf"(?<! [\da-z.] ) (?<! \d- ) (?P<digits> \d (?: {_S} \d ){{8}} ) (?! [\da-z] | -\d | \.\d )",
    re.VERBOSE,
)


def check_digit(eight: str) -> str:
    """The digit that follows these eight."""
    interim = 0
    for digit in eight:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def make(number: int) -> str:
    """The ticket number of the running `number`; ValueError beyond eight digits."""
    if not 0 <= number < 10**_DIGITS:
        raise ValueError(f"ticket numbers have {_DIGITS} digits, {number} does not fit")
    eight = f"{number:0{_DIGITS}}"
    return PREFIX + eight + check_digit(eight)


def is_ticket_no(digits: str) -> bool:
    """Whether these are nine digits of which the last is the right check digit."""
    return len(digits) == _DIGITS + 1 and digits.isdecimal() and check_digit(digits[:-1]) == digits[-1]


def find_ticket_nos(text: Text) -> list[Found[TicketNo]]:
    """Ticket numbers in `text`. Nine digits without BX count only if the check digit fits."""
    return scan(
        as_normalised(text),
        [Rule(_WITH_PREFIX, _with_prefix), Rule(_WITHOUT_PREFIX, _without_prefix)],
    )


def _with_prefix(match: re.Match[str]) -> TicketNo:
    digits = _digits(match)
    return TicketNo(PREFIX + digits, valid=is_ticket_no(digits))


def _without_prefix(match: re.Match[str]) -> TicketNo | None:
    digits = _digits(match)
    return TicketNo(PREFIX + digits) if is_ticket_no(digits) else None


def _digits(match: re.Match[str]) -> str:
    return re.sub(r"[ -]", "", match["digits"])

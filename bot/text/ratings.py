"""A rating of the service, one to five: 5星, 四颗星, 打三分, 非常满意."""

from __future__ import annotations

import functools
import re

from bot.text.found import Found, Rule, Text, as_normalised, scan
from bot.text.numbers import to_int
from bot.text.tables import table

_GIVE = r"(?: 给|打|评|评个|评分|点个|来个 )"
_ONE_TO_FIVE = r"(?P<stars> [1-5] | [一二两三四五] )"
_STARS = (
    rf"(?<![\d.a-z]) {_ONE_TO_FIVE} (?: [颗个]星 ) ",
    r"""(?<![\d.a-z]) (?: (?P<stars> [1-5] ) | (?P<five> 五 ) ) 星(?!级|期|电器)""",  # not 三星
    rf"{_GIVE} (?: [你们他她它]|师傅|个|满 ){{0,3}} {_ONE_TO_FIVE} [颗个]? [星分] (?!钟|期)",
    rf"""(?<![\d.一二三四五六七八九十点刻]) {_ONE_TO_FIVE} 分
         (?! 钟|之 | [\d一二三四五六七八九十] ) (?= \s* (?: \Z | [,。!?~;] | 吧|好评 ) )""",
)
_ANSWER = rf"\A \s* {_ONE_TO_FIVE} \s* (?: 星|分|颗 )? \W* \Z"


_ANY_STARS = re.compile(
    r"""(?<![\d.a-z点刻]) (?P<n> \d{1,3} | [零一二三四五六七八九十]{1,2} )
        [颗个]? (?: 星(?!级|期|电器) | 分 (?!钟|之|期|满意|好|差|\d) )""",
    re.VERBOSE,
)


def find_rating(text: Text, *, expected: bool = False) -> list[Found[int]]:
    """Ratings from 1 to 5. Words of judgement (满意) and bare numbers only when `expected`."""
    rules = [Rule(re.compile(pattern, re.VERBOSE), _read) for pattern in _STARS]
    if expected:
        rules += [
            Rule(re.compile(_ANSWER, re.VERBOSE), _read),
            Rule(_words(), lambda match: _stars()[match[0]]),
        ]
    return scan(as_normalised(text), rules)


def stars_given(text: Text) -> int | None:
    """A number of stars or points as it was written (6星, 100分, 零星), in the scale or not."""
    found = _ANY_STARS.search(as_normalised(text).text)
    return to_int(found["n"]) if found else None


def _read(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    return to_int(groups.get("stars") or groups.get("five") or "")


@functools.cache
def _stars() -> dict[str, int]:
    return {word: int(stars) for stars, words in table("ratings").items() for word in words}


@functools.cache
def _words() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _stars()), key=len, reverse=True)))

"""The term on the customer's own warranty card (卡上三年, 保修卡写的36个月) → months."""

from __future__ import annotations

import re

from bot.text.found import Found, Rule, Text, as_normalised, scan
from bot.text.lengths import LENGTH, exact_months
from policies_kb.normalise import normalise

_CARD = r"(?: 保修卡|质保卡|卡片?(?:上|里|写|说|是|面|显示)|单子|说明书|凭证|保单 )"

_ON_CARD = Rule(
    re.compile(rf"{_CARD} [^,。;!?\d]{{0,12}}? (?P<value> {LENGTH} )", re.VERBOSE),
    exact_months,
)
_OFF_CARD = Rule(  # 三年,保修卡上写的
    re.compile(
        rf"""
        (?P<value> {LENGTH} ) [^。;!?]{{0,6}} {_CARD} [上里面]? (?: 写|说|标 )? 着? 的?
        \s* (?: [,。;!?] | \Z )
        """,
        re.VERBOSE,
    ),
    exact_months,
)
_MONTHS_ALONE = Rule(
    re.compile(r"(?<![\d月.]) (?P<value> \d{1,3} ) (?: 个月 | 月 | \Z )", re.VERBOSE),
    lambda match: int(match["value"]),
)
LONGEST = 180  # months: 22年 is a year, no term
_ANY = Rule(
    re.compile(rf"{LENGTH} (?! \s* (?: 生?产|出厂|出的|买|购|装|入手|\d|[一二三四五六七八九十] ) )", re.VERBOSE),
    exact_months,
)


def find_months(text: Text, *, expected: bool = False) -> list[Found[int]]:
    """Terms in months, only where the text speaks of the card, or when the card was asked about."""
    rules = [_ON_CARD, _OFF_CARD] + ([_ANY, _MONTHS_ALONE] if expected else [])
    return [found for found in scan(as_normalised(text), rules) if 0 < found.value <= LONGEST]


_LOST = r"[^,\uff0c。]{0,3}(?:没了|丢|没有|找不|扔|不见|没写|没印|没填|没标|空白|空着|看不清)"
_NO_CARD = re.compile(
    rf"(?:没有?|没了|丢了|找不到了?|弄丢了?)(?:那个|什么|啥)?[保报]修卡|[保报]修卡[^,\uff0c。]{{0,2}}{_LOST}"
)
_NONE_THERE = re.compile(rf"没有?卡|卡{_LOST}")


def is_without_card(text: str, *, asked: bool) -> bool:
    """Whether there is no warranty card to read; 卡丢了 alone says so where the card was `asked` for."""
    plain = normalise(text).text
    return bool(_NO_CARD.search(plain) or (asked and _NONE_THERE.search(plain)))

"""Amounts of money as customers write them → yuan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.text.found import Found, Rule, Text, as_normalised, scan
from bot.text.numbers import to_int

_HAN = "零〇一二两三四五六七八九十百千万"


@dataclass(frozen=True)
class Amount:
    """Yuan from `low` to `high`; equal for a plain amount. `approximate`: 两百左右, 三百多."""

    low: Decimal
    high: Decimal
    approximate: bool = False


_NUMBER = rf"(?: \d{{1,3}} (?: ,\d{{3}} )+ (?: \.\d+ )? | \d+ (?: \.\d+ )? [百千万k]? | [{_HAN}]+ )"
_NOT_AFTER = rf"(?<! [\d.{_HAN}第] ) (?<! \d[-/:] )"
_YUAN = r"""
    (?: 元钱? | 块钱 | 圆 | rmb | 人民币 | 大洋
      | 块(?! 儿 | [板屏砖布玻电主区地肉皮表硬显内木铁塑钢面] ) )           # 三块电池, 一块儿
"""
_ABOUT = r"(?: (?P<about> 大概|大约|差不多|将近|约|快|近 ) \s* )?"
_AFTER = r"(?: (?P<around> 左右|上下|来块|来钱 ) )?"
_ASKED = r"""
    (?: 收费?|要价?|花费?|付款?|交|给|转账?|报价?|价格?|退款?|赔偿?|费用?|金额
      | 一共|总共|共|押金|定金|垫 )
    (?: 了?我?们?他?她? | 了|我|他|是|的|我们|要|大概|差不多|我了 ){0,3} \s* [:]?
"""
_STOPS = r"""
    (?= \s* (?: \Z | [,。;!?~)] | 退 | (?<=\s) \D | [^,。;!?\d]{0,4} [钱费]
             | 吧|呢|了|行|可以|够|的|左右|上下|吗|啊|呀|才|太|贵|对|合理|还是
             | 上门|检测|维修|修 | 啥|什么|结果|又|说|但|可 (?! 以 )|都|就|还|没|不 ) )
"""
_NOT_MONEY = r"""
    (?! [\d.:%] | \s* (?: 年|月|日|号|天|个|次|遍|点|分|小时|周|星|度|楼|层|室|岁|米|升|寸|匹|w|瓦
                        | 台|公里|里|平|人|位|套|件|斤 ) )
"""

_RULES = (
    rf"""{_NOT_AFTER} {_ABOUT} ¥ \s* (?P<low> {_NUMBER} )
         (?: \s*[-~到至]\s* ¥? (?P<high> {_NUMBER} ) )? (?: {_YUAN} )? {_AFTER}""",
    rf"""{_NOT_AFTER} {_ABOUT} (?P<low> {_NUMBER} ) (?P<some> [多来余几] )? (?: {_YUAN} )?
         \s* [-~到至] \s* (?P<high> {_NUMBER} ) {_YUAN} {_AFTER}""",
    rf"""{_NOT_AFTER} {_ABOUT} (?P<low> {_NUMBER} ) (?P<some> [多来余几] )? \s* {_YUAN}
         (?P<more> 多 )? (?: (?P<jiao> [一二三四五六七八九\d] ) [毛角]? (?!\d) )? {_AFTER}""",
    rf"(?<! [{_HAN}\d好] ) (?P<vague> 几[十百千] | 十几 | 十多 | 上[百千] | 好几[百千] ) {_YUAN}",
    rf"""{_ASKED} (?P<value> {_ABOUT} (?P<low> {_NUMBER} ) (?P<some> [多来余几] )?
         (?: \s*[-~到至]\s* (?P<high> {_NUMBER} ) )? {_NOT_MONEY} {_AFTER} ) {_STOPS}""",
    rf"""{_NOT_AFTER} {_ABOUT} (?P<low> [{_HAN}]* [百千] [{_HAN}]* ) (?P<some> [多来] )?
         (?: [到至-] (?P<high> [{_HAN}]+ ) )? {_NOT_MONEY} {_AFTER} {_STOPS}""",
)
_ANSWER = rf"""
    {_NOT_AFTER} (?<! [a-z-] ) (?! \d{{7}} ) {_ABOUT} (?P<low> {_NUMBER} ) (?P<some> [多来] )?
    (?: \s*[-~到至]\s* (?P<high> {_NUMBER} ) )? {_NOT_MONEY} {_AFTER} {_STOPS}
"""
_OPTIONAL = {"high", "some", "more", "jiao", "about", "around", "vague", "low"}
_VAGUE = {
    "几十": (20, 90), "几百": (200, 900), "几千": (2000, 9000), "十几": (11, 19), "十多": (11, 19),
    "上百": (100, 200), "上千": (1000, 2000), "好几百": (300, 900), "好几千": (3000, 9000),
}  # fmt: skip
_TEN_THOUSAND = {"百": 100, "千": 1000, "k": 1000, "万": 10000}


def find_amounts(text: Text, *, expected: bool = False) -> list[Found[Amount]]:
    """Amounts in `text`, in order. Without 元 or 块 only after a word of paying (收我两百), for
    round hundreds (一百八), or when an amount is `expected`."""
    patterns = [*_RULES, *([_ANSWER] if expected else [])]
    return scan(as_normalised(text), [Rule(re.compile(pattern, re.VERBOSE), _read) for pattern in patterns])


def paid(amounts: Sequence[Found[Amount]], text: str) -> list[Found[Amount]]:
    """Those said to be taken or paid (收我680), of several (网上查才一百多)."""
    return [each for each in amounts if _PAID.search(text[max(0, each.start - PAID_WITHIN) : each.start])]


_PAID = re.compile(
    r"(?:收|要|付|花|转|给|扣|交|骗|坑|讹|报价?)了?(?:了|我们?|他|我爸|我妈|老人|去|走|掉|过去|过|一共|总共|我家){0,3}\W*\Z"
)
PAID_WITHIN = 8  # characters


def _read(match: re.Match[str]) -> Amount | None:
    part = {name: None for name in _OPTIONAL} | match.groupdict()
    if part["vague"]:
        low, high = _VAGUE[part["vague"]]
        return Amount(Decimal(low), Decimal(high), approximate=True)
    several = _several(part["low"] or "")
    if several:
        return Amount(*several, approximate=True)
    low_yuan = _yuan(part["low"] or "")
    if low_yuan is None:
        return None
    if part["high"]:
        return _range(part["low"] or "", low_yuan, part["high"], bool(part["about"] or part["around"]))
    if part["some"] or part["more"]:
        return Amount(low_yuan, low_yuan + _last_unit(low_yuan), approximate=True)
    total = low_yuan + Decimal(to_int(part["jiao"]) or 0) / 10 if part["jiao"] else low_yuan
    return Amount(total, total, approximate=bool(part["about"] or part["around"]))


def _several(number: str) -> tuple[Decimal, Decimal] | None:
    """两三百 → (200, 300), 三四十 → (30, 40)."""
    match = re.fullmatch(r"([一二两三四五六七八九])([二两三四五六七八九])([十百千万]?)", number)
    if match is None or not match[3]:
        return None
    ends = [to_int(digit + match[3]) or 0 for digit in (match[1], match[2])]
    return (Decimal(ends[0]), Decimal(ends[1])) if ends[0] < ends[1] else None


def _range(low_text: str, low: Decimal, high_text: str, vague: bool) -> Amount | None:
    high = _yuan(high_text)
    if high is None:
        return None
    if low < 10 <= high and not re.search(r"[十百千万]|\d", low_text):
        low *= _last_unit(high)  # 三到五百
    return Amount(low, high, approximate=vague) if low <= high else None


def _yuan(number: str) -> Decimal | None:
    plain = number.replace(",", "")
    if re.fullmatch(r"\d+(\.\d+)?", plain):
        return Decimal(plain)
    if re.fullmatch(r"\d+(\.\d+)?[百千万k]", plain):
        return Decimal(plain[:-1]) * _TEN_THOUSAND[plain[-1]]
    value = to_int(plain)
    return None if value is None else Decimal(value)


def _last_unit(value: Decimal) -> Decimal:
    """The unit that 多 leaves open: a hundred in 三百多, ten in 三十多."""
    digits = f"{value:f}".split(".")[0]
    return Decimal(10) ** (len(digits) - len(digits.rstrip("0")))

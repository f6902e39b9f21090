"""Where to go: province, city, district and the rest, from an address as it is typed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.text.found import Found, Text, as_normalised, place
from bot.text.people import find_name
from bot.text.phones import find_phones
from bot.text.regions import Regions, find_regions
from policies_kb.normalise import Normalised


@dataclass(frozen=True)
class Address:
    """`text` is the whole address. `choices`: the places meant by a district's name that several
    cities have (朝阳区); the customer must say which."""

    text: str
    province: str = ""
    city: str = ""
    district: str = ""
    detail: str = ""
    choices: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> Address:
        """The address that `text` is, as a whole."""
        regions = find_regions(text) or Regions()
        if not (regions.end > 0 and regions.start <= 1):
            return cls(text, detail=text)
        detail = text[regions.end :].strip(" ,")
        return cls(text, regions.province, regions.city, regions.district, detail, regions.choices)

    @property
    def region(self) -> str:
        """The part of `text` that names province, city and district; all of it where there is no detail."""
        return self.text.removesuffix(self.detail).strip(" ,")

    def completed_by(self, earlier: str) -> Address:
        """This address with what an earlier one named and it leaves out: 福田区 after 深圳, 建国路89号 after
        朝阳区建国路88号, 7栋1501 after 建国路88号. One that lies elsewhere stands as it is."""
        before = Address.of(earlier)
        if _ONLY_INSIDE.fullmatch(self.text) and before.detail and (street := _INSIDE.split(before.detail)[0]):
            return Address.of(before.region + street.rstrip(" ,-") + self.text)
        if (rest := _same_street(self.text, before.detail)) is not None:
            return Address.of(before.region + self.text + rest)
        for region in filter(None, dict.fromkeys([before.region, before.region.removesuffix(before.district)])):
            whole = Address.of(region + self.text)
            if whole.city and whole.region == region + self.region:
                return whole
        return self


_NUMBER = r"(?: \d+ | [一二三四五六七八九十]{1,3} | [a-z] )"
_WITHIN = rf"(?: {_NUMBER} (?: - \d+ )* \s* (?: 号楼|舍|栋|幢|座|单元|室|房|楼|层|门(?!牌) ) )"
_INSIDE = re.compile(rf"{_WITHIN} .* | (?<= [号村区苑园 ]) \d+ (?: - \d+ )* \Z", re.VERBOSE)
#: Which house of an estate, which door: no address by itself.
_ONLY_INSIDE = re.compile(rf"{_WITHIN} (?: [ ,-]* (?: {_WITHIN} | \d+ ) )*", re.VERBOSE)

_STREET_AND_NUMBER = re.compile(r"(?P<street>\D+)\d+号")


def _same_street(new: str, detail: str) -> str | None:
    """What follows the house number in `detail`, where `new` is another number of the same street and no more."""
    named, stood = _STREET_AND_NUMBER.fullmatch(new), _STREET_AND_NUMBER.match(detail)
    if named is None or stood is None or named["street"] != stood["street"]:
        return None
    rest = detail[stood.end() :]
    is_inside = _INSIDE.match(rest.strip(" ,-")) or re.fullmatch(r"[ ,-]*(?:\d+(?:-\d+)*)?", rest)
    return rest if is_inside else None  # a house of another name is left behind


_N = _NUMBER
_NAME = r"[\u4e00-\u9fffa-z\d]"
_HOUSE = rf"{_N} (?: - \d+ )* (?: 号[楼院]?|弄|舍|栋|幢|座|单元|室|房(?![子间东屋])|楼|层|门|院|组|队 )"
_STREET = r"""
    (?: 路|街|街道|大道|大街|[一二三四五六七八九十]段|巷|胡同|村|镇|乡|小区|花园|家园|新村|公寓|大厦|广场|苑|社区
      | 里|城|府|庄|屯|园 )
"""
_DETAIL = re.compile(
    rf"""
      (?!\d) {_NAME}{{1,12}}? {_STREET} (?: {_NAME}{{0,10}}? {_STREET} ){{0,3}}
      [ ,]* {_HOUSE} (?: [ ,-]* (?: {_HOUSE} | \d+ ) )*
    | (?<! [\d第] ) {_N} (?: 号楼|栋|幢|座 ) [ ,-]* (?: {_HOUSE} [ ,-]* | \d+ ){{1,4}}
    """,
    re.VERBOSE,
)
_HOUSE_GOES_ON = re.compile(
    r"""
    (?: [ ,-]* (?: (?: \d+ | [一二三四五六七八九十]+ | [a-z] ) (?: 号[楼院]?|栋|幢|座|单元|室|楼|层|门 )
                 | \d+ ) )*
    """,
    re.VERBOSE,
)
#: The estate of a house number, and which house of it.
_ESTATE = re.compile(
    rf"""
    (?<=号) [ ,]* (?: (?! 师傅|电话|联系 ) [\u4e00-\u9fff] (?<! [我你他来到修在明后周上下的是] ) ){{2,9}}
    (?: (?<= [区园苑庭居城场厦寓村里府湾轩阁院廊庄坊楼华] ) [ ,]* )? {_WITHIN}
    | (?<=号) [ ,]* [\u4e00-\u9fff]{{2,6}} (?: 广场|大厦|小区|花园|公寓|家园|新村|商城|大楼|写字楼 )
    """,
    re.VERBOSE,
)
_LEAD = re.compile(
    r"""
    (?: .*? (?: 地址 (?:是|在|为|改成|改到|改为|换成|:)? | 住址 [是为:]? | 我?家?住在? | 我?家在
             | 位于 | 搬到了? | 搬去 | 送到 | 上门到 | 改成 | 改到 | 换成
             | 不是.{1,20}?是 ) \s* [:,]? \s* )
    """,
    re.VERBOSE,
)
_SMALL_LEAD = re.compile(
    r"""\s* (?: 应该?是 | 其实是 | 我们?家?[在是]? | 家?在 | 那就 | 嗯+ | 好的? | 是 | 就?在 | 到 | 来
              | (?: 麻烦 | 请 | 叫 | 让 | 派 | 安排 ) [^,;\d]{0,8}? (?: 到 | (?: 来 | 去 ) (?! 人 | 个 | 师傅 ) )
            ) [,:]? \s*""",
    re.VERBOSE,
)
_TAIL = re.compile(
    r"""
    [ ,]*
    (?: (?: 谢谢 | 麻烦 | 师傅 | 请 | 尽快 | 的? (?: 电话 | 手机 | 联系人 | 姓名 | 联系方式 ) ) .*
      | 这里 | 这边 | 吧 | 啊 | 哈 | 呢 | 哦 | 的 )?
    [ ,。!?;~]* \Z
    """,
    re.VERBOSE,
)
_CLAUSE = re.compile(r"[^。;!?]{1,200}")  # no longer: what takes time grows faster than the text
_NO_ADDRESS = re.compile(
    r"""(?: 不 | 没 | 哪里 | 什么 | 怎么 | 为啥 | 多少 | 吗\W*\Z | 随便
          | 网点 | 门店 | 维修[点站店] )""",
    re.VERBOSE,
)
_NEARLY_A_PHONE = re.compile(r"(?<![\da-z-])1[3-9]\d{7,11}(?![\da-z-])")
_A_DAY = re.compile(r"(?:周|星期|礼拜)[一二三四五六日天末]|[上下]午|晚上|[明后]天|月\d")
_STREET_NAME = re.compile(_STREET, re.VERBOSE)
_PLACE_WORD = re.compile(rf"{_STREET} | {_HOUSE} | [省市区县旗州]", re.VERBOSE)


_MOVED = re.compile(r"改成|改到|改为|改在|换成|换到|换个|搬")


def is_elsewhere(text: Text) -> bool:
    """Whether another place is named (地址改成…, 搬到…) rather than a mistake in the same one mended (地址错了,是…)."""
    return bool(_MOVED.search(as_normalised(text).text))


def find_address(text: Text, *, expected: bool = False) -> list[Found[Address]]:
    """The address in `text`, if any.

    Unless `expected`, only what can hardly be anything else: a street or estate with a house
    number, or a region said to be where the customer lives.
    """
    normal = as_normalised(text)
    for clause in _CLAUSE.finditer(_without_phones(normal)):
        span = _answer(clause) if expected else None
        span = span or _evident(clause)
        if span:
            return [_found(normal, *span)]
    return []


def _without_phones(normal: Normalised) -> str:
    """The text with telephone numbers blanked out, at the same length."""
    plain = normal.text
    for phone in find_phones(normal):
        at = plain.find(phone.text)
        plain = plain[:at] + "。" * len(phone.text) + plain[at + len(phone.text) :]
    return _NEARLY_A_PHONE.sub(lambda match: "。" * len(match[0]), plain)


def _answer(clause: re.Match[str]) -> tuple[int, int] | None:
    """The whole clause without 我家住在 and 谢谢, if it names a place at all."""
    start, end = _trimmed(clause)
    start, end = _pieces_of_a_place(clause.string, start, end)
    answer = _without_a_name(clause.string[start:end])
    end = start + len(answer)
    if len(answer) < 2 or _NO_ADDRESS.search(answer):
        return None
    regions = find_regions(answer)
    if not (_PLACE_WORD.search(answer) or (regions and regions.start == 0)):
        return None
    if not regions and _A_DAY.search(answer) and not _STREET_NAME.search(answer):
        return None  # 就是下个星期天,29号
    lies_inside = regions and 0 < regions.start <= 6 and (regions.city or regions.province)
    return (start + regions.start, end) if regions and lies_inside else (start, end)


def _pieces_of_a_place(text: str, start: int, end: int) -> tuple[int, int]:
    """From the first to the last piece between commas that names a place: not 我姓梁 before it, nor 张素芬 after it."""
    pieces = [match.span() for match in re.finditer(r"[^,]+", text[start:end])]
    places = [
        (a, b)
        for a, b in pieces
        if _PLACE_WORD.search(text, start + a, start + b) or _ONLY_NUMBERS.search(text, start + a, start + b)
    ]
    if not places:
        return start, end
    first, last = start + places[0][0], start + places[-1][1]
    return first + len(text[first:last]) - len(text[first:last].lstrip()), last


_ONLY_NUMBERS = re.compile(r"\d{2,}")


def _without_a_name(answer: str) -> str:
    """槐安路100号 of 槐安路100号 李姐: who lives there stands apart, after the place."""
    whole, _, last = answer.rpartition(" ")
    is_name = _PLACE_WORD.search(whole) and not _PLACE_WORD.search(last) and find_name(last, expected=True)
    return whole.rstrip(" ,") if is_name else answer


def _evident(clause: re.Match[str]) -> tuple[int, int] | None:
    start, end = _trimmed(clause)
    body = clause.string[:end]
    regions = find_regions(body[start:])
    detail = _DETAIL.search(body, start)
    if detail and regions and _begins(regions, start, detail):
        return start + regions.start, _to_end(body, detail.end())
    if detail:
        return _after_small_lead(body, detail.start()), _to_end(body, detail.end())
    if regions and regions.start == 0 and regions.district and (regions.city or regions.province):
        return None if _NO_ADDRESS.search(body[start:]) else (start, end)
    said_to_live = _LEAD.match(clause.string, clause.start(), clause.end()) or re.search(
        r"(?:我|人|家)在$", body[: start + (regions.start if regions else 0)]
    )
    if regions and said_to_live and (regions.start == 0 or body[: start + regions.start].endswith("在")):
        return start + regions.start, start + regions.end
    return None


def _begins(regions: Regions, start: int, detail: re.Match[str]) -> bool:
    """Whether the address begins with these regions, found from `start` on; what stands before is none of it."""
    begins_there = start + regions.start <= detail.start() + 2 or bool(regions.district and regions.city)
    return begins_there and start + regions.end <= detail.end()


def _trimmed(clause: re.Match[str]) -> tuple[int, int]:
    lead = _LEAD.match(clause.string, clause.start(), clause.end())
    start = _after_small_lead(clause.string, lead.end() if lead else clause.start())
    start += len(clause.string[start : clause.end()]) - len(clause.string[start : clause.end()].lstrip(" ,"))
    detail = _DETAIL.search(clause.string, start, clause.end())  # 叫师傅到文三路100号: who comes is named before it
    tail = _TAIL.search(clause.string[: clause.end()], detail.end() if detail else start)
    return start, tail.start() if tail else clause.end()


def _after_small_lead(text: str, start: int) -> int:
    lead = _SMALL_LEAD.match(text, start)
    return lead.end() if lead else start


def _to_end(body: str, end: int) -> int:
    """A house number goes on: 3号楼 2单元, 502; the name of an estate may stand between: 33号雅怡轩B座1502."""
    if estate := _ESTATE.match(body, end):
        end = estate.end()
    more = _HOUSE_GOES_ON.match(body, end)
    return more.end() if more and more[0].strip() else end


def _found(normal: Normalised, start: int, end: int) -> Found[Address]:
    text = normal.text[start:end].strip(" ,")
    start = normal.text.index(text, start)
    return place(normal, start, start + len(text), Address.of(text))

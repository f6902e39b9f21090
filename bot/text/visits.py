"""When a customer wants the visit (明天下午, 周六三点到五点, 越快越好) → a day and a time.

Visits prefer the future: 1月5号 said in November is next year's. What has clearly passed (昨天,
the 20th said on the 22nd) is returned as it is; the caller refuses it.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.text.clock import Clock, DayPart, clock_pattern, day_part, day_part_pattern, read_clock
from bot.text.days import Impossible
from bot.text.found import Found, Rule, Text, as_normalised, scan
from bot.text.numbers import to_int
from bot.text.visit_days import DAY, Day, read_day


@dataclass(frozen=True)
class VisitTime:
    """A wish for a visit. `day` None: any day, or with `asap` the first one possible.

    `start` and `end` bound the time of day, None where open. `approximate`: the words name a
    part of a day or a choice of days (这周末 offers its first day), not an exact moment.
    `implied`: the day was not said (下午三点); it is the next such time.
    """

    day: date | None
    start: time | None = None
    end: time | None = None
    approximate: bool = False
    asap: bool = False
    implied: bool = False
    after: bool = False  # 七点以后
    either: bool = False  # 明天八点: of the morning or of the evening


Visit = VisitTime | Impossible

_EVENING = 20 * 60  # no visit is meant to begin later unless 晚上 is said
_NOON_DAY = 12 * 60
_LAST_MINUTE = time(23, 59)

_JOIN = r"(?: \s* (?: 的|就|吧|,|大概|差不多|大约 )? \s* )"
_TO = r"(?: \s* (?: 到|至|-|~|—+ ) \s* )"
_WHATEVER = r"(?: 都?随便 | 都行 | 都可以 | 都有空 | 都在 | 尽快 | 看你们 )"

_WISH_FOLLOWS = re.compile(
    r"""
    \s* (?: \Z | [!?。;] | 派(?!了|过) | 叫人 | 能 (?= 来|上门|派|到|安排|不能 )
           | 来|过来|上门|再|都|随便|行|可以|方便|吧|有空|有人|在家|的话|好了
           | 左右|[之以]?[前后]|到 )
    """,
    re.VERBOSE,
)
_CLOCK_FOLLOWS = re.compile(rf"{_WISH_FOLLOWS.pattern} | \s* (?: [,~] | 那|我|师傅|好 )", re.VERBOSE)

_REFUSED_BEFORE = re.compile(r"(?: 除了?|不要|别|(?<!能)不能|(?<!是)不是 ) \s* \Z", re.VERBOSE)
_REFUSED_AFTER = re.compile(
    r"""
    \s* (?: 我|都|家里|也 )*
    (?: 不行|不可以|不方便|没空|没时间|没人|不在|有事|有课|有会|有活|有班|要?上班|来不了|很?忙|[得要]去
      | [得要]?出[门差]|去医院|开会 | [得要] (?: 看|带|接|送|开|上|考|赶 ) )
    """,
    re.VERBOSE,
)
#: From when somebody is at home: 七点以后我才下班, 我六点半到家. Of a day alone it says on which nobody is: 周三才回来.
_ONLY_THEN = re.compile(
    r"\s* (?: 我|我们|家里|都|左右|多 )* (?: 才 \S{0,6} (?: 回|下班|起床|在家|到家|有空|有人|能到 ) | (?: 能 )? 到家 )",
    re.VERBOSE,
)
_I_LEAVE_WORK = re.compile(r"\s* (?: 左右|多 )? 下班 (?! [吗么?] )", re.VERBOSE)
_OF_ME = re.compile(r"(?: 我|老公|老婆|我妈|我爸|家人 ) [^,。;!?]{0,6} \Z", re.VERBOSE)
_OPENING = re.compile(
    r"\s* (?: 你们|他们|店里|网点|都|还|也|有没有|有 )* (?: 开门|关门|营业|上班|下班|休息|放假|值班 )", re.VERBOSE
)

_NOT_A_CLOCK = (
    r"[有差这那早快晚慢哪第] (?: 一|两|几|三 ) 点",
    r"""[一二两三四五六七八九十] 点
        (?: 也|都(?!行|可以|在|有空)|儿|不|没|小|冷|热|声音|水|油|反应|用|东西|钱|几
          | 意见|问题|建议|要求|原因|想法 )""",
    r"""(?: 说好|约好|约的|约了|本来|原来|现在|已经|都 ) 的? [^,。;!?]{0,6}?
        (?: [\d一二两三四五六七八九十]+ (?: 点|:\d ) ) [半钟\d]* [了还都没]?""",
    r"\d+ \s* 小时 (?! 之?以?后|到|来|过来 )",
    r"[尾型编单工账订] 号 \D? \d+ 号?",
)
_SOON = re.compile(
    r"""
      尽快|尽早|越快越好|越早越好|抓紧
    | (?: 马上|立刻|立马|现在|赶紧|赶快|快点|早点 )
      (?= 就?能?来|就?上门|派|安排|过来|[给帮]我?修|修 )
    """,
    re.VERBOSE,
)
_ANY_TIME = re.compile(
    r"""
      随时 (?: 都?可以 | 都?行 | 都在 | 都有空 )?
    | (?: 什么时候|什么时间|哪天|几点|任何时间|任何时候|时间 ) 都 (?: 行|可以|方便|有空 )
    | 时间 (?: 随便|不限|你们定 )
    | (?: 随便|任何|不管 ) [一]? (?: 哪天|天|什么时候|几时 )
    | (?: 一直|天天|每天|全天|家里都 ) 有人
    """,
    re.VERBOSE,
)
_WHATEVER_ANSWER = re.compile(
    r"\A \s* (?: 都?随便|都行|都可以|都有空|看你们.{0,6}|无所谓|你们定吧? ) \W* \Z", re.VERBOSE
)
_IN_A_WHILE = re.compile(
    r"""
    (?: 过 )? (?P<count> \d{1,3} | [一二三四五六七八九十]{1,3} | 两 | 半 ) 个? (?P<half> 半 )? \s*
    (?P<unit> 小时|钟头|分钟|刻钟 ) (?: 之后|以后|后 | (?= 到|来|过来 ) )
    """,
    re.VERBOSE,
)


@functools.cache
def _pattern() -> re.Pattern[str]:
    """Day, part of the day, clock time: any of them, in this order."""
    return re.compile(
        rf"""
        (?: (?P<at_last> 最晚|最迟|不晚于 ) \s* )?
        (?: {DAY} (?: \s* [(]? (?: 周|星期|礼拜 ) [一二三四五六日天] [)]? )? {_JOIN} )?
        (?: {day_part_pattern("part")} (?P<part_bound> 之?以?前(?!天) )? {_JOIN} )?
        (?: {clock_pattern("start")}
            (?: {_TO} (?: {day_part_pattern("end_part")} \s* )? {clock_pattern("end")}
              | \s* (?P<bound> [之以]?[前后](?!天) | 左右 | 多 ) )?
          | (?<![\d零一二三四五六七八九十])
            (?P<pair> [一二三四五六七八九][二三四五六七八九] ) 点 钟? )?
        (?: {_JOIN} (?P<whatever> {_WHATEVER} ) )?
        (?<= \S )
        """,
        re.VERBOSE,
    )


def find_visit(text: Text, now: datetime, *, expected: bool = False) -> list[Found[Visit]]:
    """Wishes for a visit in `text`, in order. `expected`: the time was just asked for."""
    rules: list[Rule[Visit]] = [
        *(Rule(pattern, lambda match: None, swallow=True) for pattern in _not_a_clock()),
        Rule(_pattern(), functools.partial(_read, now=now, expected=expected)),
        Rule(_SOON, lambda match: VisitTime(None, approximate=True, asap=True)),
        Rule(_ANY_TIME, lambda match: VisitTime(None, approximate=True)),
        Rule(_IN_A_WHILE, functools.partial(_in_a_while, now=now)),
    ]
    if expected:
        rules.append(Rule(_WHATEVER_ANSWER, lambda match: VisitTime(None, approximate=True)))
    return scan(as_normalised(text), rules)


@functools.cache
def _not_a_clock() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.VERBOSE) for pattern in _NOT_A_CLOCK)


def _read(match: re.Match[str], *, now: datetime, expected: bool) -> Visit | None:
    is_refused = _is_refused(match)
    if is_refused and not (match["bound"] or "").endswith("前"):
        return None
    day = read_day(match, now.date())
    if isinstance(day, Impossible):
        return day
    part = day_part(match["part"]) if match["part"] else None
    start = read_clock(match, "start", part.half if part else None) or _pair(match, part)
    end_part = day_part(match["end_part"]) if match["end_part"] else part
    end = read_clock(match, "end", end_part.half if end_part else None)
    if start == "impossible" or end == "impossible":
        return Impossible(match[0], "no_such_time")
    if not expected and not day and not _is_a_wish(match, part, start):
        return None
    if start is None:
        return _part_of_day(match, day, part, now)
    bound = "后" if is_refused or _is_only_then(match) else match["bound"] or ("前" if match["at_last"] else "")
    return _at(match, _on(day, start, now), start, end, bound)  # 三点之前我有事: from three on


def _is_only_then(match: re.Match[str]) -> bool:
    """Whether the words after it say that somebody is at home from then on."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    leaves_work = _I_LEAVE_WORK.match(after) and _OF_ME.search(before)
    return _ONLY_THEN.match(after) is not None or leaves_work is not None


def _is_refused(match: re.Match[str]) -> bool:
    """除了周三, 明天没空: a time named only to exclude it; 周末开门吗 asks of somebody else's."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    if _is_only_then(match):
        return not (match["part"] or match["start_hour"] or match["start_h24"])
    return bool(_REFUSED_BEFORE.search(before) or _REFUSED_AFTER.match(after) or _OPENING.match(after))


def _pair(match: re.Match[str], part: DayPart | None) -> Clock | None:
    """三四点 is from three to four."""
    if not match["pair"]:
        return None
    hour, next_hour = (to_int(char) or 0 for char in match["pair"])
    return Clock.at_hour(hour, part.half if part else None) if next_hour == hour + 1 else None


def _is_a_wish(match: re.Match[str], part: DayPart | None, start: Clock | None) -> bool:
    """Without a day: 晚上声音大 and 一点 are no wishes, 下午 alone, 晚上来 and 三点半 are."""
    after = match.string[match.end() :]
    if start is None:
        return bool(part and (match["whatever"] or _WISH_FOLLOWS.match(after) or _is_only_then(match)))
    exact = part or match["end_hour"] or match["end_h24"] or match["bound"] or match["start_half"] or match["pair"]
    if exact or _is_only_then(match):
        return True
    one_oclock = match["start_hour"] in ("一", "1") and not match[0].rstrip().endswith(("钟", "整"))
    return not one_oclock and bool(_CLOCK_FOLLOWS.match(after))


def _part_of_day(match: re.Match[str], day: Day | None, part: DayPart | None, now: datetime) -> VisitTime | None:
    vague = bool(match["whatever"])
    if part is None:
        return VisitTime(day.day, approximate=day.loose or vague) if day else None
    over = part.end <= now.time()
    start, end = (None, part.start) if match["part_bound"] else (part.start, part.end)  # 中午之前
    if day:
        weeks = int(day.weekly and day.day == now.date() and over)  # 周日上午 said on Sunday afternoon
        return VisitTime(day.day + timedelta(weeks=weeks), start, end, approximate=True)
    return VisitTime(now.date() + timedelta(over), start, end, approximate=True, implied=True)


@dataclass(frozen=True)
class _Moment:
    day: date
    minutes: int
    loose: bool = False
    implied: bool = False


def _on(day: Day | None, start: Clock, now: datetime) -> _Moment:
    """The day and minute meant; without a day the next such time."""
    passed = now.hour * 60 + now.minute
    if day is None:
        if start.minutes > passed:
            return _Moment(now.date(), start.minutes, implied=True)
        if not start.sure and passed < start.minutes + _NOON_DAY <= _EVENING:
            return _Moment(now.date(), start.minutes + _NOON_DAY, implied=True)
        return _Moment(now.date() + timedelta(1), start.minutes, implied=True)
    if day.weekly and day.day == now.date() and start.minutes <= passed:
        return _Moment(day.day + timedelta(weeks=1), start.minutes)
    return _Moment(day.day, start.minutes, day.loose)


def _at(match: re.Match[str], moment: _Moment, start: Clock, end: Clock | None, bound: str) -> VisitTime:
    day = moment.day + timedelta(moment.minutes // (24 * 60))
    begin, implied = Clock(moment.minutes, sure=True).time, moment.implied
    if match["pair"]:
        hour_later = Clock(moment.minutes + 60, sure=True).time
        return VisitTime(day, begin, hour_later, approximate=True, implied=implied)
    if end is not None:
        last = _end_of_day(end, moment.minutes)
        return VisitTime(day, begin, last, approximate=moment.loose, implied=implied)
    vague = moment.loose or bool(bound or match["whatever"])
    if bound.endswith("前"):
        return VisitTime(day, None, begin, approximate=True, implied=implied)
    either = not start.sure and start.minutes == moment.minutes and start.minutes < _NOON_DAY
    return VisitTime(day, begin, None, approximate=vague, implied=implied, after=bound.endswith("后"), either=either)


def _end_of_day(end: Clock, start_minutes: int) -> time:
    """九点到三点: the end lies after the start, so in the other half of the day if need be."""
    minutes = end.minutes if end.minutes > start_minutes else end.minutes + _NOON_DAY
    return Clock(minutes, sure=True).time if minutes < 24 * 60 else _LAST_MINUTE


def _in_a_while(match: re.Match[str], *, now: datetime) -> VisitTime:
    """半小时后, 一个半小时后: to the minute, said approximately."""
    minutes = {"分钟": 1, "刻钟": 15}.get(match["unit"], 60)
    count = 0.5 if match["count"] == "半" else (to_int(match["count"]) or 0) + (0.5 if match["half"] else 0)
    moment = now + timedelta(minutes=round(count * minutes))
    return VisitTime(moment.date(), time(moment.hour, moment.minute), approximate=True)

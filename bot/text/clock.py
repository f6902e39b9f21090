"""Times of day: parts (上午), clock times (三点半, 15:30) and spans of them (三点到五点)."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import time
from typing import Literal

from bot.text.numbers import to_int
from bot.text.tables import table

Half = Literal["am", "noon", "pm"]

HOUR = r"(?: \d{1,2} | [一二两三四五六七八九] | 二?十[一二三四]? | 零 )"
_MINUTE = r"(?: [零〇]?[一二三四五六七八九] | [一二三四五]?十[一二三四五六七八九]? | \d{1,2} )"


def clock_pattern(prefix: str) -> str:
    """The pattern of one clock time, its groups named with `prefix`."""
    return rf"""
    (?:
        (?P<{prefix}_h24> (?<![\d:.]) \d{{1,2}} ) : (?P<{prefix}_m24> \d{{2}} ) (?![\d:])
      | (?P<{prefix}_hour> (?<![\d.:第]) {HOUR} ) \s* (?: 点|时(?!间|候) ) 钟?
        (?: (?P<{prefix}_half> 半 ) | (?P<{prefix}_quarter> [一三] )刻
          | 过? (?P<{prefix}_minute> {_MINUTE} ) (?: 分(?!钟) | (?![\d年月号天个点时分~到至-]) ) )?
        (?: 整 | 钟 )?
    )
    """


def is_a_part_of_the_day(start: str, end: str) -> bool:
    """Whether these hours ("08:00", "12:00") are those that a word for a part of the day stands for."""
    span = (time.fromisoformat(start), time.fromisoformat(end))
    return any(span == (part.start, part.end) for part in _parts().values())


def day_part_pattern(group: str) -> str:
    """早 and 晚 count only right after a day and not in 早点, 晚一点."""
    long = "|".join(sorted((name for name in _parts() if len(name) > 1), key=len, reverse=True))
    short = "".join(name for name in _parts() if len(name) == 1)
    return rf"(?P<{group}> {long} | (?<=[明今天日一二三四五六末号]) [{short}] (?! 一?[点些] ) )"


@dataclass(frozen=True)
class DayPart:
    start: time
    end: time
    half: Half


@functools.cache
def _parts() -> dict[str, DayPart]:
    return {
        name: DayPart(time.fromisoformat(row["from"]), time.fromisoformat(row["to"]), row["half"])
        for row in table("day_parts")
        for name in row["names"]
    }


def day_part(name: str) -> DayPart:
    return _parts()[name]


@dataclass(frozen=True)
class Clock:
    """Minutes from midnight; `sure` when the words leave no choice between morning and evening."""

    minutes: int
    sure: bool

    @classmethod
    def at_hour(cls, hour: int, half: Half | None, minute: int = 0) -> Clock:
        """Without 上午 or 下午, one to seven are in the afternoon or evening: nobody is visited
        at three in the night."""
        return cls(_in_half(hour, half) * 60 + minute, sure=bool(half) or hour > 12)

    @property
    def time(self) -> time:
        return time(self.minutes // 60 % 24, self.minutes % 60)


def read_clock(match: re.Match[str], prefix: str, half: Half | None) -> Clock | Literal["impossible"] | None:
    """The clock time in the groups of `prefix`, None if there is none."""
    if match[f"{prefix}_h24"]:
        hour, minute = int(match[f"{prefix}_h24"]), int(match[f"{prefix}_m24"])
    elif match[f"{prefix}_hour"]:
        hour, minute = to_int(match[f"{prefix}_hour"]) or 0, _minute(match, prefix)
    else:
        return None
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return "impossible"
    return Clock.at_hour(hour, half, minute)


def _minute(match: re.Match[str], prefix: str) -> int:
    if match[f"{prefix}_half"]:
        return 30
    if match[f"{prefix}_quarter"]:
        return 15 * (to_int(match[f"{prefix}_quarter"]) or 0)
    return to_int(match[f"{prefix}_minute"] or "0") or 0


def _in_half(hour: int, half: Half | None) -> int:
    if hour > 12 or (half == "am" and hour < 12):
        return hour
    if hour == 12:
        return {"am": 0, "pm": 24}.get(half or "noon", 12)
    if half == "noon":
        return hour if hour >= 10 else hour + 12
    if half == "pm" or hour <= 7:
        return hour + 12
    return hour

"""A value found in a text, with its place in the words the customer typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from policies_kb.normalise import Normalised, faithful

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Text = str | Normalised  # a caller that has normalised already passes that on


@dataclass(frozen=True)
class Found(Generic[T_co]):
    """`value` stands at `raw[start:end]`; `text` is that piece in its normalised form."""

    value: T_co
    start: int
    end: int
    text: str

    def overlaps(self, other: Found[Any]) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Rule(Generic[T]):
    """What a pattern means. `read` gets the match and may decline with None.

    A rule with `swallow` set finds nothing itself: the text it matches is something else
    (保修三年, 三号楼) and, being longer, keeps other rules off it. Where the pattern has a group
    `value`, the value stands there, and the rest (收了, 序列号是) only gave it its meaning.
    """

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], T | None]
    swallow: bool = False


def as_normalised(text: Text) -> Normalised:
    return text if isinstance(text, Normalised) else faithful(text)


def place(text: Normalised, start: int, end: int, value: T) -> Found[T]:
    """The value found at `text.text[start:end]`, placed in the raw text."""
    raw_start, raw_end = text.raw_span(start, end)
    return Found(value, raw_start, raw_end, text.text[start:end])


def scan(text: Normalised, rules: Iterable[Rule[T]]) -> list[Found[T]]:
    """What the rules find, in order of place: longest wins, then leftmost, then first rule."""
    hits = [
        (match, value)
        for rule in rules
        for match in rule.pattern.finditer(text.text)
        if match.end() > match.start()
        for value in [None if rule.swallow else rule.read(match)]
        if rule.swallow or value is not None
    ]
    kept: list[tuple[re.Match[str], T | None]] = []
    for match, value in sorted(hits, key=lambda hit: (hit[0].start() - hit[0].end(), hit[0].start())):
        if all(match.end() <= other.start() or other.end() <= match.start() for other, _ in kept):
            kept.append((match, value))
    kept.sort(key=lambda hit: hit[0].start())
    return [place(text, *_value_span(match), value) for match, value in kept if value is not None]


def _value_span(match: re.Match[str]) -> tuple[int, int]:
    named = "value" in match.re.groupindex and match["value"] is not None
    return match.span("value") if named else match.span()


def without_overlaps(groups: Iterable[Iterable[Found[Any]]]) -> Iterator[Found[Any]]:
    """Of finds that overlap the longest, and of equals the one from the earlier group."""
    ranked = [(found.start - found.end, rank, found) for rank, group in enumerate(groups) for found in group]
    kept: list[Found[Any]] = []
    for *_, found in sorted(ranked, key=lambda item: item[:2]):
        if not any(found.overlaps(other) for other in kept):
            kept.append(found)
            yield found

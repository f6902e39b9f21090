"""Days, lengths, amounts and names as they are said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from itertools import groupby
from typing import Any

from bot.text.clock import is_a_part_of_the_day
from bot.wording.sentences import entry, sentence
from policies_kb.effects import Span, Term
from policies_kb.model import Clause, Knowledge


def length(months: tuple[int | None, int | None]) -> str:
    """(12, 12) → 1年; (12, 36) → 1到3年; (3, 6) → 3到6个月; None → 没写多久."""
    low, high = months
    if low is None or high is None:
        return sentence("names.length.unknown")
    if low == high:
        return _months(low)
    if low % 12 == 0 and high % 12 == 0:
        return sentence("names.length.to", low=count(low // 12), high=_months(high))
    return sentence("names.length.to", low=low, high=sentence("names.length.months", n=high))


def span_length(span: Span) -> str:
    """The length of a term, whatever it is counted in."""
    if span.shortest and span.longest and span.shortest.days is not None:
        low, high = span.shortest.days, span.longest.days
        days = sentence("names.length.days", n=high)
        return days if low == high else sentence("names.length.to", low=low, high=days)
    return length(tuple(one.months if one else None for one in (span.shortest, span.longest)))  # type: ignore[arg-type]


def term_length(clause: Clause) -> str:
    assert isinstance(clause.effect, Term)
    return span_length(clause.effect.span)


def _months(n: int) -> str:
    if n % 12 == 0:
        return sentence("names.length.years", n=count(n // 12))
    return sentence("names.length.half") if n == 6 else sentence("names.length.months", n=n)


ONE_MONTH, ONE_YEAR = 31, 366  # days


def age(bought: tuple[date, date], on: date) -> str:
    """How long ago something was bought: 不到一个月, 8个月左右, 大约两年半; two ages where the days lie far apart."""
    if (bought[1] - bought[0]).days <= ONE_MONTH and (on - bought[1]).days > ONE_YEAR:  # the month was told
        bought = (bought[0], bought[0])
    if (on - bought[0]).days <= ONE_MONTH:
        return sentence("names.age.new")
    ages = [round((on - day).days / 30.44) for day in bought]
    oldest, newest = (_age(months) for months in ages)
    if _exact(oldest) == _exact(newest):
        return oldest
    if 1 <= ages[1] < ages[0] < 12:
        return sentence("names.length.to", low=ages[1], high=sentence("names.length.months", n=ages[0]))
    return sentence("names.age.between", low=newest, high=_exact(oldest))


def _exact(age: str) -> str:
    """两年半 of 大约两年半, for the second of two ages."""
    for about in entry("names.age.about"):
        age = age.removeprefix(about)
    return age


def _age(months: int) -> str:
    if months < 1:
        return sentence("names.age.new")
    if months < 12:
        return sentence("names.age.months", n=months)
    years, rest = divmod(months, 12)
    if years == 1 and 2 <= rest <= 10:
        return sentence("names.age.year_months", n=count(rest))
    if rest >= 9:
        return sentence("names.age.nearly", n=count(years + 1))
    return sentence("names.age.half" if rest >= 4 else "names.age.years", n=count(years))


def count(n: int) -> str:
    """一, 两, 三 … 十 as they are said before a measure word; larger numbers in digits."""
    words = entry("names.counts")
    return str(words[n - 1]) if 1 <= n <= len(words) else str(n)


def days(until: tuple[date, date]) -> str:
    """The last covered day, or the two it lies between."""
    first, last = until
    if first == last:
        return first.isoformat()
    return sentence("names.between", first=first.isoformat(), last=last.isoformat())


def visit(slot: Mapping[str, Any] | None, today: date) -> str:
    """A visit slot as it is read back: 明天(11-23 周一)14:00–18:00."""
    if not slot:
        return ""
    if slot.get("day") is None:
        return sentence("repair.asap")
    day = date.fromisoformat(slot["day"])
    near = {0: "names.today", 1: "names.tomorrow", 2: "names.after_tomorrow"}.get((day - today).days)
    name = sentence(near) if near else ""
    shown = f"{day:%m-%d} {entry('names.weekday')[day.weekday()]}"
    if day.year != today.year:
        shown = f"{day.year}-{shown}"
    return (f"{name}({shown})" if name else shown) + hours(slot)


WHOLE_DAY = 8  # hours: from here on it is the whole day
WHOLE_PART = 3  # hours: a span this long is a part of the day rather than a time


def hours(slot: Mapping[str, Any]) -> str:
    """The time of day: its name where only a part of the day was said, else the hours (14:00–21:00)."""
    start, end = slot.get("start"), slot.get("end")
    if not start:
        return sentence("names.before", end=end) if end else ""
    hour = int(start[:2])
    length = int(end[:2]) - hour if end and is_a_part_of_the_day(start, end) else 0
    if length >= WHOLE_DAY:
        return sentence("names.day_part.day")
    if length >= WHOLE_PART:
        return sentence(f"names.day_part.{'morning' if hour < 12 else 'afternoon' if hour < 18 else 'evening'}")
    return f" {start}–{end}" if end else sentence("names.after", start=start) if slot.get("after") else f" {start}"


def times(spans: Iterable[tuple[time, time]]) -> str:
    """From when to when, several times a day: 09:00-12:00、13:00-18:00."""
    return "、".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in spans)


def week(opening: Mapping[int, tuple[tuple[time, time], ...]]) -> str:
    """The hours of a week (0 = Monday): 每天09:00-18:00; 周一到周五09:00-18:00;周六09:00-12:00."""
    names, told = entry("names.weekday"), []
    for spans, alike in groupby(range(7), key=lambda day: opening.get(day, ())):
        first, *rest = alike
        if len(rest) == 6:
            named = sentence("names.every_day")
        else:
            named = sentence("names.days_from_to", first=names[first], last=names[rest[-1]]) if rest else names[first]
        told += [f"{named}{times(spans)}"] if spans else []
    return sentence("names.and_other_days").join(told)


def yuan(amount: str | Decimal) -> str:
    plain = Decimal(amount).normalize()
    return sentence("complaint.yuan", amount=f"{plain:f}")


def name_of(kb: Knowledge, kind: str, slug: str | None) -> str:
    """The Chinese name of a brand, product, part or fault; nothing for nothing."""
    words: Mapping[str, Any] = getattr(kb.catalog, f"{kind}s")
    return words[slug].zh if slug is not None and slug in words else ""


def notes(kb: Knowledge, documents: Iterable[str]) -> str:
    """What answers from these documents say of them, each once."""
    return "".join(dict.fromkeys(kb.documents[doc].note for doc in documents))


def citations(clauses: Iterable[Clause]) -> tuple[dict[str, Any], ...]:
    """The sources of clauses, as cards carry them."""
    return tuple(
        {
            "clause": c.id,
            "doc": s.doc,
            "lines": list(s.lines),
            "flags": [f.value for f in c.flags],
            "says": c.says,
        }
        for c in clauses
        for s in c.sources
    )

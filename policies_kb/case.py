"""A case: what is known of one appliance, and how customers' and programs' words for it are read."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import Any, Literal

from policies_kb.calendar import FAR_FUTURE, FAR_PAST, NEVER, DayRange
from policies_kb.model import Fact, Knowledge, ValueKind
from policies_kb.plain import plain_key

DAY_FACTS = ("purchased", "made", "repaired")


class CaseError(ValueError):
    """A case that cannot be read: `field`, and a message with what is allowed or near."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


@dataclass(frozen=True)
class Case:
    """Slugs and days; None = not told, which is apart from a repair that is told to be NEVER. `facts` holds the told
    facts that are words (proof, use, cause …)."""

    on: date
    brand: str | None = None
    product: str | None = None
    part: str | None = None
    purchased: DayRange | None = None
    made: DayRange | None = None
    repaired: DayRange | Literal["never"] | None = None
    card_months: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    presume: bool = True

    def learn(self, name: str, value: Any) -> Case:
        """This case with one more fact told."""
        if name in self.__dataclass_fields__:
            return replace(self, **{name: value})
        return replace(self, facts={**self.facts, name: value})


def read_case(data: Mapping[str, Any], kb: Knowledge, *, on: date) -> Case:
    """A case from JSON-like data (DESIGN §6): a value is a slug, a 中文名 or an alias; a date is a day, a month, a year
    or {"from", "to"}. `on` stands in where the data has none. Raises CaseError."""
    fields: dict[str, Any] = {"on": on}
    words: dict[str, str] = {}
    for name, value in data.items():
        if value is None or value == "":
            continue
        if name == "on":
            fields[name] = _day(value, name)
        elif name == "presume":
            fields[name] = _flag(value)
        elif name in kb.facts:
            read = _read_fact(kb.facts[name], value)
            (words if kb.facts[name].kind is ValueKind.WORD else fields)[name] = read
        else:
            allowed = ["on", "presume", *kb.facts]
            raise CaseError(name, f"unknown key; {_nearest(name, allowed) or 'allowed: ' + ', '.join(allowed)}")
    case = Case(**fields, facts=words)
    if _named_in_words(data.get("brand"), case.brand):
        case = replace(case, brand=kb.catalog.brand_of(case.brand or "", case.product))
    return _in_order(case)


def read_word(fact: Fact, value: str) -> str:
    """The slug that `value` names. Raises CaseError with the nearest names."""
    if value in fact.values:
        return value
    wanted = plain_key(value)
    if wanted in fact.slugs:
        return fact.slugs[wanted]
    near = [fact.slugs[name] for name in get_close_matches(wanted, fact.slugs, n=3, cutoff=0.5)]
    shown = [f"{slug} {fact.values[slug].zh}" for slug in dict.fromkeys(near)]
    allowed = [f"{slug} {word.zh}" for slug, word in fact.values.items()]
    hint = f"nearest: {', '.join(shown)}" if shown else f"allowed: {', '.join(allowed)}"
    raise CaseError(fact.name, f"{value!r} is not known; {hint}")


def _read_fact(fact: Fact, value: Any) -> Any:
    if fact.kind is ValueKind.MONTHS:
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 1200:
            return value
        raise CaseError(fact.name, "must be a whole number of months, 1 or more")
    if fact.kind is ValueKind.DAY:
        return NEVER if value == NEVER == fact.presumed else _range(value, fact.name)
    if isinstance(value, bool):  # JSON writers put same_fault: true
        value = "yes" if value else "no"
    if not isinstance(value, str):
        raise CaseError(fact.name, f"must be one of {', '.join(fact.values)}")
    return read_word(fact, value)


def _named_in_words(told: object, slug: str | None) -> bool:
    """A brand told by a name rather than by its slug: only names are shared between brands."""
    return slug is not None and told != slug


def _in_order(case: Case) -> Case:
    """Days that have not come yet are refused; a range is cut at the day of the decision."""
    fields: dict[str, Any] = {}
    for name in DAY_FACTS:
        days: DayRange | Literal["never"] | None = getattr(case, name)
        if isinstance(days, DayRange):
            if days.first > case.on:
                raise CaseError(name, f"{days.first} is after the day of the decision, {case.on}")
            fields[name] = DayRange(days.first, min(days.last, case.on))
    return replace(case, **fields)


_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_YEAR = re.compile(r"\d{4}")


def _range(value: Any, name: str) -> DayRange:
    if isinstance(value, Mapping):
        if set(value) - {"from", "to"} or not value:
            raise CaseError(name, 'must be a day, a month, a year or {"from": …, "to": …}')
        first = _range(value["from"], name).first if value.get("from") else FAR_PAST
        last = _range(value["to"], name).last if value.get("to") else FAR_FUTURE
        if last < first:
            raise CaseError(name, f"ends ({last}) before it begins ({first})")
        return DayRange(first, last)
    text = str(value).strip()
    if _YEAR.fullmatch(text):
        return DayRange(_day(value, name, f"{text}-01-01"), _day(value, name, f"{text}-12-31"))
    if month := _MONTH.fullmatch(text):
        first = _day(value, name, f"{month[1]}-{month[2]:0>2}-01")
        return DayRange(first, first.replace(day=monthrange(first.year, first.month)[1]))
    return DayRange.of(_day(value, name))


def _day(value: Any, name: str, iso: str | None = None) -> date:
    """The day that was told, or that stands for what was told in `iso`."""
    try:
        day = date.fromisoformat(iso or str(value).strip())
    except ValueError:
        raise CaseError(name, f"{value!r} is no day; write 2024-03-01, 2024-03 or 2024") from None
    if not FAR_PAST <= day <= FAR_FUTURE:
        raise CaseError(name, f"{value!r} cannot be; days run from {FAR_PAST} through {FAR_FUTURE}")
    return day


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise CaseError("presume", "must be true or false")


def _nearest(word: str, allowed: list[str]) -> str:
    near = get_close_matches(word, allowed, n=1)
    return f"did you mean {near[0]!r}?" if near else ""

"""Reading and writing one value of a ticket's JSON: strict inwards, plain outwards.

A reader takes the value and its place (`quote.items[2].amount`) and returns the typed value, or
raises `BadField` with the place and what is allowed. Null and empty text mean "not there" and
never reach a reader.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, TypeVar

from bot.settings import SHANGHAI

Reader = Callable[[Any, str], Any]
E_ = TypeVar("E_", bound=Enum)


class BadField(ValueError):
    """A value that no ticket may hold: `place: what is wrong`."""


def read(
    data: Any,
    readers: Mapping[str, Reader],
    *,
    at: str = "",
    required: Collection[str] = (),
    skip: Collection[str] = (),
) -> dict[str, Any]:
    """The typed values of an object by name; unknown and missing `required` names are refused, `skip` passed over."""
    if not isinstance(data, Mapping):
        raise BadField(f"{at or 'ticket'}: expected an object")
    values = {}
    for name, value in data.items():
        place = f"{at}.{name}" if at else str(name)
        if name in skip:
            continue
        if name not in readers:
            raise BadField(f"{place}: unknown field{_nearest(name, readers)}")
        if value is not None and value != "":
            values[name] = readers[name](value, place)
    for name in required:
        if name not in values:
            raise BadField(f"{at + '.' if at else ''}{name}: missing")
    return values


def plain(value: Any) -> Any:
    """The JSON form of a typed value; the attribute `from_` is the field `from`."""
    if hasattr(value, "to_json"):
        return value.to_json()
    if dataclasses.is_dataclass(value):
        return {f.name.rstrip("_"): plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    return value


# Readers


def text(value: Any, at: str) -> str:
    """Text of at most 4000 characters."""
    if not isinstance(value, str):
        raise BadField(f"{at}: expected text")
    if len(value) > 4000:
        raise BadField(f"{at}: longer than 4000 characters")
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise BadField(f"{at}: holds characters that are none")  # no database would take them
    return value.strip()


def flag(value: Any, at: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise BadField(f"{at}: expected true or false")
    return value


def whole(low: int, high: int) -> Reader:
    """A whole number from `low` to `high`."""

    def reader(value: Any, at: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise BadField(f"{at}: expected a whole number from {low} to {high}")
        return value

    return reader


def money(value: Any, at: str) -> Decimal:
    """Yuan, not negative, with at most two decimals; a JSON number, or text that reads as one."""
    try:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise InvalidOperation
        amount = Decimal(str(value))
        if not amount.is_finite() or not 0 <= amount < 10**9 or amount != round(amount, 2):
            raise InvalidOperation
    except InvalidOperation:
        raise BadField(f"{at}: expected yuan with at most two decimals") from None
    return amount


def day(value: Any, at: str) -> date:
    """A day, 2026-11-20."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadField(f"{at}: expected a day such as 2026-11-20") from None


def clock(value: Any, at: str) -> time:
    """A time of day to the minute, 14:30."""
    try:
        return datetime.strptime(value, "%H:%M").time()
    except (TypeError, ValueError):
        raise BadField(f"{at}: expected a time such as 14:30") from None


def moment(value: Any, at: str) -> datetime:
    """A moment, 2026-11-20T10:00:00+08:00; without an offset it is Shanghai's."""
    try:
        parsed = datetime.fromisoformat(value.replace("Z", "+00:00"))
        if not 1900 <= parsed.year < 3000:  # what no database could keep, or no clock has shown
            raise ValueError
    except (AttributeError, TypeError, ValueError):
        raise BadField(f"{at}: expected a moment such as 2026-11-20T10:00:00+08:00") from None
    return parsed.replace(tzinfo=SHANGHAI) if parsed.tzinfo is None else parsed.astimezone(SHANGHAI)


def choice(enum: type[E_]) -> Callable[[Any, str], E_]:
    """One of an enum's values."""

    def reader(value: Any, at: str) -> E_:
        try:
            return enum(value)
        except ValueError:
            allowed = [member.value for member in enum]
            raise BadField(f"{at}: {value!r} is none of {', '.join(allowed)}") from None

    return reader


def many(reader: Reader) -> Reader:
    """A list of values; a single one stands for a list of one."""

    def list_reader(value: Any, at: str) -> tuple[Any, ...]:
        items = value if isinstance(value, (list, tuple)) else [value]
        return tuple(reader(item, f"{at}[{n}]") for n, item in enumerate(items))

    return list_reader


def table(value: Any, at: str) -> dict[str, Any]:
    """An object that is kept as it is."""
    if not isinstance(value, Mapping):
        raise BadField(f"{at}: expected an object")
    return dict(value)


def _nearest(name: Any, known: Collection[str]) -> str:
    nearest = difflib.get_close_matches(str(name), known, n=1)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""

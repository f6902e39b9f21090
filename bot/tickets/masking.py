"""What is shown of a person in lists: enough to tell customers apart, too little to reach one.

李雷 → 李**, 13800138000 → 138****8000, 杭州市西湖区某路1号 → 杭州市西湖区****. Free text keeps its
words, but every run of digits as long as a phone number in it is masked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_ADDRESS_KEPT = 6  # characters: a city, often its district
_PHONE_IN_TEXT = re.compile(r"(?<!BX)(?<!BX\d)(?<!\d)\d[\d -]{5,}\d")  # BX… is a ticket's number


def name(text: str) -> str:
    """The first character."""
    return f"{text[0]}**"


def phone(text: str) -> str:
    """The first three and the last four characters; of what is too short for that, only the first."""
    return f"{text[:3]}****{text[-4:]}" if len(text) > 9 else f"{text[0]}****"


def address(text: str) -> str:
    """Where it begins."""
    return f"{text[: min(_ADDRESS_KEPT, len(text) // 2)]}****"


def free_text(text: str) -> str:
    """The words, with whatever may be a phone number masked."""
    return _PHONE_IN_TEXT.sub(lambda found: phone(found[0]), text)


_FIELDS: Mapping[str, Callable[[str], str]] = {
    "name": name,
    "phone": phone,
    "address": address,
    "by": name,  # who accepted the work, who added a file
    "description": free_text,
    "wish": free_text,
    "note": free_text,
    "found": free_text,
    "why": free_text,
    "evidence": free_text,
    "conversation": free_text,
}
#: Whose `name` is no person's.
_THINGS = frozenset({"quote", "sheet", "attachments"})


def masked(values: Mapping[str, Any]) -> dict[str, Any]:
    """A ticket's JSON with everything masked that names, reaches or locates a person."""
    return {key: masked_value(key, value) for key, value in values.items()}


def masked_value(field: str, value: Any) -> Any:
    """The value of one field, a history row's old and new one say, masked in the same way."""
    if field == "history" and value is not None:
        return [_history_row(row) for row in value]
    return _masked(field, value, is_thing=field in _THINGS)


def _masked(key: str, value: Any, *, is_thing: bool) -> Any:
    if isinstance(value, Mapping):
        return {inner: _masked(inner, one, is_thing=is_thing) for inner, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(key, one, is_thing=is_thing) for one in value]
    mask = _FIELDS.get(key)
    if not isinstance(value, str) or not value or mask is None or (is_thing and key == "name"):
        return value
    return mask(value)


def _history_row(row: Mapping[str, Any]) -> dict[str, Any]:
    field = row["field"] or ""
    values = {key: masked_value(field, row[key]) for key in ("old", "new")}
    return {**row, **values, "note": free_text(row["note"])}

"""Which slots the text readers fill: what a slot is called there when it was asked for, and which need no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.text.reading import Expected

#: Slot → what the text readers call it when it was asked for.
ASKED_AS: dict[str, Expected] = {
    "phone": "phone",
    "name": "name",
    "address": "address",
    "city": "address",
    "visit": "visit",
    "purchased": "purchased",
    "made": "purchased",
    "repaired": "purchased",
    "card_months": "card_months",
    "amount": "amount",
    "serial_no": "serial",
    "rating": "rating",
}
SIMPLE: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("name", "names", lambda person: person.name + person.title),
    ("amount", "amounts", lambda amount: str(amount.low if amount.approximate and amount.low else amount.high)),
    ("rating", "ratings", int),
    ("serial_no", "serials", str),
    ("model", "models", str),
)

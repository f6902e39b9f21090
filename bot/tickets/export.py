"""Tickets for other programs: the fields of the contract as JSON, or as a table that a spreadsheet opens.

The table has one column a value (`contact.phone`, `quote.items`), in the order of the contract; what
has no fixed columns, a list of fee lines say, stands in its cell as JSON. One more column, `missing`,
names what whoever goes there still has to ask for.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.tickets import masking, wanting
from bot.tickets.model import FIELDS, Ticket

#: The fields that are spread over columns of their own.
_SPREAD: Mapping[str, tuple[str, ...]] = {
    "contact": ("name", "phone"),
    "appointment": ("date", "from", "to", "to_confirm"),
    "decision": ("outcome", "until", "on"),
    "review": ("since", "term", "until", "clause", "complete", "verdict"),
    "quote": ("items", "total"),
    "fee_told": ("amount", "why", "clauses"),
    "sheet": ("found", "parts", "fees", "warranty", "old_parts_returned"),
    "acceptance": ("by", "works", "at"),
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def records(tickets: Iterable[Ticket], *, reveal: bool) -> list[dict[str, Any]]:
    """The JSON of each ticket, masked unless revealed, with what is still `missing` for a visit."""
    found = []
    for ticket in tickets:
        shown = ticket.to_json() if reveal else masking.masked(ticket.to_json())
        del shown["history"]
        found.append({**shown, "missing": [lack.field for lack in wanting.for_visit(ticket)]})
    return found


def columns() -> list[str]:
    """The heads of the table."""
    spread = (_head(name) for name in FIELDS if name != "history")
    return [head for heads in spread for head in heads] + ["missing"]


def table(found: Sequence[Mapping[str, Any]]) -> str:
    """The records as CSV."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns())
    for record in found:
        writer.writerow([_cell(_value(record, column)) for column in columns()])
    return out.getvalue()


def _head(name: str) -> list[str]:
    return [f"{name}.{inner}" for inner in _SPREAD[name]] if name in _SPREAD else [name]


def _value(record: Mapping[str, Any], column: str) -> Any:
    name, _, inner = column.partition(".")
    value = record[name]
    return (value or {}).get(inner) if inner else value


def _cell(value: Any) -> str:
    """Text as it is, but never as a formula: a customer's words must not run in somebody's spreadsheet."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(_FORMULA) else text

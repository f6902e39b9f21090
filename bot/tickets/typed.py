"""A ticket's number as people type it: full-width, with blanks, without its letters, with a digit wrong."""

from __future__ import annotations

import unicodedata

from bot.text import ticket_no


def numbers(typed: str) -> tuple[str, ...]:
    """What the number may be, the likeliest first: another system's number stays as it was typed."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    ours = plain.upper().replace(" ", "").replace("-", "")
    return tuple(dict.fromkeys((typed, plain, ours, ticket_no.PREFIX + ours)))


def is_mistyped(typed: str) -> bool:
    """Whether it is written like a number of ours and cannot be one: a digit is wrong, missing or too many."""
    found = ticket_no.find_ticket_nos(unicodedata.normalize("NFKC", typed).strip())
    return bool(found) and not found[0].value.valid

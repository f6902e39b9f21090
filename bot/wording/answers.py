"""Policy answers in words: the clauses' own sentences, with what contradicts them, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence

from bot.wording import speech
from bot.wording.card import Card
from bot.wording.sentences import entry, replies, sentence
from policies_kb.model import Clause, Knowledge


def clauses_told(
    kb: Knowledge,
    path: str,
    clauses: Sequence[Clause],
    *,
    brand: str | None,
    product: str | None = None,
    type_: str = "answer",
) -> Card:
    """An answer made of clauses; `path` names the frame they stand in."""
    values = {
        "brand": speech.name_of(kb, "brand", brand),
        "product": speech.name_of(kb, "product", product),
        "lines": "\n".join(clause.says for clause in clauses),
    }
    frame = entry(path)
    text = (frame["text"] if isinstance(frame, dict) else frame).format(**values)
    return Card(type_, text, replies(path), citations=speech.citations(clauses))


def number_warning(kb: Knowledge, number: str) -> Card:
    """A number the customer brought up is never confirmed; what the sources show of it is said (REVIEW C01, C02)."""
    digits = "".join(filter(str.isdigit, number))
    brands = {
        c.brand for c in kb.clauses.values() if any(digits in _digits(ask) for ask in c.asks) and not c.answerable
    }
    if len(brands) > 1:
        why = sentence("contacts.listed_everywhere")
    elif brands:
        why = sentence("contacts.third_party")
    else:
        why = sentence("contacts.unknown_number")
    return Card("refusal", sentence("contacts.number_warning", number=number, why=why))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))

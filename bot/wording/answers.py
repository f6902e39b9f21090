"""Policy answers in words: the clauses' own sentences, with what contradicts them, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.tickets.sheets import Review
from bot.tickets.words import Term
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
    what: str = "",
    type_: str = "answer",
) -> Card:
    """An answer made of clauses; `path` names the frame they stand in."""
    values = {
        "brand": speech.name_of(kb, "brand", brand),
        "product": speech.name_of(kb, "product", product),
        "lines": "\n".join(clause.says + flagged(clause, clauses, path) for clause in clauses),
        "what": what,
    }
    frame = entry(path)
    text = (frame["text"] if isinstance(frame, dict) else frame).format(**values)
    if note := speech.notes(kb, (source.doc for clause in clauses for source in clause.sources)):
        text += f"\n{note}"
    return Card(type_, text, replies(path), citations=speech.citations(clauses))


def counted(kb: Knowledge, brand: str, reviews: Sequence[Review]) -> Card:
    """Until when goods can be sent back by each rule, counted from the day they came."""
    lines = []
    for one in reviews:
        way = "within" if one.term is Term.WITHIN else "over"
        lines.append(sentence(f"returns.{way}", says=kb.clauses[one.clause or ""].says, until=one.until))
    found = clauses_told(kb, "returns.counted", [kb.clauses[one.clause or ""] for one in reviews], brand=brand)
    return replace(found, text=sentence("returns.counted", lines="\n".join(lines)))


def flagged(clause: Clause, among: Sequence[Clause], path: str) -> str:
    """A remark on a clause that another one told with it contradicts, unless the frame says so of all; of a rule that
    holds both sides, once."""
    rivals = [other for other in among if clause.contradicts(other)]
    last = not any(other.is_of_one_rule_with(clause) for other in rivals if among.index(other) > among.index(clause))
    contradicted = bool(rivals) and last
    return sentence("flagged") if contradicted and not path.endswith("rivals") else ""


def number_warning(kb: Knowledge, number: str) -> Card:
    """A number the customer brought up is never confirmed; what the sources show of it is said (REVIEW C01, C02)."""
    digits = _digits(number)
    listing = [c for c in kb.clauses.values() if not c.answerable and any(digits in _digits(ask) for ask in c.asks)]
    if len({clause.brand for clause in listing}) > 1:
        why = sentence("contacts.listed_everywhere")
    elif listing:
        why = sentence(
            "contacts.third_party",
            title=kb.documents[listing[0].sources[0].doc].title,
            brand=speech.name_of(kb, "brand", listing[0].brand),
        )
    else:
        why = sentence("contacts.unknown_number")
    return Card("refusal", sentence("contacts.number_warning", number=number, why=why))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))

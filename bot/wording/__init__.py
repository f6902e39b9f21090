"""Every sentence the product says: `cards` turns what the dialogue wants said into cards for the channels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from bot.dialogue.turn import Say
from bot.wording.card import Card
from bot.wording.sayings import SAYINGS, plain
from bot.wording.sentences import sentence as _plain_sentence
from bot.wording.typography import typeset
from policies_kb.model import Knowledge

LEADS = frozenset(
    {
        "again",
        "complaint.noted",
        "coverage.changed",
        "coverage.unchanged",
        "coverage.unlisted",
        "left.resumed",
        "noted",
        "period.part_unnamed",
        "stuck",
    }
)

__all__ = ["Card", "cards", "sentence"]


def cards(says: Iterable[Say], kb: Knowledge, today: date, *, more: bool = False) -> list[Card]:
    """One card for each thing to be said, in order. `more`: another topic answers the same message right after."""
    made: list[Card] = []
    lead, offered = "", tuple[str, ...]()
    for say in says:
        if say.code in LEADS:  # the beginning of what is said next
            card = _card(say, kb, today, more)
            lead, offered = lead + card.text, (*offered, *card.replies)
            continue
        card = _card(say, kb, today, more)
        made.append(replace(card, text=lead + card.text, replies=(*card.replies, *offered)))
        lead, offered = "", ()
    return made


def sentence(path: str, /, **values: str | int) -> str:
    """The sentence at a path, ready to be shown: for what is said outside a card."""
    return typeset(_plain_sentence(path, **values))


def _card(say: Say, kb: Knowledge, today: date, more: bool) -> Card:
    make = SAYINGS.get(say.code)
    brands = [word.zh for word in kb.catalog.brands.values()]
    data = {**say.data, "brands": "、".join(brands)}
    card = make(kb, today, {**data, "more": more}) if make else plain(say.code, data)
    offered = [title for reply in card.replies for title in (brands if reply == "{brands}" else [reply])]
    cited = tuple({**c, "says": typeset(c["says"])} if "says" in c else c for c in card.citations)
    about = say.data.get("about") if offered else None
    return replace(card, text=typeset(card.text), replies=tuple(map(typeset, offered)), citations=cited, about=about)

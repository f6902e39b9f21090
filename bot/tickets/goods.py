"""Whether a return or an exchange is still in time, by the brand's own clause.

Pure. The days stand in the clauses (`benefit: return_within, exchange_within`), never here; a brand
without such a clause has no rule, and no other brand's rule is used for it. Day n is still in time
(民法典 201). What is in time is still reviewed by a person: goods, packing and fault are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from bot.tickets.sheets import Review
from bot.tickets.words import Kind, Term
from policies_kb.effects import Benefit, Within
from policies_kb.model import Clause, Knowledge

#: What a clause gives to the kind.
GIVES: Mapping[Kind, str] = {Kind.RETURN: "return_within", Kind.EXCHANGE: "exchange_within"}


def review(kb: Knowledge, kind: Kind, brand: str, product: str | None, *, since: date, on: date) -> Review:
    """The review as far as the calendar decides it: term, last day and clause; the verdict is a person's."""
    for clause, within in _clauses(kb, kind, brand, product):
        until = since + timedelta(days=within.low)  # of two figures only the shorter one is certain
        term = Term.WITHIN if since <= on <= until else Term.OUTSIDE
        return Review(since=since, term=term, until=until, clause=clause.id)
    return Review(since=since, term=Term.NO_RULE)


def _clauses(kb: Knowledge, kind: Kind, brand: str, product: str | None) -> Iterator[tuple[Clause, Within]]:
    wanted = {"all", *kb.catalog.lineage(product)} if product else None
    for clause in kb.of_brand(brand):
        effect = clause.effect
        if not (isinstance(effect, Benefit) and effect.gives == GIVES.get(kind) and clause.answerable):
            continue
        is_for_it = wanted is None or wanted & set(clause.products)
        if is_for_it and effect.within is not None and effect.within.unit == "days":
            yield clause, effect.within

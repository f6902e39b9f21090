"""Which clause of a brand sets the time for a duty. Pure."""

from __future__ import annotations

from itertools import groupby

from policies_kb.effects import Promise, Within
from policies_kb.model import Clause, Knowledge

_MINUTES = {"minutes": 1, "hours": 60, "days": 1440, "working_days": 1440, "months": 43_200, "years": 525_600}


def promised(kb: Knowledge, brand: str, product: str | None, duty: str, *, after: str | None = None) -> Clause | None:
    """The clause that gives a time for `duty` counted from `after`, or None where the brand's sources give none.

    Of sources that contradict each other the longest time stands: only what every reading supports is promised. Of
    promises that stand side by side the shortest binds.
    """
    line = kb.catalog.lineage(product) if product and product in kb.catalog.products else ()
    found = [
        clause
        for clause in kb.of_brand(brand)
        if clause.answerable and not clause.when and {"all", *line} & set(clause.products)
        if isinstance(promise := clause.effect, Promise) and promise.within
        if (promise.duty, promise.after) == (duty, after)
    ]
    groups = groupby(sorted(found, key=_group), key=_group)
    return min((max(readings, key=_length) for _, readings in groups), key=_length, default=None)


def within(clause: Clause) -> Within:
    """The time that a clause found by `promised` gives."""
    assert isinstance(clause.effect, Promise) and clause.effect.within
    return clause.effect.within


def _group(clause: Clause) -> str:
    return clause.conflict or clause.id


def _length(clause: Clause) -> int:
    return within(clause).high * _MINUTES[within(clause).unit]

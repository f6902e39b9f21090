"""What a brand's sources let be charged, and when it must be told.

Amounts are said as the sources say them, never summed: a fee for declining a quote, one for cancelling and one for the
visit are different events.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from policies_kb.effects import Fee
from policies_kb.model import Clause, Knowledge

#: Events whose fee must be told before the customer's yes: what a booking, a cancellation or a refusal can cost.
TOLD_BEFORE = {
    "book": ("visit", "inspection"),
    "cancel": ("cancel",),
    "decline_quote": ("decline_quote", "inspection"),
}


@dataclass(frozen=True)
class Charge:
    """One fee of one clause. `disputed`: another clause of the same conflict group reads otherwise."""

    clause: Clause
    fee: Fee
    disputed: bool

    def to_json(self) -> dict[str, Any]:
        amount = self.fee.amount
        return {
            "clause": self.clause.id,
            "event": self.fee.event,
            "amount": None if amount.quoted else [str(amount.low), str(amount.high)],
            "area": self.fee.area,
            "payer": self.fee.payer,
            "coverage": sorted(self.clause.when.get("coverage", ())),
            "disputed": self.disputed,
        }


def charges(
    kb: Knowledge,
    brand: str,
    *,
    events: Collection[str] = (),
    product: str | None = None,
    coverage: str | None = None,
) -> tuple[Charge, ...]:
    """The brand's fees at `events` (all, if none are named), for a product, in or out of the free warranty."""
    wanted = {"all", *kb.catalog.lineage(product)} if product else None
    known = [c for c in kb.of_brand(brand) if c.answerable and (wanted is None or wanted & set(c.products))]
    readings = Counter(clause.conflict for clause in known)
    return tuple(
        Charge(clause, clause.effect, disputed=clause.conflict is not None and readings[clause.conflict] > 1)
        for clause in known
        if isinstance(clause.effect, Fee)
        and (not events or clause.effect.event in events)
        and (coverage is None or coverage in clause.when.get("coverage", {coverage}))
    )


def to_tell_before(kb: Knowledge, brand: str, moment: str, *, product: str | None = None) -> tuple[Charge, ...]:
    """The fees with a figure that must be told before a yes to `moment` (book · cancel · decline_quote)."""
    told = charges(kb, brand, events=TOLD_BEFORE[moment], product=product)
    return tuple(charge for charge in told if not charge.fee.amount.quoted and not charge.fee.amount.free)

"""Is a fault covered? `decide(case, kb)` → Decision: pure, no clock, no I/O, no prose (DESIGN §4).

The customer's untold facts span *situations*; each situation yields the set of outcomes that the readings of
contradicting clauses, the documents and an inspection leave possible. All situations agree on one outcome → that one;
some situation would settle it → `need_facts`; none would → `conditional`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from policies_kb.case import Case
from policies_kb.explanation import Citation, Explainer, Explanation, Reading, Reason
from policies_kb.model import Knowledge
from policies_kb.rules import Outcome
from policies_kb.situations import Situations

__all__ = ["Citation", "Decision", "Outcome", "Reading", "Reason", "decide"]


@dataclass(frozen=True)
class Decision:
    """The verdict and all that a card, a text or a form needs to say it. See `to_json` for the shapes."""

    outcome: Outcome
    on: date
    assuming: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    readings: tuple[Reading, ...] = ()
    missing: tuple[str, ...] = ()
    settled_by: tuple[str, ...] = ()
    until: tuple[date, date] | None = None
    next_steps: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Days as ISO text, enums as their words; `until` is [first, last] or null."""
        return {
            "outcome": self.outcome.value,
            "on": self.on.isoformat(),
            "assuming": dict(self.assuming),
            "reasons": [{"code": r.code, "clause": r.clause} for r in self.reasons],
            "readings": [_reading_json(reading) for reading in self.readings],
            "missing": list(self.missing),
            "settled_by": list(self.settled_by),
            "until": [day.isoformat() for day in self.until] if self.until else None,
            "next_steps": list(self.next_steps),
            "citations": [
                {"clause": c.clause, "doc": c.doc, "lines": list(c.lines), "flags": list(c.flags)}
                for c in self.citations
            ],
        }


def decide(case: Case, kb: Knowledge) -> Decision:
    """The verdict on `case` on the day `case.on`."""
    if case.brand is None:
        return Decision(Outcome.NEED_FACTS, case.on, missing=_untold(case, ("brand", "product", "purchased")))
    situations = Situations(case, kb)
    outcome, missing = situations.outcome, situations.missing
    why = Explainer(situations)
    explanation = Explanation() if missing else why.explanation()
    settled_by = why.settled_by() if outcome is Outcome.CONDITIONAL else ()
    return Decision(
        outcome=outcome,
        on=case.on,
        assuming=situations.turning(),
        reasons=explanation.reasons,
        readings=explanation.readings,
        missing=missing,
        settled_by=settled_by,
        until=None if outcome is Outcome.NOT_COVERED and not explanation.readings else explanation.until,
        next_steps=_next_steps(case, outcome, settled_by),
        citations=explanation.citations,
    )


def _untold(case: Case, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if getattr(case, name) is None)


def _next_steps(case: Case, outcome: Outcome, settled_by: tuple[str, ...]) -> tuple[str, ...]:
    if outcome is Outcome.COVERED:
        return ("bring_proof", "book_repair")
    if outcome is Outcome.NOT_COVERED:
        return ("paid_repair",)
    if outcome is Outcome.CONDITIONAL:
        steps = (
            {"serial_query": "tell_serial"}
            if case.card_months
            else {"warranty_card": "read_card", "serial_query": "tell_serial"}
        )
        return (*(steps[decider] for decider in settled_by if decider in steps), "book_check")
    return ("book_check",) if outcome is Outcome.NO_RULE else ()


def _reading_json(reading: Reading) -> dict[str, Any]:
    return {
        "clause": reading.clause,
        "scope": reading.scope.value,
        "parts": list(reading.parts),
        "open": reading.open,
        "months": list(reading.months),
        "until": [day.isoformat() for day in reading.until] if reading.until else None,
        "state": reading.state,
    }

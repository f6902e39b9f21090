"""What the tests of `decide` share: the day, how many examples are tried, and the comparison with the oracle."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from policies_kb.case import Case
from policies_kb.coverage import decide
from policies_kb.loader import load
from policies_kb.model import Knowledge
from tests.policies_kb.oracle import enumerate_outcome
from tests.policies_kb.small import knowledges

ON = date(2026, 11, 22)
#: Most verdicts are open, and the laws on settled ones pass those by.
_PATIENT = [HealthCheck.too_slow, HealthCheck.filter_too_much]
# The same examples in every run: a new disagreement is looked for with `many`, not met by chance in a check.
few = settings(max_examples=30, suppress_health_check=_PATIENT, derandomize=True)
some = settings(few, max_examples=250)
many = settings(few, max_examples=1500)


def draw_knowledge(data: st.DataObject) -> Knowledge:
    """The real brands now and then, else a few random clauses."""
    real = data.draw(st.integers(0, 3), label="real if 0") == 0
    return load() if real else data.draw(knowledges())


def agrees_with_oracle(case: Case, kb: Knowledge) -> None:
    """Outcome and questions are those of trying everything."""
    decision = decide(case, kb)
    assert (decision.outcome.value, frozenset(decision.missing)) == enumerate_outcome(case, kb)

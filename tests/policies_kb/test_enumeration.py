"""`decide` says what the plain enumeration of all cases says, on generated knowledges and on the brands' own."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policies_kb.calendar import DayRange
from policies_kb.case import Case
from policies_kb.effects import Scope, Term
from policies_kb.loader import load
from policies_kb.model import Knowledge
from tests.policies_kb.deciding import ON, agrees_with_oracle, few, many, some
from tests.policies_kb.small import BRAND, draw_case, knowledges

pytestmark = pytest.mark.slow

_MOSTLY = st.sampled_from([True, True, False])


def _untold_repair(case: Case, kb: Knowledge) -> bool:
    """Nothing is presumed and no repair was told: decide lets it be any day since the purchase, the enumeration not."""
    repairs = any(isinstance(c.effect, Term) and c.effect.scope is Scope.REPAIR for c in kb.of_brand(case.brand or ""))
    return not case.presume and case.repaired is None and repairs


def _compare_on_small(data: st.DataObject) -> None:
    kb = data.draw(knowledges())
    case = draw_case(data, kb, BRAND, presume=data.draw(_MOSTLY))
    assume(not _untold_repair(case, kb))
    agrees_with_oracle(case, kb)


@some
@given(st.data())
def test_small_knowledges_are_decided_as_the_enumeration_says(data: st.DataObject) -> None:
    """On any few clauses, outcome and questions are those of trying everything."""
    _compare_on_small(data)


@pytest.mark.slow
@many
@given(st.data())
def test_many_small_knowledges_are_decided_as_the_enumeration_says(data: st.DataObject) -> None:
    """The same, on enough of them to meet rare mixtures."""
    _compare_on_small(data)


def _compare_on_real(data: st.DataObject) -> None:
    kb = load()
    brand = data.draw(st.sampled_from(list(kb.catalog.brands)))
    case = draw_case(data, kb, brand, presume=data.draw(_MOSTLY))
    assume(case.product is not None)  # over all products the enumeration takes minutes
    assume(not _untold_repair(case, kb))
    agrees_with_oracle(case, kb)


@few
@given(st.data())
def test_the_brands_are_decided_as_the_enumeration_says(data: st.DataObject) -> None:
    """On the real clauses, outcome and questions are those of trying everything."""
    _compare_on_real(data)


@pytest.mark.slow
@settings(few, max_examples=200)
@given(st.data())
def test_many_cases_of_the_brands_are_decided_as_the_enumeration_says(data: st.DataObject) -> None:
    """The same, on enough cases to meet rare mixtures of facts."""
    _compare_on_real(data)


@pytest.mark.parametrize("brand", sorted(load().catalog.brands))
def test_a_brand_alone_is_decided_as_the_enumeration_says(brand: str) -> None:
    """With the product not told either, the enumeration over all products agrees."""
    agrees_with_oracle(Case(ON, brand, purchased=DayRange.of(date(2025, 3, 2))), load())

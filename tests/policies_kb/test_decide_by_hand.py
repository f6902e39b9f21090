"""Decisions worked out by hand: small knowledges, and of the brands' what once went wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from policies_kb.calendar import NEVER, DayRange
from policies_kb.case import Case
from policies_kb.coverage import decide
from policies_kb.effects import Exclusion, Info, Requires, Scope, StartsFrom
from policies_kb.loader import load
from policies_kb.model import Clause
from tests.policies_kb.deciding import ON, agrees_with_oracle
from tests.policies_kb.small import BRAND, clause, knowledge, term

pytestmark = pytest.mark.slow

_ALL_USUAL = {
    "proof": "invoice",
    "opened_by": "nobody",
    "use": "household",
    "origin": "mainland",
    "serial": "intact",
    "cause": "quality",
    "extended": "none",
    "membership": "none",
    "installed_by": "official",
}


def _bought(day: str, until: str | None = None) -> DayRange:
    return DayRange(date.fromisoformat(day), date.fromisoformat(until or day))


def _outcome(*clauses: Clause, bought: DayRange, **told: str) -> str:
    return decide(Case(ON, BRAND, "stove", purchased=bought, facts=told), knowledge(*clauses)).outcome.value


@pytest.mark.parametrize(
    ("bought", "outcome"),
    [
        (_bought("2025-02-28"), "not_covered"),
        (_bought("2025-03-01"), "covered"),
        (_bought("2025-06-30"), "covered"),
        (_bought("2025-07-01"), "not_covered"),
        (_bought("2025-02-01", "2025-02-28"), "not_covered"),
        (_bought("2025-03-01", "2025-06-30"), "covered"),
        (_bought("2025-02-01", "2025-03-31"), "need_facts"),
        (_bought("2025-06-01", "2025-12-31"), "need_facts"),
    ],
)
def test_the_purchase_day_picks_the_version(bought: DayRange, outcome: str) -> None:
    """A longer term for who bought from March through June is for both border days, and for no others."""
    window = (date(2025, 3, 1), date(2025, 6, 30))
    longer = clause("spring", term(24), bought=window)
    assert _outcome(clause("whole-unit", term(1)), longer, bought=bought) == outcome


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"opened_by": "owner"}, "conditional"),  # perhaps the owner's own work: an inspection tells
        ({"opened_by": "owner", "cause": "quality"}, "covered"),
        ({"opened_by": "official"}, "covered"),
        ({"cause": "unauthorised_repair"}, "not_covered"),
        ({}, "covered"),
    ],
)
def test_a_hint_makes_a_cause_possible(told: dict[str, str], outcome: str) -> None:
    """Who says that they opened it may have caused the fault, unless they say what did."""
    refused = clause("refused", Exclusion(), when={"cause": ["unauthorised_repair"]})
    assert _outcome(clause("whole-unit", term(12)), refused, bought=_bought("2026-10-01"), **told) == outcome


@pytest.mark.parametrize(
    ("part", "outcome"),
    [("battery", "covered"), ("motor", "conditional"), ("knob", "not_covered"), (None, "conditional")],
)
def test_an_open_list_covers_surely_only_what_it_names(part: str | None, outcome: str) -> None:
    """Of an open list of main parts a core part may be meant, another part is not."""
    kb = knowledge(
        clause("whole-unit", term(1)),
        clause("main-parts", term(12, scope=Scope.PARTS, parts=("battery",), open=True)),
    )
    told = {"cause": "quality"}  # a battery alone would hint at wear
    case = Case(ON, BRAND, "stove", part=part, purchased=_bought("2026-03-01"), facts=told)
    assert decide(case, kb).outcome.value == outcome


def test_presumptions_that_could_change_the_outcome_are_said() -> None:
    """What is refused by its cause is free only by the presumed one; what no clause speaks of is not mentioned."""
    kb = knowledge(clause("whole-unit", term(12)), clause("wet", Exclusion(), when={"cause": ["liquid"]}))
    case = Case(ON, BRAND, "stove", purchased=_bought("2026-10-01"))
    assert decide(case, kb).assuming == {"cause": "quality"}
    assert decide(case.learn("cause", "quality"), kb).assuming == {}
    assert decide(case.learn("cause", "liquid"), kb).assuming == {}


@pytest.mark.parametrize(("on", "outcome"), [("2026-02-28", "covered"), ("2026-03-01", "not_covered")])
def test_two_years_from_leap_day_is_covered_through_the_last_of_february(on: str, outcome: str) -> None:
    """Two years from 29 February cover 28 February, and not the day after."""
    kb = knowledge(clause("whole-unit", term(24)))
    decision = decide(Case(date.fromisoformat(on), BRAND, "stove", purchased=_bought("2024-02-29")), kb)
    assert (decision.outcome.value, decision.until) == (outcome, (date(2026, 2, 28), date(2026, 2, 28)))


def test_the_card_outranks_the_clauses_on_the_whole_unit() -> None:
    """The figure on the customer's own card counts, whether it is longer or shorter."""
    kb = knowledge(clause("whole-unit", term(12)))
    case = Case(ON, BRAND, "stove", purchased=_bought("2026-03-01"))
    assert decide(replace(case, card_months=6), kb).outcome.value == "not_covered"
    assert decide(replace(case, card_months=24), kb).until == (date(2028, 3, 1), date(2028, 3, 1))


def test_a_brand_that_is_not_told_is_asked_first() -> None:
    """Without the brand nothing is decided: it is asked, with product and day if they are not told."""
    decision = decide(Case(ON), load())
    assert (decision.outcome.value, decision.missing) == ("need_facts", ("brand", "product", "purchased"))
    assert decide(Case(ON, product="tv", purchased=_bought("2026-03-01")), load()).missing == ("brand",)


def test_with_nothing_presumed_a_repair_may_have_been_since_the_purchase() -> None:
    """A fridge of 2019 with the same fault again may have been repaired last month: ask."""
    told = {**_ALL_USUAL, "same_fault": "yes"}
    case = Case(ON, "viomi", "refrigerator", purchased=_bought("2019-03-01"), facts=told, presume=False)
    assert decide(case, load()).missing == ("repaired",)


def test_a_repair_that_never_was_is_not_asked_for() -> None:
    """The same fridge, never repaired: no repair holds, and nothing is left to ask."""
    told = {**_ALL_USUAL, "same_fault": "yes"}
    bought = _bought("2019-03-01")
    case = Case(ON, "viomi", "refrigerator", purchased=bought, repaired=NEVER, facts=told, presume=False)
    assert (decide(case, load()).outcome.value, decide(case, load()).missing) == ("not_covered", ())


def test_who_was_never_repaired_presumes_nothing_of_it() -> None:
    """What a repair would change is assumed of who told nothing, and not of who told that there was none."""
    kb = knowledge(clause("whole-unit", term(1)), clause("repair", term(3, scope=Scope.REPAIR)))
    case = Case(ON, BRAND, "stove", purchased=_bought("2025-01-01"))
    assert decide(case, kb).assuming == {"repaired": "never"}
    assert decide(replace(case, repaired=NEVER), kb).assuming == {}


def test_a_cards_months_count_from_a_delayed_start() -> None:
    """18 months of the card, from three after the making: of February 2025 only the last days may be covered."""
    case = Case(
        ON,
        "mijia",
        "washer",
        part="lamp",
        purchased=_bought("2025-02-01", "2025-02-28"),
        card_months=18,
        facts={"proof": "other_proof"},
    )
    agrees_with_oracle(case, load())


def test_what_a_told_fact_rules_out_is_not_weighed() -> None:
    """Where nobody opened it, nobody's repair can have caused the fault."""
    kb = knowledge(
        clause("whole-unit", term(12)),
        clause("refused", Exclusion(), when={"cause": ["unauthorised_repair"]}),
    )
    told = {"opened_by": "nobody"}
    case = Case(ON, BRAND, "stove", purchased=_bought("2026-10-01"), facts=told, presume=False)
    agrees_with_oracle(case, kb)


def test_a_reading_that_only_informs_is_a_reading() -> None:
    """A refusal that another clause of its group does not share is not certain."""
    kb = knowledge(
        clause("whole-unit", term(12)),
        clause("refused", Exclusion(), when={"opened_by": ["owner"]}, conflict="opened"),
        clause("stays", Info(), conflict="opened"),
    )
    case = Case(ON, BRAND, "stove", purchased=_bought("2026-10-01"), facts={"opened_by": "owner"})
    agrees_with_oracle(case, kb)


def test_a_demand_holds_only_under_its_condition() -> None:
    """An invoice demanded of who has nothing is not demanded of who has a receipt."""
    demand = Requires("proof", frozenset({"invoice"}))
    kb = knowledge(
        clause("whole-unit", term(12)),
        clause("demand", demand, when={"proof": ["none"]}),
    )
    told = {"proof": "other_proof"}
    agrees_with_oracle(Case(ON, BRAND, "stove", purchased=_bought("2026-10-01"), facts=told), kb)


def test_an_open_list_of_parts_is_no_refusal_of_a_part_it_may_not_mean() -> None:
    """Main parts, one year, and nothing else: of a motor in its second year the sources may be silent."""
    kb = knowledge(clause("main-parts", term(12, scope=Scope.PARTS, open=True)))
    case = Case(ON, BRAND, "stove", part="motor", purchased=_bought("2025-01-01"))
    assert decide(case, kb).outcome.value == "no_rule"
    agrees_with_oracle(case, kb)


def test_an_open_list_within_its_term_is_no_promise_of_a_part_it_may_not_mean() -> None:
    """The same motor in its first year: covered if it is meant, and the card tells."""
    kb = knowledge(clause("main-parts", term(12, scope=Scope.PARTS, open=True)))
    case = Case(ON, BRAND, "stove", part="motor", purchased=_bought("2026-03-01"))
    assert (decide(case, kb).outcome.value, decide(case, kb).settled_by) == ("conditional", ("warranty_card",))
    agrees_with_oracle(case, kb)


def test_an_open_list_past_its_term_leaves_the_refusal_of_the_whole_unit() -> None:
    """Where the whole unit has a period too, a motor past both is refused, meant or not."""
    kb = knowledge(clause("main-parts", term(12, scope=Scope.PARTS, open=True)), clause("whole-unit", term(6)))
    case = Case(ON, BRAND, "stove", part="motor", purchased=_bought("2025-01-01"))
    assert decide(case, kb).outcome.value == "not_covered"
    agrees_with_oracle(case, kb)


def test_only_what_can_change_the_outcome_is_asked() -> None:
    """The product is not asked where each product comes to the same verdict on every day."""
    kb = knowledge(
        clause("core", term(3, scope=Scope.PARTS, parts=("board", "motor"))),
        clause("start", StartsFrom("made"), products=("stove",)),
    )
    case = Case(ON, BRAND, facts={"opened_by": "official", "installed_by": "official"})
    agrees_with_oracle(case, kb)


def test_nothing_is_made_after_it_is_bought() -> None:
    """Made in November or December, bought on 5 November: then made before, and past its year."""
    kb = knowledge(
        clause("whole-unit", term(12)),
        clause("start", StartsFrom("made")),
    )
    case = Case(
        ON,
        BRAND,
        "stove",
        purchased=_bought("2025-11-05"),
        made=_bought("2025-11-01", "2025-12-31"),
    )
    assert decide(case, kb).outcome.value == "not_covered"
    agrees_with_oracle(case, kb)


def test_nothing_is_bought_before_it_is_made() -> None:
    """Bought in 2025 and made that December: then bought that December, and within its year."""
    kb = knowledge(clause("whole-unit", term(12)))
    case = Case(ON, BRAND, "stove", purchased=_bought("2025-01-01", "2025-12-31"))
    assert decide(case, kb).outcome.value == "need_facts"
    case = replace(case, made=_bought("2025-12-01"))
    assert decide(case, kb).outcome.value == "covered"
    agrees_with_oracle(case, kb)


def test_days_that_contradict_each_other_are_taken_as_told() -> None:
    """Told to be bought in May and made in June: each period counts from its own day."""
    kb = knowledge(clause("whole-unit", term(12)))
    case = Case(ON, BRAND, "stove", purchased=_bought("2025-05-01"), made=_bought("2025-06-01"))
    for counting in (kb, knowledge(*kb.clauses.values(), clause("start", StartsFrom("made")))):
        assert decide(case, counting).outcome.value == "not_covered"
        agrees_with_oracle(case, counting)

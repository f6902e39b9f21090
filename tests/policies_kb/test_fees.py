"""What each brand's sources let be charged: amounts as written, events kept apart, silence kept silent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from policies_kb.effects import Amount
from policies_kb.fees import TOLD_BEFORE, Charge, charges, to_tell_before
from policies_kb.loader import load

BRANDS = ("viomi", "mijia", "xiaomi", "skyworth", "jason")
Row = tuple[str, str, object]


def _rows(found: tuple[Charge, ...]) -> list[Row]:
    """(event, area, yuan): a figure, a pair, "free", or "agreed" where the source names none."""
    return sorted(((c.fee.event, c.fee.area, _yuan(c.fee.amount)) for c in found), key=str)


def _yuan(amount: Amount) -> object:
    if amount.quoted:
        return "agreed"
    if amount.free:
        return "free"
    return int(amount.low or 0) if amount.low == amount.high else (int(amount.low or 0), int(amount.high or 0))


def _at(brand: str, *events: str, **more: str) -> list[Row]:
    return _rows(charges(load(), brand, events=events, **more))


def test_skyworths_visit_has_two_readings_and_no_price_out_of_town() -> None:
    """One source line says free, another 30 to 50 yuan in town; beyond it is agreed each time."""
    assert _at("skyworth", "visit", coverage="out") == [
        ("visit", "any", "free"),
        ("visit", "remote", "agreed"),
        ("visit", "urban", (30, 50)),
    ]


def test_skyworths_two_readings_of_a_visit_are_disputed() -> None:
    """Whoever is told one of them can see that another clause reads otherwise."""
    disputed = {c.clause.id.rpartition(".")[2]: c.disputed for c in charges(load(), "skyworth", events=["visit"])}
    assert (disputed["visit-free"], disputed["visit-urban"], disputed["visit-remote"]) == (True, True, False)


def test_skyworths_declined_quote_costs_the_visit_in_town() -> None:
    """Who declines after the quote pays 30 yuan in town."""
    assert _at("skyworth", "decline_quote") == [("decline_quote", "remote", "agreed"), ("decline_quote", "urban", 30)]


def test_jasons_declined_quote_and_cancelled_visit_are_two_amounts() -> None:
    """30 yuan for declining a quote in town, 50 for cancelling: two events, two clauses, no sum."""
    assert _at("jason", "decline_quote", "cancel") == [
        ("cancel", "any", 50),
        ("decline_quote", "remote", "agreed"),
        ("decline_quote", "urban", 30),
    ]


def test_jasons_visit_has_no_figure() -> None:
    """A visit out of warranty is charged, but no line says how much."""
    assert {amount for _, _, amount in _at("jason", "visit")} == {"agreed"}


@pytest.mark.parametrize("brand", ["skyworth", "jason"])
def test_what_could_not_be_repaired_is_free(brand: str) -> None:
    """修不好不收费: another event than a declined quote."""
    assert {amount for _, _, amount in _at(brand, "unrepaired")} == {"free"}


@pytest.mark.parametrize("brand", ["viomi", "mijia", "xiaomi"])
def test_the_other_brands_name_no_price_for_coming_or_not_coming(brand: str) -> None:
    """Where a brand's document is silent on visit, inspection, decline and cancellation, so are we."""
    assert _at(brand, "visit", "inspection", "decline_quote", "cancel") == []


@pytest.mark.parametrize(
    ("brand", "moment", "told"),
    [
        ("skyworth", "book", [("visit", "urban", (30, 50))]),
        ("skyworth", "cancel", []),
        ("skyworth", "decline_quote", [("decline_quote", "urban", 30)]),
        ("jason", "book", []),
        ("jason", "cancel", [("cancel", "any", 50)]),
        ("jason", "decline_quote", [("decline_quote", "urban", 30)]),
    ],
)
def test_a_price_is_told_before_the_yes_that_costs_it(brand: str, moment: str, told: list[Row]) -> None:
    """Before booking, cancelling and declining, just the fees with a figure are told."""
    assert _rows(to_tell_before(load(), brand, moment)) == told


@pytest.mark.parametrize("brand", ["viomi", "mijia", "xiaomi"])
@pytest.mark.parametrize("moment", sorted(TOLD_BEFORE))
def test_nothing_is_told_where_nothing_is_written(brand: str, moment: str) -> None:
    """Brands without such a price have nothing to be told."""
    assert to_tell_before(load(), brand, moment) == ()


def test_what_is_free_in_warranty_is_not_said_of_the_rest() -> None:
    """A fee for repairs inside the warranty is left out for one outside, and kept where nobody said which."""
    inside, outside = (
        {c.clause.id for c in charges(load(), "skyworth", events=["repair"], coverage=coverage)}
        for coverage in ("in", "out")
    )
    assert inside == {"skyworth.fees.repair-in-warranty"}
    assert outside == {"skyworth.fees.paid-repair"}
    assert inside | outside == {c.clause.id for c in charges(load(), "skyworth", events=["repair"])}


def test_a_product_sees_its_own_fees_and_those_on_all() -> None:
    """Fees on water heaters are for them and their kinds only."""
    own = "jason.fees.water-heater-visit"
    for product, seen in (("water_heater", True), ("gas_water_heater", True), ("washer", False)):
        assert (own in {c.clause.id for c in charges(load(), "jason", product=product)}) is seen
    general = "jason.fees.cancel"
    assert all(general in {c.clause.id for c in charges(load(), "jason", product=p)} for p in ("washer", None))


@pytest.mark.parametrize("brand", BRANDS)
def test_every_fee_is_its_brands_own_and_may_be_said(brand: str) -> None:
    """No fee of another brand, none that is only on record."""
    assert all(c.clause.brand == brand and c.clause.answerable for c in charges(load(), brand))


def test_no_money_is_a_float() -> None:
    """Amounts are Decimal yuan, the lower first."""
    amounts = [c.fee.amount for brand in BRANDS for c in charges(load(), brand)]
    figures = [(a.low, a.high) for a in amounts if not a.quoted]
    assert figures
    assert all(isinstance(low, Decimal) and isinstance(high, Decimal) and low <= high for low, high in figures)


def test_a_charge_as_json_keeps_the_figures_as_written() -> None:
    """Yuan as text, null where the source gives none."""
    found = {c.clause.id: c.to_json() for c in charges(load(), "skyworth", events=["visit"])}
    assert found["skyworth.fees.visit-urban"] == {
        "clause": "skyworth.fees.visit-urban",
        "event": "visit",
        "amount": ["30", "50"],
        "area": "urban",
        "payer": "customer",
        "coverage": [],
        "disputed": True,
    }
    assert found["skyworth.fees.visit-remote"]["amount"] is None


@pytest.mark.parametrize("brand", BRANDS)
def test_whether_a_fee_is_disputed_does_not_depend_on_what_else_was_asked(brand: str) -> None:
    """The 30 yuan for declining stand in one group with the free visit, asked together or not; so does every fee."""
    among = {c.clause.id: c.disputed for c in charges(load(), brand)}
    for event in {c.fee.event for c in charges(load(), brand)}:
        for coverage in ("in", "out"):
            alone = charges(load(), brand, events=[event], coverage=coverage)
            assert {c.clause.id: c.disputed for c in alone} == {c.clause.id: among[c.clause.id] for c in alone}


def test_a_fee_is_disputed_just_where_another_clause_reads_otherwise() -> None:
    """Declining in town is one of three readings; out of town nothing contradicts."""
    found = charges(load(), "skyworth", events=["decline_quote"])
    disputed = {c.clause.id.rpartition(".")[2]: c.disputed for c in found}
    assert disputed == {"decline-urban": True, "decline-remote": False}


def test_a_reading_of_another_product_disputes_nothing() -> None:
    """Of jason's three accounts of a repair out of warranty one is on water heaters: a washer has two, no less."""
    for product, readings in (("water_heater", 3), ("washer", 2)):
        found = [c for c in charges(load(), "jason", product=product) if c.clause.conflict == "after-warranty-price"]
        assert [c.disputed for c in found] == [True] * readings

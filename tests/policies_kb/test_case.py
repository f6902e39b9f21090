"""A case as programs and customers tell it: slugs, names, aliases, days, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies_kb.calendar import NEVER, DayRange
from policies_kb.case import Case, CaseError, read_case, read_word
from policies_kb.coverage import decide
from policies_kb.loader import load
from policies_kb.model import ValueKind
from policies_kb.normalise import key

TODAY = date(2026, 11, 22)


def _read(**told: Any) -> Case:
    return read_case(told, load(), on=TODAY)


def _refusal(**told: Any) -> str:
    with pytest.raises(CaseError) as refused:
        _read(**told)
    return str(refused.value)


def _days(first: str, last: str) -> DayRange:
    return DayRange(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("fact", "told", "slug"),
    [
        ("brand", "viomi", "viomi"),
        ("brand", "云米", "viomi"),
        ("brand", "雲米", "viomi"),
        ("brand", "VIOMI", "viomi"),
        ("brand", "ＪＡＳＯＮ", "jason"),
        ("product", "冰箱", "refrigerator"),
        ("product", " 冰箱。", "refrigerator"),
        ("product", "雪柜", "refrigerator"),
        ("product", "冰柜", "freezer"),
        ("product", "冰櫃", "freezer"),
        ("product", "燃氣熱水器", "gas_water_heater"),
        ("part", "压机", "compressor"),
        ("part", "馬達", "motor"),
    ],
)
def test_a_slug_a_name_or_an_alias_names_a_value(fact: str, told: str, slug: str) -> None:
    """Catalog words are read in any of their names, in either script and width."""
    assert getattr(_read(**{fact: told}), fact) == slug


@pytest.mark.parametrize(
    ("fact", "told", "slug"),
    [
        ("proof", "none", "none"),
        ("proof", "没有凭证", "none"),
        ("proof", "发票丢了", "none"),
        ("cause", "被雷打", "disaster"),
        ("cause", "進水", "liquid"),
        ("use", "酒店", "business"),
        ("opened_by", "楼下师傅修过", "unauthorised"),
        ("origin", "港版", "overseas"),
        ("same_fault", "老毛病", "yes"),
        ("same_fault", True, "yes"),
        ("same_fault", False, "no"),
        ("membership", "VIP", "gold"),
    ],
)
def test_a_fact_is_told_in_a_word_of_its_own(fact: str, told: object, slug: str) -> None:
    """The told facts that are words are kept by slug; true and false stand for yes and no."""
    assert _read(**{fact: told}).facts == {fact: slug}


def _claimed_twice() -> dict[str, set[str]]:
    """Each name, as it is compared, that two values of one fact have → the two."""
    claims: dict[tuple[str, str], set[str]] = {}
    for fact in load().facts.values():
        if fact.kind in (ValueKind.WORD, ValueKind.CATALOG):
            for slug, word in fact.values.items():
                for name in (slug, *word.names):
                    claims.setdefault((fact.name, key(name)), set()).add(slug)
    return {f"{fact} {name}": slugs for (fact, name), slugs in claims.items() if len(slugs) > 1}


def test_no_name_means_two_values_of_one_fact() -> None:
    """In plain form every zh and alias of a fact names one value."""
    assert _claimed_twice() == {}


def test_every_name_of_every_value_is_read_back() -> None:
    """No zh and no alias of case.yml or catalog.yml is refused or read as another value's slug."""
    for fact in load().facts.values():
        if fact.kind in (ValueKind.WORD, ValueKind.CATALOG):
            for slug, word in fact.values.items():
                assert {read_word(fact, name) for name in (slug, *word.names)} == {slug}


@pytest.mark.parametrize(
    ("told", "days"),
    [
        ("2024-03-01", ("2024-03-01", "2024-03-01")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2023-2", ("2023-02-01", "2023-02-28")),
        ("2024-12", ("2024-12-01", "2024-12-31")),
        ("2024", ("2024-01-01", "2024-12-31")),
        (2024, ("2024-01-01", "2024-12-31")),
        (" 2024-03-01 ", ("2024-03-01", "2024-03-01")),
        (date(2024, 3, 1), ("2024-03-01", "2024-03-01")),
        ({"from": "2024-03-05", "to": "2024-04"}, ("2024-03-05", "2024-04-30")),
        ({"from": "2023", "to": "2024"}, ("2023-01-01", "2024-12-31")),
        ({"from": "2025"}, ("2025-01-01", "2026-11-22")),
        ({"to": "1999"}, ("1970-01-01", "1999-12-31")),
        ("2026", ("2026-01-01", "2026-11-22")),  # cut at the day of the decision
        ("2026-11", ("2026-11-01", "2026-11-22")),
        ("2026-11-22", ("2026-11-22", "2026-11-22")),
    ],
)
@pytest.mark.parametrize("fact", ["purchased", "made", "repaired"])
def test_a_day_may_be_a_month_a_year_or_a_range(fact: str, told: object, days: tuple[str, str]) -> None:
    """A day is read as the range it leaves open, never beyond the day of the decision."""
    assert getattr(_read(**{fact: told}), fact) == _days(*days)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("2026-11-23", "purchased: 2026-11-23 is after the day of the decision, 2026-11-22"),
        ("2026-12", "purchased: 2026-12-01 is after the day of the decision, 2026-11-22"),
        ("2027", "purchased: 2027-01-01 is after the day of the decision, 2026-11-22"),
        ("去年", "purchased: '去年' is no day; write 2024-03-01, 2024-03 or 2024"),
        ("2024-02-30", "purchased: '2024-02-30' is no day; write 2024-03-01, 2024-03 or 2024"),
        ("2024-13", "purchased: '2024-13' is no day; write 2024-03-01, 2024-03 or 2024"),
        (True, "purchased: True is no day; write 2024-03-01, 2024-03 or 2024"),
        (["2024"], "purchased: ['2024'] is no day; write 2024-03-01, 2024-03 or 2024"),
        ({"since": "2024"}, 'purchased: must be a day, a month, a year or {"from": …, "to": …}'),
        ({}, 'purchased: must be a day, a month, a year or {"from": …, "to": …}'),
        ({"from": "2025", "to": "2024"}, "purchased: ends (2024-12-31) before it begins (2025-01-01)"),
    ],
)
def test_a_day_that_cannot_be_is_refused(told: object, message: str) -> None:
    """Days to come, days that do not exist and other shapes are refused with how to write one."""
    assert _refusal(purchased=told) == message


def test_days_to_come_are_measured_by_the_day_of_the_decision() -> None:
    """`on` of the case, where it has one, is the day beyond which nothing was bought."""
    assert _refusal(on="2024-03-01", purchased="2024-03-02") == (
        "purchased: 2024-03-02 is after the day of the decision, 2024-03-01"
    )
    assert _read(on="2024-03-02", purchased="2024-03-02").purchased == _days("2024-03-02", "2024-03-02")


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"brand": "云迷"}, "brand: '云迷' is not known; nearest: viomi 云米"),
        ({"part": "batery"}, "part: 'batery' is not known; nearest: battery 电池"),
        ({"use": "工厂里用"}, "use: '工厂里用' is not known; nearest: business 商用"),
        (
            {"extended": "xyz"},
            "extended: 'xyz' is not known; allowed: official 官方延保, third_party 第三方延保, none 没有延保",
        ),
        ({"same_fault": "是"}, "same_fault: '是' is not known; allowed: yes 同一故障, no 不同故障"),
    ],
)
def test_an_unknown_value_is_refused_with_the_nearest(told: dict[str, Any], message: str) -> None:
    """The refusal names what was probably meant, or else all values, by slug and name."""
    assert _refusal(**told).startswith(message)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"purchasd": "2024"}, "purchasd: unknown key; did you mean 'purchased'?"),
        ({"colour": "红"}, "colour: unknown key; allowed: on, presume, brand, product, part, purchased"),
        ({"brand": 5}, "brand: must be one of viomi, mijia, xiaomi, skyworth, jason"),
        ({"proof": ["none"]}, "proof: must be one of invoice, other_proof, none, altered, mismatched"),
        ({"card_months": "12"}, "card_months: must be a whole number of months, 1 or more"),
        ({"card_months": 12.0}, "card_months: must be a whole number of months, 1 or more"),
        ({"card_months": True}, "card_months: must be a whole number of months, 1 or more"),
        ({"card_months": -1}, "card_months: must be a whole number of months, 1 or more"),
        ({"presume": "false"}, "presume: must be true or false"),
        ({"presume": 0}, "presume: must be true or false"),
        ({"on": "2024-03"}, "on: '2024-03' is no day; write 2024-03-01, 2024-03 or 2024"),
        ({"on": "tomorrow"}, "on: 'tomorrow' is no day; write 2024-03-01, 2024-03 or 2024"),
    ],
)
def test_other_types_and_keys_are_refused(told: dict[str, Any], message: str) -> None:
    """A wrong JSON type or an unknown key is refused with what is allowed."""
    assert _refusal(**told).startswith(message)


def test_what_is_null_or_empty_is_not_told() -> None:
    """null and "" are as if the key were not there, and a case of nothing is no mistake."""
    assert _read(brand=None, product="", purchased=None, proof="", card_months=None) == Case(on=TODAY)


def test_presumptions_can_be_refused() -> None:
    """`presume` is true unless told otherwise."""
    assert _read().presume
    assert not _read(presume=False).presume


@pytest.mark.parametrize(
    ("brand", "product", "meant"),
    [
        ("小米", "冰箱", "mijia"),
        ("小米", "洗衣机", "mijia"),
        ("红米", "refrigerator", "mijia"),
        ("小米", "手机", "xiaomi"),
        ("小米", None, "xiaomi"),
        ("小米", "电视", "xiaomi"),
        ("xiaomi", "冰箱", "xiaomi"),  # a slug is no shared name
        ("米家", "手机", "mijia"),
        ("小米米家", "冰箱", "mijia"),
    ],
)
def test_a_shared_name_means_the_brand_of_the_product(brand: str, product: str | None, meant: str) -> None:
    """小米's fridges and washers are 小米米家's when the brand is told by name (REVIEW C91)."""
    assert _read(brand=brand, product=product).brand == meant
    assert read_case({"product": product, "brand": brand}, load(), on=TODAY).brand == meant


def test_a_fact_learned_leaves_the_case_it_was_learned_in() -> None:
    """Learning gives a new case; what was told before stays, the same fact is replaced."""
    case = _read(brand="viomi", proof="none")
    later = case.learn("proof", "invoice").learn("use", "household").learn("part", "motor")
    assert case.facts == {"proof": "none"}
    assert later.facts == {"proof": "invoice", "use": "household"}
    assert (later.brand, later.part) == ("viomi", "motor")


_KEYS = st.sampled_from(
    ["brand", "part", "purchased", "made", "repaired", "card_months", "cause", "on", "presume", "x"]
)
_DAYS = st.from_regex(r"(\d|19|20|99)\d{2}(-\d{1,2}){0,2}", fullmatch=True) | st.dates().map(str)
#: Digits alone, dates and words.
_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=6),
    _DAYS,
    st.dictionaries(st.sampled_from(["from", "to", "x"]), _DAYS),
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=3))
def test_strange_cases_are_refused_not_broken(told: dict[str, Any]) -> None:
    """Whatever a program sends is a case that can be decided or a CaseError that names the key."""
    try:
        case = read_case(told, load(), on=TODAY)
    except CaseError as error:
        assert error.field in told
    else:
        assert decide(replace(case, brand="mijia"), load()).on == case.on


@pytest.mark.parametrize("told", ["0000", "0000-05", {"from": "0000"}])
def test_a_year_that_no_date_can_hold_is_refused(told: object) -> None:
    """The year 0 is refused like any other day that cannot be."""
    assert "is no day" in _refusal(purchased=told)


@pytest.mark.parametrize(
    "told", ["1969-12-31", "1960", "1960-05", "2200-01-01", "9999", "9999-12", "9999-12-31", {"to": "9999-12"}]
)
@pytest.mark.parametrize("name", ["purchased", "made", "repaired"])
def test_a_day_out_of_all_reason_is_refused(name: str, told: object) -> None:
    """Before 1970 and after 2199 no appliance that anybody asks about was bought, made or repaired."""
    assert _refusal(**{name: told}).startswith(f"{name}: ")
    assert "days run from 1970-01-01 through 2199-12-31" in _refusal(**{name: told})


@pytest.mark.parametrize("on", ["1969-12-31", "2200-01-01", "9999-12-31"])
def test_no_case_is_decided_on_a_day_out_of_all_reason(on: str) -> None:
    """The day of the decision has the same bounds."""
    assert _refusal(on=on) == f"on: {on!r} cannot be; days run from 1970-01-01 through 2199-12-31"


def test_a_case_may_stand_on_the_first_and_the_last_day() -> None:
    """The bounds themselves are days, and the longest card of the last day does not lead out of the calendar."""
    told = {"brand": "mijia", "product": "washer", "card_months": 1200}
    first, last = (_read(on=day, purchased=day, **told) for day in ("1970-01-01", "2199-12-31"))
    assert first.on == date(1970, 1, 1)
    assert decide(last, load()).until == (date(2299, 12, 31), date(2299, 12, 31))


def test_never_repaired_is_a_fact() -> None:
    """Who says that it was never repaired has told something: the case is not the untold one."""
    assert _read(repaired="never").repaired == NEVER
    assert _read(repaired="never", presume=False) != _read(presume=False)


@pytest.mark.parametrize("name", ["purchased", "made"])
def test_only_a_repair_may_never_have_been(name: str) -> None:
    """What nobody presumes to be never cannot be told so."""
    assert _refusal(**{name: "never"}) == f"{name}: 'never' is no day; write 2024-03-01, 2024-03 or 2024"

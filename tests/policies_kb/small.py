"""A small vocabulary of its own, and strategies for random knowledges and cases over it and over the real one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from policies_kb.calendar import NEVER, DayRange, Length, add_months
from policies_kb.case import Case
from policies_kb.catalog import Catalog, Part, Product, Word
from policies_kb.effects import Effect, Exclusion, Requires, Scope, Span, StartsFrom, Term
from policies_kb.model import Clause, Fact, Implication, Knowledge, KnownBy, Source, Suspicion, ValueKind

BRAND, OTHER = "acme", "umbra"
CATALOG = Catalog(
    brands={slug: Word(slug, slug) for slug in (BRAND, OTHER)},
    products={
        "stove": Product("stove", "灶"),
        "gas_stove": Product("gas_stove", "燃气灶", parent="stove"),
        "lamp": Product("lamp", "灯"),
    },
    parts={
        "motor": Part("motor", "电机", core=True),
        "board": Part("board", "主板", core=True),
        "battery": Part("battery", "电池"),
        "knob": Part("knob", "旋钮"),
    },
    faults={},
)


def _word_fact(name: str, ask: int, values: str, presumed: str | None, **more: Any) -> Fact:
    words = {slug: Word(slug, slug) for slug in values.split()}
    return Fact(name, name, KnownBy.CUSTOMER, ValueKind.WORD, ask, presumed=presumed, values=words, **more)


_FACTS = (
    Fact("brand", "品牌", KnownBy.CUSTOMER, ValueKind.CATALOG, 10, values=CATALOG.brands),
    Fact("product", "产品", KnownBy.CUSTOMER, ValueKind.CATALOG, 20, values=CATALOG.products),
    Fact("part", "部件", KnownBy.INSPECTION, ValueKind.CATALOG, values=CATALOG.parts),
    Fact("purchased", "购买日期", KnownBy.CUSTOMER, ValueKind.DAY, 30),
    Fact("made", "出厂日期", KnownBy.DOCUMENT, ValueKind.DAY),
    Fact("card_months", "保修卡", KnownBy.DOCUMENT, ValueKind.MONTHS),
    _word_fact("proof", 40, "invoice other_proof none", "invoice"),
    _word_fact("use", 50, "household business", "household"),
    _word_fact(
        "cause",
        55,
        "quality liquid consumable unauthorised_repair",
        "quality",
        suspects=(
            Suspicion({"opened_by": frozenset({"owner"})}, ("unauthorised_repair",)),
            Suspicion({"part": frozenset({"battery"})}, ("consumable",)),
        ),
        implies=(Implication(("unauthorised_repair",), "opened_by", ("owner",)),),
    ),
    _word_fact("opened_by", 60, "nobody owner official", "nobody"),
    _word_fact("installed_by", 75, "official other", None),
    Fact("repaired", "上次维修", KnownBy.CUSTOMER, ValueKind.DAY, 90, presumed="never"),
    _word_fact("same_fault", 95, "yes no", None),
    _word_fact("extended", 100, "none official", "none"),
)
FACTS = {fact.name: fact for fact in _FACTS}
WORDS = [fact for fact in _FACTS if fact.kind is ValueKind.WORD]


def knowledge(*clauses: Clause) -> Knowledge:
    """A knowledge of these clauses over the small vocabulary."""
    return Knowledge(CATALOG, FACTS, {c.id: c for c in clauses}, {}, {}, {}, digest="small")


def clause(name: str, effect: Effect, **more: Any) -> Clause:
    """A clause of the small brand on all products, unless said otherwise."""
    more = {"brand": BRAND, "topic": "warranty", "products": ("all",), **more}
    when = {fact: frozenset(values) for fact, values in more.pop("when", {}).items()}
    source = (Source("acme", (1,)),)
    return Clause(id=f"{more['brand']}.{name}", says=name, effect=effect, sources=source, when=when, **more)


def months(low: int, high: int | None = None) -> Span:
    """A span of months, exact unless two figures are given."""
    return Span(Length(months=low), Length(months=high or low))


def term(low: int, high: int | None = None, scope: Scope = Scope.WHOLE_UNIT, **more: Any) -> Term:
    """A term in months; a range is decided by the warranty card."""
    return Term(scope, months(low, high), decided_by="warranty_card" if high else None, **more)


# --- random knowledges --------------------------------------------------------------------------

_FIGURES = st.sampled_from([1, 2, 3, 6, 12])
_SPANS = st.one_of(
    _FIGURES.map(months),
    st.tuples(_FIGURES, _FIGURES).map(lambda pair: months(min(pair), max(pair))),
    st.sampled_from([30, 90]).map(lambda n: Span(Length(days=n), Length(days=n))),
    st.just(Span(None, None)),
)
_SCOPES = st.sampled_from([Scope.WHOLE_UNIT] * 3 + [Scope.PARTS, Scope.REPAIR, Scope.EXTENSION])


@st.composite
def _terms(draw: st.DrawFn) -> Term:
    scope, span = draw(_SCOPES), draw(_SPANS)
    if scope is not Scope.PARTS:
        return Term(scope, span, decided_by="warranty_card")
    parts = draw(st.sets(st.sampled_from(["motor", "board", "knob"]), max_size=2))
    return Term(scope, span, tuple(sorted(parts)), open=draw(st.booleans()), decided_by="manual")


_EFFECTS = st.one_of(
    _terms(),
    _terms(),
    st.builds(Exclusion, certain=st.booleans(), decided_by=st.just("inspection")),
    st.builds(
        Requires,
        fact=st.just("proof"),
        values=st.sampled_from([frozenset({"invoice"}), frozenset({"invoice", "other_proof"})]),
    ),
    st.builds(StartsFrom, date=st.sampled_from(["purchased", "made"]), plus_months=st.sampled_from([0, 2])),
)
_CONDITIONS = {
    fact.name: st.sets(st.sampled_from(list(fact.values)), min_size=1, max_size=2).map(frozenset) for fact in WORDS
}
_EDGE = date(2026, 3, 1)
_WINDOWS = st.sampled_from([(None, None)] * 5 + [(_EDGE, None), (None, _EDGE)])


@st.composite
def effects_with_conditions(draw: st.DrawFn) -> dict[str, Any]:
    """An effect and where it holds; an exclusion always has a condition, as the loader demands."""
    effect = draw(_EFFECTS)
    least = 1 if isinstance(effect, Exclusion) else 0
    names = draw(st.lists(st.sampled_from(list(_CONDITIONS)), min_size=least, max_size=2))
    if isinstance(effect, Requires):
        names = [name for name in names if name != effect.fact]
    return {
        "effect": effect,
        "when": {name: draw(_CONDITIONS[name]) for name in names},
        "bought": draw(_WINDOWS),
        "products": draw(st.sampled_from([("all",), ("all",), ("stove",), ("gas_stove",)])),
    }


@st.composite
def knowledges(draw: st.DrawFn) -> Knowledge:
    """A few random clauses of one brand, some of them in conflict groups.

    As in every real brand rules on where a period starts contradict one another.
    """
    drawn = draw(st.lists(effects_with_conditions(), min_size=1, max_size=5))
    effects = [made["effect"] for made in drawn]
    names = st.sampled_from([None, None, "first", "second"])
    groups = ["start" if isinstance(effect, StartsFrom) else draw(names) for effect in effects]
    clauses = [
        clause(f"c{i}", conflict=group, **made) for i, (made, group) in enumerate(zip(drawn, groups, strict=True))
    ]
    return knowledge(*clauses)


# --- random cases -------------------------------------------------------------------------------

_TODAY = st.dates(date(2026, 1, 1), date(2028, 12, 31))


def draw_case(data: st.DataObject, kb: Knowledge, brand: str, *, presume: bool = True) -> Case:
    """A case of the brand with few facts told if the rest is presumed, and most told if not."""
    draw = data.draw
    on = draw(_TODAY)
    bought = draw(st.none() | _ranges(on))
    before = bought.first if bought else on - timedelta(days=400)
    words = [f for f in kb.facts.values() if f.kind is ValueKind.WORD]
    names = draw(st.sets(st.sampled_from([f.name for f in words]), max_size=3))
    repairs = st.integers(0, 400).map(lambda ago: _repair(bought, on, ago))
    told = names if presume else {f.name for f in words} - names
    return Case(
        on=on,
        brand=brand,
        product=draw(st.none() | st.sampled_from(list(kb.catalog.products))),
        part=draw(st.none() | st.sampled_from(list(kb.catalog.parts))),
        purchased=bought,
        made=draw(_seldom(_made(before, on))),
        repaired=draw(_seldom(repairs) if presume else st.none() | st.just(NEVER) | repairs),
        card_months=draw(_seldom(st.sampled_from([2, 6, 12, 18, 24]))),
        facts={f.name: draw(_values(f)) for f in words if f.name in told},
        presume=presume,
    )


@st.composite
def _made(draw: st.DrawFn, bought: date, on: date) -> DayRange:
    """A day before the purchase, or some days that may reach beyond it."""
    first = bought - timedelta(days=draw(st.integers(0, 200)))
    return DayRange(first, min(first + timedelta(days=draw(st.sampled_from([0, 0, 30, 300]))), on))


def _values(fact: Fact) -> st.SearchStrategy[str]:
    usual = [fact.presumed] if fact.presumed else []
    return st.sampled_from([*usual, *fact.values])


@st.composite
def _ranges(draw: st.DrawFn, on: date) -> DayRange:
    """A day or some days of the past, mostly near a day from which a usual period just reaches."""
    back = st.sampled_from([0, 1, 2, 3, 5, 6, 12, 15, 24, 36, 60, 96, 120])
    first = add_months(on, -draw(back)) + timedelta(days=draw(st.integers(-3, 3)))
    if draw(st.booleans()):
        return _day(min(first, on))
    length = draw(st.sampled_from([1, 30, 90, 400]))
    return DayRange(min(first, on), min(first + timedelta(days=length), on))


def _seldom(some: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.none(), st.none(), some)


def _day(day: date) -> DayRange:
    return DayRange.of(day)


def _repair(bought: DayRange | None, on: date, ago: int) -> DayRange:
    since = bought.first if bought else date(2000, 1, 1)
    return DayRange.of(max(since, on - timedelta(days=ago)))


def draw_brand(data: st.DataObject, kb: Knowledge) -> str:
    """One of the brands that the knowledge has clauses of."""
    return data.draw(st.sampled_from(sorted({clause.brand for clause in kb.clauses.values()})))

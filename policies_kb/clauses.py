"""One clause of a YAML file → `Clause`: its keys, its typed effect, its conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

from policies_kb.calendar import Length
from policies_kb.catalog import Catalog
from policies_kb.effects import (
    Amount,
    Benefit,
    Effect,
    Exclusion,
    Fee,
    Info,
    Promise,
    Requires,
    Scope,
    Span,
    StartsFrom,
    Term,
    Within,
)
from policies_kb.model import Clause, Condition, Fact, Flag, Source, ValueKind
from policies_kb.reading import Node, optional, suggestion

_KEYS = ["when", "valid", "flags", "reading", "conflict", "rule", "asks", "facts", "article"]
DECIDED_BY = (
    "warranty_card",
    "serial_query",
    "contract",
    "repair_sheet",
    "manual",
    "inspection",
    "brand",
)
EVENTS = [
    "visit",
    "inspection",
    "decline_quote",
    "cancel",
    "repair",
    "parts",
    "labour",
    "shipping",
    "height",
    "carrying",
    "unrepaired",
    "extra_item",
    "after_warranty",
    "installation",
    "maintenance",
    "consult",
    "quote_first",
    "price_list",
    "itemised_bill",
    "private_payment",
]
DUTIES = [
    "respond",
    "arrive",
    "arrive_early",
    "late_notice",
    "resolve_complaint",
    "follow_up",
    "track_dissatisfaction",
    "refund",
    "free_redo",
    "quote_before_work",
    "consent",
    "itemised_bill",
    "return_parts",
    "tidy_up",
    "identify",
    "conduct",
    "privacy",
    "record",
    "accept_test",
    "protect_home",
    "keep_appointment",
    "parts_quality",
    "report_up",
    "advise",
    "other",
]
UNITS = ("minutes", "hours", "days", "working_days", "months", "years")
# What a promise counts from, where its source names it: the ticket's state that begins then.
AFTER = ("dispatched",)
Window = tuple[date | None, date | None]
# A condition that is no fact of a case: whether the repair falls inside the free warranty (fees turn on it).
COVERAGE = ("in", "out")


def read_clauses(node: Node, brand: str, topic: str, catalog: Catalog, facts: Mapping[str, Fact]) -> Iterable[Clause]:
    """The clauses of one file, those with problems left out (the problems are recorded)."""
    for item in node.items():
        clause = _Reader(catalog, facts).clause(item, brand, topic)
        if clause is not None:
            yield clause


class _Reader:
    def __init__(self, catalog: Catalog, facts: Mapping[str, Fact]) -> None:
        self.catalog, self.facts = catalog, facts
        self.effects: dict[str, Callable[[dict[str, Node]], Effect]] = {
            "term": self._term,
            "exclusion": self._exclusion,
            "requires": self._requires,
            "starts_from": self._starts_from,
            "fee": self._fee,
            "benefit": lambda k: Benefit(k["gives"].text(), optional(k, "within", read_within, None)),
            "promise": self._promise,
            "info": lambda k: Info(),
        }

    def clause(self, node: Node, brand: str, topic: str) -> Clause | None:
        keys = node.mapping(required=["id", "products", "says", "effect", "sources"], optional=_KEYS)
        if not {"id", "products", "says", "effect", "sources"} <= keys.keys():
            return None
        effect = self._effect(keys["effect"])
        if effect is None:
            return None
        when, bought = optional(keys, "when", self._when, ({}, (None, None)))
        valid = optional(keys, "valid", _day_window, (None, None))
        if isinstance(effect, Exclusion) and not when:
            node.wrong("an exclusion needs `when`")
        if "coverage" in when and isinstance(effect, Term | Exclusion | Requires | StartsFrom):
            keys["when"].wrong("`coverage` is what this effect decides; only a fee or an answer can turn on it")
        if bought != (None, None) and valid != (None, None):
            keys["valid"].wrong("stands beside `when.purchased`; one of them is enough")
        place = f"{brand}.{topic}" if topic != brand else brand
        return Clause(
            id=f"{place}.{keys['id'].text()}",
            brand=brand,
            topic=topic,
            products=keys["products"].some_of({**self.catalog.products, "all": None}),
            says=keys["says"].text(),
            effect=effect,
            sources=tuple(_source(item) for item in keys["sources"].items(least=1)),
            when=when,
            bought=bought if bought != (None, None) else valid,
            flags=tuple(Flag(f) for f in optional(keys, "flags", _flags, ()) if f) or (Flag.OK,),
            reading=optional(keys, "reading", _reading, {}),
            conflict=optional(keys, "conflict", Node.text, None),
            rule=f"{place}.{keys['rule'].text()}" if "rule" in keys else None,
            asks=optional(keys, "asks", Node.texts, ()),
            facts=optional(keys, "facts", Node.texts, ()),
            article=optional(keys, "article", Node.text, None),
        )

    def _effect(self, node: Node) -> Effect | None:
        found = node.entries()
        kind = found["kind"].one_of(self.effects) if "kind" in found else ""
        if kind not in self.effects:
            if "kind" not in found:
                node.wrong(f"kind is missing; allowed: {', '.join(self.effects)}")
            return None
        required, allowed = _EFFECT_KEYS[kind]
        keys = node.mapping(required=["kind", *required], optional=allowed)
        return self.effects[kind](keys) if set(required) <= keys.keys() else None

    def _term(self, keys: dict[str, Node]) -> Term:
        span, decided_by = _span(keys), optional(keys, "decided_by", _decided_by, None)
        if not span.exact and decided_by is None:
            keys["scope"].wrong("a term without one exact length needs `decided_by`")
        if {"months", "days"} <= keys.keys():
            keys["days"].wrong("stands beside `months`; a term has one length")
        scope = Scope(keys["scope"].one_of([s.value for s in Scope]) or "whole_unit")
        parts = optional(keys, "parts", lambda n: n.some_of(self.catalog.parts, least=0), ())
        is_open = optional(keys, "open", Node.flag, False)
        if (scope is Scope.PARTS) != bool(parts or is_open):
            keys["scope"].wrong("scope parts, and no other, needs `parts` or `open: true`")
        return Term(
            scope=scope,
            span=span,
            parts=parts,
            open=is_open,
            said=optional(keys, "said", Node.text, None),
            decided_by=decided_by,
        )

    def _exclusion(self, keys: dict[str, Node]) -> Exclusion:
        certain = optional(keys, "certainty", lambda n: n.one_of(["certain", "possible"]), "certain") == "certain"
        decided_by = optional(keys, "decided_by", _decided_by, None)
        if not certain and decided_by is None:
            keys["certainty"].wrong("a possible exclusion needs `decided_by`")
        return Exclusion(certain, decided_by)

    def _requires(self, keys: dict[str, Node]) -> Requires:
        fact = keys["fact"].one_of([n for n, fact in self.facts.items() if fact.kind is ValueKind.WORD])
        allowed = self.facts[fact].values if fact in self.facts else {}
        return Requires(fact, frozenset(keys["values"].some_of(allowed)))

    def _starts_from(self, keys: dict[str, Node]) -> StartsFrom:
        return StartsFrom(keys["date"].one_of(["purchased", "made"]), optional(keys, "plus_months", Node.whole, 0))

    def _fee(self, keys: dict[str, Node]) -> Fee:
        return Fee(
            event=keys["event"].one_of(EVENTS),
            amount=_amount(keys["amount"]),
            area=optional(keys, "area", lambda n: n.one_of(["urban", "remote", "any"]), "any"),
            payer=optional(keys, "payer", lambda n: n.one_of(["customer", "brand"]), "customer"),
        )

    def _promise(self, keys: dict[str, Node]) -> Promise:
        within = optional(keys, "within", read_within, None)
        return Promise(keys["duty"].one_of(DUTIES), within, optional(keys, "after", lambda n: n.one_of(AFTER), None))

    def _when(self, node: Node) -> tuple[Condition, Window]:
        """The conditions on facts, and apart from them the window of purchase days."""
        condition: dict[str, frozenset[str]] = {}
        bought: Window = (None, None)
        for name, values in node.entries().items():
            if name == "purchased":
                bought = _day_window(values)
            elif name == "coverage":
                condition[name] = frozenset(values.some_of(COVERAGE))
            elif name not in self.facts or self.facts[name].kind is not ValueKind.WORD:
                words = [n for n, fact in self.facts.items() if fact.kind is ValueKind.WORD]
                values.wrong(f"no such fact; {suggestion(name, words)}")
            else:
                condition[name] = frozenset(values.some_of(self.facts[name].values))
        return condition, bought


_EFFECT_KEYS: dict[str, tuple[list[str], list[str]]] = {
    "term": (["scope"], ["months", "days", "decided_by", "parts", "open", "said"]),
    "exclusion": ([], ["certainty", "decided_by"]),
    "requires": (["fact", "values"], []),
    "starts_from": (["date"], ["plus_months"]),
    "fee": (["event", "amount"], ["area", "payer"]),
    "benefit": (["gives"], ["within"]),
    "promise": (["duty"], ["within", "after"]),
    "info": ([], []),
}


def _decided_by(node: Node) -> str:
    return node.one_of(DECIDED_BY)


def _flags(node: Node) -> tuple[str, ...]:
    allowed = [flag.value for flag in Flag]
    return tuple(f for f in node.some_of(allowed) if f in allowed)


def _reading(node: Node) -> dict[str, str]:
    return {key: value.text() for key, value in node.mapping(required=["raw", "as"]).items()}


def _source(node: Node) -> Source:
    keys = node.mapping(required=["doc", "lines"])
    lines = tuple(n.whole(least=1) for n in keys["lines"].items()) if "lines" in keys else ()
    if not lines:
        node.wrong("a source needs at least one line")
    return Source(optional(keys, "doc", Node.text, ""), lines)


LONGEST = {"months": 600, "days": 18_000}  # fifty years: what lasts longer is a slip


def _low_high(node: Node, *, least: int = 1) -> tuple[int, int]:
    """A figure, or {from: …, to: …}."""
    if isinstance(node.value, dict):
        keys = node.mapping(required=["from", "to"])
        low, high = (optional(keys, key, lambda n: n.whole(least=least), least) for key in ("from", "to"))
        if low > high:
            node.wrong("`from` is greater than `to`")
        return low, high
    return (figure := node.whole(least=least)), figure


def _span(keys: dict[str, Node]) -> Span:
    for unit in ("months", "days"):
        if unit in keys:
            low, high = _low_high(keys[unit])
            if high > LONGEST[unit]:
                keys[unit].wrong(f"is longer than {LONGEST[unit]} {unit}")
                return Span(None, None)
            return Span(Length(**{unit: low}), Length(**{unit: high}))
    return Span(None, None)


def read_within(node: Node, units: tuple[str, ...] = UNITS) -> Within | None:
    """A length of time, {hours: 24} or {days: {from: 3, to: 7}}."""
    keys = node.mapping(optional=units)
    if len(keys) != 1:
        node.wrong(f"needs exactly one of {', '.join(units)}")
        return None
    (unit, value), *_ = keys.items()
    return Within(unit, *_low_high(value))


def _amount(node: Node) -> Amount:
    if node.value == "free":
        return Amount(Decimal(0), Decimal(0))
    if node.value == "quoted":
        return Amount(None, None)
    low, high = _low_high(node)
    return Amount(Decimal(low), Decimal(high))


def _day_window(node: Node) -> Window:
    keys = node.mapping(optional=["from", "to"])
    first, last = (optional(keys, key, Node.day, None) for key in ("from", "to"))
    if first and last and last < first:
        node.wrong(f"ends ({last}) before it begins ({first})")
    return first, last

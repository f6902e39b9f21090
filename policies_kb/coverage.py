"""Is a fault covered? `decide(case, kb)` → Decision: pure, no clock, no I/O, no prose (DESIGN §4).

The customer's untold facts span *situations*; each situation yields the set of outcomes that the readings of
contradicting clauses, the documents and an inspection leave possible. All situations agree on one outcome → that one;
some situation would settle it → `need_facts`; none would → `conditional`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product as combinations
from typing import Any

from policies_kb.calendar import FAR_PAST, DayRange
from policies_kb.case import Case
from policies_kb.classes import Classes, classes_for
from policies_kb.model import Clause, Exclusion, Knowledge, Scope, Term, ValueKind
from policies_kb.rules import Outcome, Run, Situation, View, holds, rules_for

Outcomes = frozenset[Outcome]
SETTLED = {Outcome.COVERED, Outcome.NOT_COVERED, Outcome.NO_RULE}


@dataclass(frozen=True)
class Reason:
    """Why: `code` is excluded · perhaps_excluded · doubtful · in_term · past_term · depends ·
    advice; the clause that says so."""

    code: str
    clause: str


@dataclass(frozen=True)
class Reading:
    """One term as one source states it: the last covered day lies between the two days of `until`."""

    clause: str | None
    scope: Scope
    parts: tuple[str, ...]
    open: bool
    months: tuple[int | None, int | None]
    until: tuple[date, date] | None
    state: str  # in · out · depends


@dataclass(frozen=True)
class Citation:
    clause: str
    doc: str
    lines: tuple[int, ...]
    flags: tuple[str, ...]


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
    verdict = _Verdict(case, kb)
    outcome, missing = verdict.outcome, verdict.missing
    explanation = _Explanation() if missing else verdict.explanation()
    settled_by = verdict.settled_by() if outcome is Outcome.CONDITIONAL else ()
    return Decision(
        outcome=outcome,
        on=case.on,
        assuming=_assuming(case, kb, verdict),
        reasons=explanation.reasons,
        readings=explanation.readings,
        missing=missing,
        settled_by=settled_by,
        until=None if outcome is Outcome.NOT_COVERED and not explanation.readings else explanation.until,
        next_steps=_next_steps(outcome, settled_by),
        citations=explanation.citations,
    )


@dataclass(frozen=True)
class _Found:
    """What one situation yields in every reading, and the values that an inspection could still change."""

    situation: Situation
    hidden: tuple[tuple[str, str], ...]
    views: tuple[View, ...]

    @property
    def outcomes(self) -> Outcomes:
        return frozenset().union(*(view.outcomes for view in self.views))


class _Verdict:
    """The situations a case leaves open, and the outcomes of each."""

    def __init__(self, case: Case, kb: Knowledge) -> None:
        self.case, self.kb = case, kb
        self.classes = classes_for(kb, case.brand or "", case.product)
        self.words = {f.name: self._values(f.name) for f in kb.facts.values() if f.kind is ValueKind.WORD}
        self.spans: dict[str, tuple[Any, ...]] = {
            "product": (case.product,) if case.product else self.classes.products,
            "purchased": self.classes.days(self._bought_between(), case.on, case.card_months),
            "repaired": self._repair_days(),
            **self.words,
        }
        self._seen: dict[object, _Found] = {}
        self.table = {choice: self._outcomes(choice) for choice in combinations(*self.spans.values()) if self._consistent(choice)}
        self.outcome = _overall(self.table.values())
        self.missing = self._missing() if self.outcome is Outcome.NEED_FACTS else ()

    def _bought_between(self) -> DayRange:
        if self.case.purchased:
            return self.case.purchased
        first = self.case.made.first if self.case.made else FAR_PAST
        return DayRange(min(first, self.case.on), self.case.on)

    def _repair_days(self) -> tuple[date | None, ...]:
        if self.case.repaired:
            return self.classes.repair_days(self.case.repaired, self.case.on)
        if self.case.presume:
            return (None,)
        return (None, *self.classes.repair_days(self._bought_between(), self.case.on))

    def _values(self, name: str) -> tuple[str, ...]:
        """The told value, else the presumed one, else one of each class that the clauses tell apart."""
        fact, told = self.kb.facts[name], self.case.facts.get(name)
        if told is not None:
            return (told,)
        if self.case.presume and fact.presumed is not None and self._allowed(name, fact.presumed):
            return (fact.presumed,)
        return tuple(value for value in self.classes.values[name] if self._allowed(name, value))

    def _allowed(self, name: str, value: str) -> bool:
        """Whether a told fact leaves this value possible (who caused it settles who opened it)."""
        return all(
            value in link.must_be
            for other in self.kb.facts.values()
            for link in other.implies
            if link.fact == name and self.case.facts.get(other.name) in link.values
        )

    def _consistent(self, choice: tuple[Any, ...]) -> bool:
        named = dict(zip(self.spans, choice, strict=True))
        return all(
            named.get(link.fact) in link.must_be or link.fact in self.case.facts
            for fact in self.kb.facts.values()
            for link in fact.implies
            if named.get(fact.name) in link.values
        )

    def _outcomes(self, choice: tuple[Any, ...]) -> Outcomes:
        return frozenset().union(*(found.outcomes for found in self._found(choice)))

    def _found(self, choice: tuple[Any, ...]) -> Iterator[_Found]:
        """One choice of the customer's facts, spread over what only an inspection can tell: the part, who caused it."""
        product, purchased, repaired, *values = choice
        words = dict(zip(self.words, values, strict=True))
        if self.case.part is not None:
            words["part"] = self.case.part
        rules = rules_for(self.kb, self.case.brand or "", product)
        for hidden in self._suspected(words):
            mask = rules.all
            for name, value in {**words, **dict(hidden)}.items():
                mask &= rules.admitting(name, value)
            for part in self.classes.parts(self.case.part):
                key = (product, purchased, repaired, mask, hidden, part)
                if key not in self._seen:
                    here = Situation(self.case.on, purchased, part, self.case.made, repaired, self.case.card_months)
                    self._seen[key] = _Found(here, hidden, rules.views(mask, here))
                yield self._seen[key]

    def _suspected(self, words: Mapping[str, str]) -> list[tuple[tuple[str, str], ...]]:
        """The values that untold facts may have instead of the presumed one, once something hints at them."""
        if not self.case.presume:
            return [()]
        options = []
        for name, fact in self.kb.facts.items():
            values = [v for s in fact.suspects if holds(s.when, words) for v in s.values]
            if values and name not in self.case.facts:
                options.append([(name, value) for value in dict.fromkeys([words[name], *values])])
        return list(combinations(*options))

    def _missing(self) -> tuple[str, ...]:
        """The customer's facts of which another value could change what is possible, in the order of asking."""
        changing = set()
        for index, name in enumerate(self.spans):
            if len(self.spans[name]) < 2:
                continue
            seen: dict[tuple[Any, ...], Outcomes] = {}
            for choice, outcomes in self.table.items():
                if seen.setdefault(choice[:index] + choice[index + 1 :], outcomes) != outcomes:
                    changing.add(name)
                    break
        return tuple(sorted(changing, key=lambda name: self.kb.facts[name].ask))

    # -- why -----------------------------------------------------------------------------------------------------

    def _all_views(self) -> list[tuple[_Found, View]]:
        return [(found, view) for found in self._seen.values() for view in found.views]

    def explanation(self) -> _Explanation:
        views = self._all_views()
        excluding = _unique(c for _, view in views for c in view.excluding)
        doubting = _unique(c for _, view in views for c in view.doubting)
        if self.outcome is Outcome.NOT_COVERED and all(view.excluding for _, view in views):
            reasons = tuple(Reason("excluded", c.id) for c in excluding)
            return _Explanation(reasons=reasons, citations=_citations(excluding))
        readings = self._readings(views)
        states = {"in": "in_term", "out": "past_term", "depends": "depends"}
        reasons = (
            *(Reason("perhaps_excluded", c.id) for c in excluding),
            *(Reason("doubtful", c.id) for c in doubting),
            *(Reason(states[r.state], r.clause) for r in readings if r.clause),
        )
        advice = self._advice(views)
        reasons = (*reasons, *(Reason("advice", c.id) for c in advice))
        used = (*excluding, *doubting, *self._starts(views), *(self.kb.clauses[r.clause] for r in readings if r.clause))
        return _Explanation(reasons, readings, self._until(views), _citations(_unique((*used, *advice))))

    def _advice(self, views: list[tuple[_Found, View]]) -> tuple[Clause, ...]:
        """What the sources say besides of just these circumstances: clauses that decide nothing but whose condition holds
        by what was told."""
        told = set(self.case.facts)
        wanted = {"all", *(self.kb.catalog.lineage(self.case.product) if self.case.product else ())}
        return tuple(
            clause
            for clause in self.kb.of_brand(self.case.brand or "")
            if clause.answerable and clause.effect.kind in ("info", "benefit") and wanted & set(clause.products)
            if clause.when and set(clause.when) <= told and holds(clause.when, self.case.facts)
        )

    def _starts(self, views: list[tuple[_Found, View]]) -> tuple[Clause, ...]:
        """Rules on where the period starts that contradict something else here."""
        return _unique(c for _, view in views for c in view.taken if c.effect.kind == "starts_from")

    def _readings(self, views: list[tuple[_Found, View]]) -> tuple[Reading, ...]:
        by_clause: dict[str | None, list[Run]] = {}
        for _, view in views:
            for run in view.runs:
                by_clause.setdefault(run.clause.id if run.clause else None, []).append(run)
        return tuple(self._reading(runs) for runs in by_clause.values())

    def _reading(self, runs: list[Run]) -> Reading:
        clause, on = runs[0].clause, self.case.on
        term = clause.effect if clause and isinstance(clause.effect, Term) else None
        if all(run.first and on <= run.first for run in runs):
            state = "in"
        else:
            state = "depends" if any(run.may_cover(on) for run in runs) else "out"
        months = (self.case.card_months,) * 2
        if term:
            months = tuple(length.months if length else None for length in (term.span.shortest, term.span.longest))
        return Reading(
            clause=clause.id if clause else None,
            scope=runs[0].scope,
            parts=term.parts if term else (),
            open=bool(term and term.open),
            months=months,  # type: ignore[arg-type]
            until=self._span_of(runs),
            state=state,
        )

    def _until(self, views: list[tuple[_Found, View]]) -> tuple[date, date] | None:
        """The last covered day over the readings: of the part that was named, else of the whole unit."""
        ends: list[Run] = []
        for _, view in views:
            runs = [r for r in view.runs if self.case.part is not None or r.scope is not Scope.PARTS]
            if runs:
                ends.append(_longest(runs))
        return self._span_of(ends)

    def _span_of(self, runs: list[Run]) -> tuple[date, date] | None:
        if self.case.purchased is None and self.case.repaired is None:
            return None
        firsts, lasts = [r.first for r in runs], [r.last for r in runs]
        if not runs or None in firsts or None in lasts:  # type: ignore[type-var]
            return None
        return min(firsts), max(lasts)  # type: ignore[type-var, return-value]

    def settled_by(self) -> tuple[str, ...]:
        """What would decide: each thing that, held to one value, would change what is possible."""
        deciders: dict[str, None] = {}
        views = self._all_views()
        for _, view in views:
            for run in view.runs:
                if run.clause and isinstance(run.clause.effect, Term) and self._wavers(run, view):
                    deciders[run.clause.effect.decided_by or "warranty_card"] = None
            for clause in view.doubting if Outcome.COVERED in view.outcomes else ():
                deciders[getattr(clause.effect, "decided_by", None) or "brand"] = None
        for clause in _unique(c for group in _disagreeing(views) for c in group):
            deciders[_decider(clause)] = None
        if _differ(views, lambda found: found.situation.part) or _differ(views, lambda found: found.hidden):
            deciders["inspection"] = None
        return tuple(deciders)

    def _wavers(self, run: Run, view: View) -> bool:
        """Whether this run alone leaves both outcomes possible."""
        both = {Outcome.COVERED, Outcome.NOT_COVERED} <= view.outcomes
        return both and run.may_cover(self.case.on) and not run.must_cover(self.case.on)


@dataclass(frozen=True)
class _Explanation:
    reasons: tuple[Reason, ...] = ()
    readings: tuple[Reading, ...] = ()
    until: tuple[date, date] | None = None
    citations: tuple[Citation, ...] = ()


def _overall(table: Iterable[Outcomes]) -> Outcome:
    found = [_of_situation(outcomes) for outcomes in table]
    if len(set(found)) == 1:
        return found[0]
    return Outcome.NEED_FACTS if SETTLED & set(found) else Outcome.CONDITIONAL


def _of_situation(outcomes: Outcomes) -> Outcome:
    if Outcome.NO_RULE in outcomes:  # silent sources: no exclusion that is only possible makes it a refusal
        return Outcome.CONDITIONAL if Outcome.COVERED in outcomes else Outcome.NO_RULE
    return next(iter(outcomes)) if len(outcomes) == 1 else Outcome.CONDITIONAL


def _assuming(case: Case, kb: Knowledge, verdict: _Verdict) -> dict[str, str]:
    """The presumptions without which the outcome could be another, in the order of asking."""
    if not case.presume:
        return {}
    presumed = [f for f in kb.facts.values() if f.presumed is not None and f.name not in case.facts]
    found = {}
    for fact in sorted(presumed, key=lambda fact: fact.ask):
        if fact.name == "repaired" and case.repaired:
            continue
        now = _signature(verdict)
        if any(_signature(_Verdict(other, kb)) != now for other in _alternatives(case, fact.name, verdict.classes)):
            found[fact.name] = fact.presumed or ""
    return found


def _signature(verdict: _Verdict) -> tuple[Outcome, frozenset[Outcomes]]:
    return verdict.outcome, frozenset(verdict.table.values()) if verdict.missing else frozenset()


def _alternatives(case: Case, name: str, classes: Classes) -> Iterator[Case]:
    """The case as it would be, had the customer told another value of this fact."""
    if name == "repaired":  # the likeliest to change anything: the same fault, repaired only now
        if "same_fault" in case.facts:
            yield replace(case, repaired=DayRange.of(case.on))
        else:
            yield replace(case.learn("same_fault", "yes"), repaired=DayRange.of(case.on))
        return
    for value in classes.values[name]:
        yield case.learn(name, value)


def _untold(case: Case, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if getattr(case, name) is None)


def _longest(runs: list[Run]) -> Run:
    """The best that one reading offers: the latest certain end, and the latest possible one."""
    firsts = [r.first for r in runs if r.surely]
    lasts = [r.last for r in runs]
    return Run(
        None,
        runs[0].scope,
        None if None in firsts or not firsts else max(firsts),  # type: ignore[type-var]
        None if None in lasts else max(lasts),  # type: ignore[type-var]
    )


def _disagreeing(views: list[tuple[_Found, View]]) -> Iterator[tuple[Clause, ...]]:
    """The clauses of each conflict group whose choice makes a difference."""
    groups = {clause.conflict for _, view in views for clause in view.taken}
    for group in groups:
        by_choice: dict[str, set[Outcomes]] = {}
        members: dict[str, Clause] = {}
        for _, view in views:
            chosen = next((c for c in view.taken if c.conflict == group), None)
            by_choice.setdefault(chosen.id if chosen else "", set()).add(view.outcomes)
            if chosen:
                members[chosen.id] = chosen
        if len({frozenset(outcomes) for outcomes in by_choice.values()}) > 1:
            yield tuple(members.values())


def _differ(views: list[tuple[_Found, View]], by: Callable[[_Found], object]) -> bool:
    seen: dict[object, set[Outcome]] = {}
    for found, view in views:
        seen.setdefault(by(found), set()).update(view.outcomes)
    return len({frozenset(outcomes) for outcomes in seen.values()}) > 1


def _decider(clause: Clause) -> str:
    effect = clause.effect
    if isinstance(effect, Term):
        return effect.decided_by or ("repair_sheet" if effect.scope is Scope.REPAIR else "warranty_card")
    if isinstance(effect, Exclusion):
        return effect.decided_by or ("brand" if "proof" in clause.when else "inspection")
    return "brand"


def _next_steps(outcome: Outcome, settled_by: tuple[str, ...]) -> tuple[str, ...]:
    if outcome is Outcome.COVERED:
        return ("bring_proof", "book_repair")
    if outcome is Outcome.NOT_COVERED:
        return ("paid_repair",)
    if outcome is Outcome.CONDITIONAL:
        cards = tuple({"warranty_card": "read_card", "serial_query": "tell_serial"}.get(d, "") for d in settled_by)
        return (*(card for card in cards if card), "book_check")
    return ("book_check",) if outcome is Outcome.NO_RULE else ()


def _unique(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    return tuple({clause.id: clause for clause in clauses}.values())


def _citations(clauses: Iterable[Clause]) -> tuple[Citation, ...]:
    return tuple(
        Citation(clause.id, source.doc, source.lines, tuple(flag.value for flag in clause.flags))
        for clause in clauses
        for source in clause.sources
    )


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


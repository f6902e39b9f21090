"""Why a case comes out as it does: reasons, each source's reading of each term, days, and what would settle it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from policies_kb.effects import Exclusion, Scope, Term
from policies_kb.model import Clause, Knowledge
from policies_kb.periods import Outcome, Outcomes, Run
from policies_kb.rules import View, holds
from policies_kb.situations import Found, Situations


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
class Explanation:
    """What a decision says besides its outcome."""

    reasons: tuple[Reason, ...] = ()
    readings: tuple[Reading, ...] = ()
    until: tuple[date, date] | None = None
    citations: tuple[Citation, ...] = ()


class Explainer:
    """Reads the reasons out of the situations of a case."""

    def __init__(self, situations: Situations) -> None:
        self.situations = situations
        self.case, self.kb, self.outcome = situations.case, situations.kb, situations.outcome
        self.views = [(found, view) for found in situations.found() for view in found.views]

    def explanation(self) -> Explanation:
        views = self.views
        excluding = _unique(c for _, view in views for c in view.excluding)
        doubting = _unique(c for _, view in views for c in view.doubting)
        if self.outcome is Outcome.NOT_COVERED and all(view.excluding for _, view in views):
            reasons = tuple(Reason("excluded", c.id) for c in excluding)
            return Explanation(reasons=reasons, citations=self._citations(excluding))
        readings = self._readings(views)
        states = {"in": "in_term", "out": "past_term", "depends": "depends"}
        reasons = (
            *(Reason("perhaps_excluded", c.id) for c in excluding),
            *(Reason("doubtful", c.id) for c in doubting),
            *(Reason(states[r.state], r.clause) for r in readings if r.clause),
        )
        advice = self._advice()
        reasons = (*reasons, *(Reason("advice", c.id) for c in advice))
        used = (
            *excluding,
            *doubting,
            *self._starts(views),
            *(self.kb.clauses[r.clause] for r in readings if r.clause),
        )
        return Explanation(reasons, readings, self._until(views), self._citations(_unique((*used, *advice))))

    def _citations(self, clauses: Iterable[Clause]) -> tuple[Citation, ...]:
        cited = _cited(self.kb)
        return tuple(citation for clause in clauses for citation in cited[clause.id])

    def _advice(self) -> tuple[Clause, ...]:
        """What the sources say besides of just these circumstances: clauses that decide nothing, whose condition
        holds by what was told."""
        advising = _advising(self.kb, self.case.brand or "", self.case.product)
        return tuple(clause for clause in advising if holds(clause.when, self.case.facts))

    def _starts(self, views: list[tuple[Found, View]]) -> tuple[Clause, ...]:
        """Rules on where the period starts that contradict something else here."""
        return _unique(c for _, view in views for c in view.taken if c.effect.kind == "starts_from")

    def _readings(self, views: list[tuple[Found, View]]) -> tuple[Reading, ...]:
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
        low = high = self.case.card_months
        if term:
            low, high = (length.months if length else None for length in (term.span.shortest, term.span.longest))
        return Reading(
            clause=clause.id if clause else None,
            scope=runs[0].scope,
            parts=term.parts if term else (),
            open=bool(term and term.open),
            months=(low, high),
            until=self._span_of(runs),
            state=state,
        )

    def _until(self, views: list[tuple[Found, View]]) -> tuple[date, date] | None:
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
        if not runs or None in firsts or None in lasts:
            return None
        return min(firsts), max(lasts)  # type: ignore[type-var, return-value]

    def settled_by(self) -> tuple[str, ...]:
        """What would decide: each thing that, held to one value, would change what is possible."""
        deciders: dict[str, None] = {}
        views = self.views
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
        open_ = Outcome.COVERED in view.by_terms and len(view.by_terms) > 1
        return open_ and run.may_cover(self.case.on) and not run.must_cover(self.case.on)


@lru_cache(maxsize=512)
def _advising(kb: Knowledge, brand: str, product: str | None) -> tuple[Clause, ...]:
    wanted = {"all", *(kb.catalog.lineage(product) if product else ())}
    advising = (c for c in kb.of_brand(brand) if c.answerable and c.when and c.effect.kind in ("info", "benefit"))
    return tuple(clause for clause in advising if not wanted.isdisjoint(clause.products))


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


def _disagreeing(views: list[tuple[Found, View]]) -> Iterator[tuple[Clause, ...]]:
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


def _differ(views: list[tuple[Found, View]], by: Callable[[Found], object]) -> bool:
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


def _unique(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    return tuple({clause.id: clause for clause in clauses}.values())


@lru_cache(maxsize=8)
def _cited(kb: Knowledge) -> dict[str, tuple[Citation, ...]]:
    """The lines that each clause stands on: the same in every decision."""
    return {
        clause.id: tuple(
            Citation(clause.id, source.doc, source.lines, tuple(flag.value for flag in clause.flags))
            for source in clause.sources
        )
        for clause in kb.clauses.values()
    }

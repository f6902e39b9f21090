"""A coverage decision in words: how old it is, what each scope's readings say, what was presumed, what settles it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from bot.wording import speech
from bot.wording.card import Card
from bot.wording.sentences import entry, replies, sentence
from policies_kb.coverage import Decision, Reading
from policies_kb.effects import Scope, Term
from policies_kb.model import Clause, Knowledge
from policies_kb.rules import Outcome


def verdict(
    kb: Knowledge,
    decision: Decision,
    known: Mapping[str, Any],
    *,
    brief: bool = False,
    noted: bool = False,
    offer: bool = True,
) -> Card:
    """The card of a decision. `brief`: the terms alone, as the rest was said before or a booking follows in the same
    breath; `noted`: not even these, as they were said just now and stand; `offer`: whether to offer a booking."""
    words = _Verdict(kb, decision, known)
    text = words.short() if noted else words.brief(offer=offer) if brief else words.full(offer=offer)
    return Card(
        type="coverage",
        text=text,
        replies=words.replies() if offer else (),
        outcome=decision.outcome.value,
        until=_until(decision),
        assuming=decision.assuming,
        missing=decision.missing,
        citations=tuple(_citation(kb, c) for c in decision.to_json()["citations"]),
    )


def _until(decision: Decision) -> tuple[str, str] | None:
    """The days a card shows as 保到; none where they are over and something else is what may still be covered."""
    if decision.until is None or (decision.until[1] < decision.on and decision.outcome is not Outcome.NOT_COVERED):
        return None
    first, last = decision.until
    return first.isoformat(), last.isoformat()


def sources(kb: Knowledge, decision: Decision) -> Card:
    """Where each part of a verdict stands."""
    return sources_of(kb, [_citation(kb, c) for c in decision.to_json()["citations"]])


def sources_of(kb: Knowledge, citations: Sequence[Mapping[str, Any]]) -> Card:
    """Where what was told stands, a line a source."""
    cited = tuple(dict(citation) for citation in citations)
    words = entry("coverage.flags")
    lines = "\n".join(
        sentence(
            "coverage.source_line",
            doc=kb.documents[c["doc"]].title,
            lines="、".join(map(str, c["lines"])),
            says=c["says"],
            flags="".join(words[flag] for flag in c["flags"] if flag in words),
        )
        for c in cited
    )
    return Card("answer", sentence("coverage.sources", lines=lines), citations=cited)


def question(kb: Knowledge, slot: str, decision: Decision) -> Card:
    """The question for a missing fact, with quick replies."""
    path = f"coverage.ask.{slot}"
    return Card(
        "ask",
        sentence(path),
        replies(path),
        outcome=decision.outcome.value,
        missing=decision.missing,
    )


def _citation(kb: Knowledge, citation: dict[str, Any]) -> dict[str, Any]:
    return {**citation, "says": kb.clauses[citation["clause"]].says}


#: Facts of which an inspection can tell whether the fault comes from them; of a lost invoice it tells nothing.
AN_ENGINEER_SEES = frozenset({"cause", "opened_by", "installed_by", "part", "fault", "use"})


class _Verdict:
    def __init__(self, kb: Knowledge, decision: Decision, known: Mapping[str, Any]) -> None:
        self.kb, self.decision, self.known = kb, decision, known

    def full(self, *, offer: bool) -> str:
        parts = [self._age(), *self._body(), self._assuming(), self._note(), self._next() if offer else ""]
        return "".join(part for part in parts if part)

    def brief(self, *, offer: bool) -> str:
        return "".join([*self._body(), self._next() if offer else ""])

    def short(self) -> str:
        return self._next()

    def replies(self) -> tuple[str, ...]:
        words = entry("coverage.replies")
        steps = self.decision.next_steps
        cards = [words["card"]] if "read_card" in steps and not self.known.get("no_card") else []
        return (words["source"], *cards, words["book"])

    # -- the sentences, in order ---------------------------------------------------------------------------------

    def _age(self) -> str:
        bought = self.known.get("purchased")
        product = speech.name_of(self.kb, "product", self.known.get("product"))
        if not bought or not product or self._excluded():
            return ""
        told = tuple(date.fromisoformat(day) for day in bought)
        return sentence("coverage.verdict.age", product=product, age=speech.age(told, self.decision.on))  # type: ignore[arg-type]

    def _body(self) -> list[str]:
        if self._excluded():
            return [self._exclusions("excluded")]
        if self.decision.outcome is Outcome.NO_RULE:
            product = speech.name_of(self.kb, "product", self.known.get("product"))
            return [sentence("coverage.verdict.nothing", product=product)]
        if self._of_the_part():
            return self._body_of_the_part()
        part = speech.name_of(self.kb, "part", self.known.get("part"))
        unnamed = sentence("coverage.verdict.part_unnamed", part=part) if part else ""
        scopes = [self._scope(scope) for scope in (Scope.WHOLE_UNIT, Scope.EXTENSION, Scope.REPAIR)]
        return [unnamed, *scopes, *self._parts(), self._doubts(), self._advice()]

    def _of_the_part(self) -> list[Reading]:
        """The terms that name the part that was told of."""
        told = self.known.get("part")
        return [r for r in self.decision.readings if r.scope is Scope.PARTS and told in r.parts]

    def _body_of_the_part(self) -> list[str]:
        """Who asks of the compressor is told of it first, and of the whole unit where that still helps."""
        own = self._once(self._of_the_part())
        whole = [r for r in self.decision.readings if r.scope is Scope.WHOLE_UNIT]
        others = [self._scope(scope) for scope in (Scope.EXTENSION, Scope.REPAIR)]
        helps = self._scope(Scope.WHOLE_UNIT) if any(r.state != "out" for r in whole) else ""
        return [*(self._part(r) for r in own), helps, *others, self._doubts(), self._advice()]

    def _doubts(self) -> str:
        unsettled = self.decision.outcome is Outcome.CONDITIONAL
        return self._exclusions("perhaps_excluded", "doubtful") if unsettled else ""

    def _advice(self) -> str:
        return "".join([self.kb.clauses[r.clause].says for r in self.decision.reasons if r.code == "advice"][:1])

    def _excluded(self) -> bool:
        return any(reason.code == "excluded" for reason in self.decision.reasons)

    def _exclusions(self, *codes: str) -> str:
        reasons = [reason for reason in self.decision.reasons if reason.code in codes]
        if not reasons:
            return ""
        clauses = [self.kb.clauses[reason.clause] for reason in reasons]
        if "excluded" in codes:
            return sentence("coverage.verdict.excluded", says=max(clauses, key=self._speaks_of_it).says)
        told = list({frozenset(clause.when): clause for clause in reversed(clauses)}.values())[::-1][
            :2
        ]  # one for each fact
        text = sentence("coverage.verdict.perhaps_excluded", says="".join(clause.says for clause in told))
        suspected = [self.kb.clauses[reason.clause] for reason in reasons if reason.code == "perhaps_excluded"]
        seen = any(clause in told and clause.when.keys() & AN_ENGINEER_SEES for clause in suspected)
        return text + (sentence("coverage.verdict.both_inspection") if seen else "")

    def _speaks_of_it(self, clause: Clause) -> int:
        """How many of the customer's words, as pairs of characters, a clause has: 划伤 is told by that on scratches."""
        told = self.known.get("told", "") + (self.known.get("description") or "")
        return sum(told[i : i + 2] in clause.says for i in range(len(told) - 1))

    def _scope(self, scope: Scope) -> str:
        readings = self._once(r for r in self.decision.readings if r.scope is scope)
        if not readings:
            return ""
        what = sentence(f"coverage.what.{scope.value}")
        if len(readings) > 1:
            said = ";".join(self._one_reading(r) for r in readings)
            return sentence(
                "coverage.verdict.two_readings",
                what=what,
                count=speech.count(len(readings)),
                readings=said,
            )
        return self._single(what, readings[0])

    def _once(self, readings: Iterable[Reading]) -> list[Reading]:
        """Two clauses that say the same are one reading; months and days are told apart by how they are said."""
        return list({(self._length(r), r.state): r for r in readings}.values())

    def _one_reading(self, reading: Reading) -> str:
        state = sentence(f"coverage.state.{reading.state}")
        return sentence("coverage.verdict.one_reading", length=self._length(reading), state=state)

    def _single(self, what: str, reading: Reading) -> str:
        length, until = self._length(reading), speech.days(reading.until) if reading.until else ""
        if reading.clause is None and until:
            return sentence(
                f"coverage.verdict.card_{'out' if reading.state == 'out' else 'in'}",
                length=length,
                until=until,
            )
        if reading.months == (None, None) and reading.until is None and not self._in_days(reading):
            return sentence("coverage.verdict.whole_unknown", what=what, decider=self._decider(reading))
        if not until:
            return sentence("coverage.verdict.whole_open", what=what, length=length)
        if reading.state == "depends":
            return sentence(
                "coverage.verdict.whole_depends",
                what=what,
                length=length,
                decider=self._decider(reading),
            )
        return sentence(f"coverage.verdict.whole_{reading.state}", what=what, length=length, until=until)

    def _parts(self) -> list[str]:
        """The core parts matter where the whole unit does not settle it."""
        whole = [r for r in self.decision.readings if r.scope is Scope.WHOLE_UNIT]
        if whole and all(r.state == "in" for r in whole) and self.known.get("part") is None:
            return []
        parts = [r for r in self.decision.readings if r.scope is Scope.PARTS]
        named = {self._length(r) for r in parts if r.parts}
        return [self._part(r) for r in parts if r.parts or self._length(r) not in named]

    def _part(self, reading: Reading) -> str:
        told = self.known.get("part")
        named = [told] if told in reading.parts else list(reading.parts)
        names = "、".join(speech.name_of(self.kb, "part", slug) for slug in named)
        if not names:
            names = sentence("names.core_unnamed")
        elif reading.open and told not in reading.parts:
            names += sentence("names.core")
        state = sentence(f"coverage.state.{reading.state}")
        return sentence("coverage.verdict.parts", parts=names, length=self._length(reading), state=state)

    def _length(self, reading: Reading) -> str:
        clause = self.kb.clauses.get(reading.clause or "")
        if clause and isinstance(clause.effect, Term) and clause.effect.said:
            return clause.effect.said
        if self._in_days(reading):
            return speech.term_length(self.kb.clauses[reading.clause or ""])
        return speech.length(reading.months)

    def _in_days(self, reading: Reading) -> bool:
        clause = self.kb.clauses.get(reading.clause or "")
        span = getattr(clause.effect, "span", None) if clause else None
        return bool(span and span.longest and span.longest.days is not None)

    def _decider(self, reading: Reading) -> str:
        clause = self.kb.clauses.get(reading.clause or "")
        decided_by = getattr(clause.effect, "decided_by", None) if clause else None
        return sentence(f"coverage.decider.{decided_by or 'warranty_card'}")

    def _assuming(self) -> str:
        if self.decision.outcome is Outcome.NO_RULE:
            return ""
        presumed = [sentence(f"coverage.presumed.{name}") for name in self.decision.assuming]
        return sentence("coverage.verdict.assuming", presumed="、".join(presumed)) if presumed else ""

    def _note(self) -> str:
        return speech.notes(self.kb, (citation.doc for citation in self.decision.citations))

    def _next(self) -> str:
        steps = self.decision.next_steps
        if self.decision.outcome is Outcome.COVERED:
            return sentence("coverage.verdict.covered_next")
        if "paid_repair" in steps:
            return sentence("coverage.verdict.paid_next")
        if self.decision.outcome is Outcome.NO_RULE:
            return ""
        if self.known.get("no_card") and "read_card" in steps:
            return sentence("coverage.verdict.without_card")
        asked = [sentence(f"coverage.verdict.{step}") for step in ("read_card", "tell_serial") if step in steps]
        if asked:
            return ";".join([*asked, sentence("coverage.verdict.book_check")])
        return sentence("coverage.verdict.book_check_only")

"""What the sources say to a question in a customer's words: the clauses, and how surely they answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from bot.dialogue.state import Desk
from bot.dialogue.turn import Wish
from bot.text.asks import asked_in
from bot.text.questions import asks_itself, gives_a_figure, questions_in, speaks_of_money, wants_a_figure
from policies_kb.loader import load
from policies_kb.model import Clause, Knowledge
from policies_kb.search import ANSWERS, LAW, Fit, search

MOST = 5  # clauses that a customer still reads
SURELY = 0.6  # the certainty from which the sources outweigh an unsure understanding
NEARLY = 0.93  # the share of the best score from which a clause lies as near as the best
SAYS_SOMETHING = 4  # characters beyond brand and product, without which no brand's rule is meant
BESIDE = 0.9  # the share from which one of the same topic is told with it


@dataclass(frozen=True)
class Found:
    """What the sources say to a question: clauses, how certainly they answer it, and what may be said of them.

    `unsaid`: what it asks, where that is known and no source says it; `silence`: how certain that is.
    """

    fit: Fit
    clauses: tuple[Clause, ...] = ()
    certainty: float = 0.0
    unsaid: str = ""
    silence: float = 0.0
    topics: frozenset[str] = frozenset()  # of all clauses that lie nearly as near as the best
    parts: int = 1  # how many of the questions in one message it answers
    rest: tuple[Found, ...] = ()  # those that it does not

    @property
    def code(self) -> str:
        """How it is said."""
        if self.fit is Fit.ANSWERS:
            return "rivals" if contradict(self.clauses) and len({c.conflict for c in self.clauses}) == 1 else "told"
        return "near" if self.fit is Fit.NEAR else "unsaid" if self.unsaid else "silent"


@lru_cache(maxsize=256)  # the plan asks, and then the topic that answers
def answering(kb: Knowledge, question: str, *, brand: str | None, product: str | None) -> Found:
    """For each part of the question the best clause, with the rest of its rule and all that contradicts it."""
    parts = [(part, _best(kb, part, brand, product)) for part in questions_in(question)]
    found = [one for part, one in parts if one.fit is Fit.ANSWERS or asks_itself(part)] or [one for _, one in parts]
    if len(parts) > 1 and all(one.fit is not Fit.ANSWERS for one in found):  # only together do they say what is meant
        found = [_best(kb, question, brand, product)]
    fit = min((one.fit for one in found), key=list(Fit).index)
    told = [one for one in found if one.fit is fit]
    return Found(
        fit,
        tuple({clause.id: clause for one in told for clause in one.clauses}.values())[: MOST * min(2, len(told))],
        max(one.certainty for one in told),
        "、".join(dict.fromkeys(one.unsaid for one in told if one.unsaid)),
        max(one.silence for one in told),
        frozenset().union(*(one.topics for one in told)),
        len({one.clauses[:1] and one.clauses[0].id for one in told}),
        tuple(one for one in found if one.fit is not fit),
    )


def _best(kb: Knowledge, question: str, brand: str | None, product: str | None) -> Found:
    hits = search(question, kb, brand=brand, product=product, limit=3)
    if not hits or hits[0].fit is Fit.FAR or (hits[0].silence and hits[0].fit is Fit.NEAR):
        return Found(Fit.FAR, unsaid=hits[0].unsaid, silence=hits[0].silence) if hits else Found(Fit.FAR)
    best, *others = hits
    rule = rule_of(kb, best.clause, product)
    if wants_a_figure(question) and not any(gives_a_figure(clause.says) for clause in rule):
        if best.silence:
            return Found(Fit.FAR, unsaid=best.unsaid, silence=best.silence)
        return Found(Fit.NEAR, (best.clause,), min(best.certainty, ANSWERS), topics=frozenset({best.clause.topic}))
    if "price" in asked_in(question) and not any(speaks_of_money(clause.says) for clause in rule):
        return Found(Fit.FAR, unsaid=best.unsaid, silence=best.silence)
    close = [hit.clause for hit in others if hit.score >= NEARLY * best.score]
    topics = frozenset(clause.topic for clause in (best.clause, *close))
    if best.fit is Fit.NEAR:
        return Found(best.fit, with_rivals(kb, (best.clause,)), best.certainty, topics=topics)
    beside = [hit.clause for hit in others if hit.score >= BESIDE * best.score and brand != LAW]
    same = [clause for clause in beside if clause.topic == best.clause.topic]
    told = with_rivals(kb, rule)
    for clause in (*close, *same) if len(rule) == 1 else ():  # a rule that is told whole needs nothing beside it
        more = {c.id: c for c in (*told, *with_rivals(kb, rule_of(kb, clause, product)))}
        told = tuple(more.values()) if len(more) <= MOST else told
    return Found(best.fit, told, best.certainty, topics=topics)


def rule_of(kb: Knowledge, clause: Clause, product: str | None) -> tuple[Clause, ...]:
    """All of the rule that a clause is a part of, as far as it is for the product."""
    wanted = {"all", *kb.catalog.lineage(product)} if product else set()
    return tuple(part for part in kb.whole_rule(clause) if not wanted or wanted & set(part.products))


def with_rivals(kb: Knowledge, rule: Sequence[Clause]) -> tuple[Clause, ...]:
    """A rule, then all that contradicts a clause of it; the sides of a lone clause's in their file's order."""
    known = kb.of_brand(rule[0].brand)
    rivals = [clause for clause in known if clause.answerable and any(clause.contradicts(part) for part in rule)]
    if len(rule) == 1:
        return tuple(clause for clause in known if clause in (*rule, *rivals)) or tuple(rule)
    return (*rule, *(clause for clause in rivals if clause not in rule))


def rule_asked(desk: Desk, wish: Wish) -> Found:
    """What the sources say to a message, of any brand while none is known, where it may be a question about a rule."""
    known = {**desk.known, **wish.facts}
    brand, product = known.get("brand"), known.get("product")
    if not wish.text or wish.has("phone", "address", "visit", "ticket_no", "amount"):
        return Found(Fit.FAR)
    if brand is None and len(wish.told) < SAYS_SOMETHING:
        return Found(Fit.FAR)
    kb = load()
    return answering(kb, wish.text, brand=brand and kb.catalog.brand_of(brand, product), product=product)


def clauses_on(kb: Knowledge, brand: str, product: str | None, told: Mapping[str, str]) -> list[Clause]:
    """The brand's clauses that speak of one of these circumstances (fact → value)."""
    wanted = {"all", *(kb.catalog.lineage(product) if product else ())}
    return [
        clause
        for clause in kb.of_brand(brand)
        if clause.answerable and clause.when and not wanted.isdisjoint(clause.products)
        if any(told.get(name) in values for name, values in clause.when.items())
    ][:MOST]


def told_both_ways(desk: Desk) -> bool:
    """Whether the last answer, or the verdict in hand, gave two readings: 那到底听谁的 asks of them."""
    if desk.top is not None and desk.top.topic == "coverage" and "card_months" in desk.top.asked:
        return True
    last = desk.known.get("last", {})
    return last.get("topic") == "period" or contradict(told_last(desk))  # 一到三年,看型号: 以哪个为准


def told_last(desk: Desk) -> list[Clause]:
    """The clauses that the last answer told."""
    clauses = load().clauses
    return [clauses[told] for told in desk.known.get("last", {}).get("told", ()) if told in clauses]


def contradict(clauses: Sequence[Clause]) -> bool:
    """Whether two of the clauses are sides of one contradiction."""
    return any(one.contradicts(other) for one, other in combinations(clauses, 2))

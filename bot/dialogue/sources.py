"""What the sources say to a question in a customer's words: the clauses, and how surely they answer it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.dialogue.state import Desk
from bot.dialogue.turn import Wish
from bot.text.questions import gives_a_figure, questions_in, wants_a_figure
from policies_kb.loader import load
from policies_kb.model import Clause, Knowledge
from policies_kb.search import ANSWERS, Fit, search

MOST = 5  # clauses that a customer still reads
SURELY = 0.6  # the certainty from which the sources outweigh an unsure understanding
NEARLY = 0.93  # the share of the best score from which a clause lies as near as the best
SAYS_SOMETHING = 4  # characters beyond brand and product, without which no brand's rule is meant
BESIDE = 0.9  # the share from which one of the same topic is told with it


@dataclass(frozen=True)
class Found:
    """What the sources say to a question: clauses, how certainly they answer it, and what may be said of them.

    `unsaid`: what it asks, where that is known and no source says it.
    """

    fit: Fit
    clauses: tuple[Clause, ...] = ()
    certainty: float = 0.0
    unsaid: str = ""
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
    """For each part of the question the best clause, with all that contradicts it."""
    found = [_best(kb, part, brand, product) for part in questions_in(question)]
    if len(found) > 1 and all(one.fit is not Fit.ANSWERS for one in found):  # only together do they say what is meant
        found = [_best(kb, question, brand, product)]
    fit = min((one.fit for one in found), key=list(Fit).index)
    told = [one for one in found if one.fit is fit]
    return Found(
        fit,
        tuple({clause.id: clause for one in told for clause in one.clauses}.values())[:MOST],
        max(one.certainty for one in told),
        "、".join(dict.fromkeys(one.unsaid for one in told if one.unsaid)),
        frozenset().union(*(one.topics for one in told)),
        len({one.clauses[:1] and one.clauses[0].id for one in told}),
        tuple(one for one in found if one.fit is not fit),
    )


def _best(kb: Knowledge, question: str, brand: str | None, product: str | None) -> Found:
    hits = search(question, kb, brand=brand, product=product, limit=3)
    if not hits or hits[0].fit is Fit.FAR or (hits[0].unsaid and hits[0].fit is Fit.NEAR):
        return Found(Fit.FAR, unsaid=hits[0].unsaid if hits else "")
    best, *others = hits
    if wants_a_figure(question) and not gives_a_figure(best.clause.says):
        return Found(Fit.NEAR, (best.clause,), min(best.certainty, ANSWERS))
    group = best.clause.conflict
    rivals = tuple(c for c in kb.of_brand(best.clause.brand) if group and c.conflict == group and c.answerable)
    close = [hit.clause for hit in others if hit.score >= NEARLY * best.score]
    topics = frozenset(clause.topic for clause in (best.clause, *close))
    same = [h.clause for h in others if h.score >= BESIDE * best.score and h.clause.topic == best.clause.topic]
    also = dict.fromkeys(clause.id for clause in (*close, *same)) if best.fit is Fit.ANSWERS else ()
    clauses = (best.clause, *(hit.clause for hit in others if hit.clause.id in also))
    told = {clause.id: clause for clause in (*rivals, *clauses)}
    return Found(best.fit, tuple(told.values())[:MOST], best.certainty, topics=topics)


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


def contradict(clauses: Iterable[Clause]) -> bool:
    """Whether two of the clauses are sides of one contradiction."""
    groups = [clause.conflict for clause in clauses if clause.conflict is not None]
    return len(groups) > len(set(groups))

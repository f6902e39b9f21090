"""A question → the clauses that answer it, best first: by the words they share and by what they mean.

Where the package of the sentence encoder is missing only words count; `describe` says which way it is.
"""

from __future__ import annotations

import logging
import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from policies_kb.encoder import encoder, is_installed
from policies_kb.index import LAW, SILENT, Index, Nearness, question_vector, saved_vectors, subject
from policies_kb.model import Clause, Knowledge

__all__ = ["LAW", "Fit", "Hit", "describe", "index_of", "save_index", "search", "warm"]

log = logging.getLogger("baoxiu.search")

#: Saved indexes lie beside the trained models.
FOLDER = Path(__file__).resolve().parents[1] / "models"
#: How much the shared words weigh; the rest is the meaning. Chosen on questions (docs/search.md).
WORDS = 0.5
#: From which certainty on a clause answers the question, and from which it is near enough to be shown as such; below,
#: the sources do not say (docs/search.md).
ANSWERS, NEAR = 0.6, 0.4
#: How certain it is that a clause answers: the logistic of its evidence, each weighed, and a constant. Fitted on
#: questions by `python -m benchmarks.search --fit`.
BY_WORDS_AND_MEANING = (5.9, 22.4, -3.7, -2.0)
BY_WORDS = (3.2, 16.3, -5.1, -0.9)

#: From which lead of another brand's clause on this brand has no such rule, however near its own clauses lie.
FAR_BETTER = 0.3
NAMED, APART = 0.45, 0.12  # the score, and the lead on the next, from which it is said what no source answers

_KEPT = 3
_RIVALS = 20  # more clauses than any contradiction has sides


class Fit(str, Enum):
    """What may be said of a clause: that it answers, that it is the nearest there is, or nothing."""

    ANSWERS = "answers"
    NEAR = "near"
    FAR = "far"


@dataclass(frozen=True)
class Hit:
    """A clause and how certain it is that it answers.

    `evidence`: how well it matches (0 to 1), its lead over the next that says something else, and how much better
    another brand's clause matches. `silence`: how certain it is that what is
    asked is nothing that a source answers; `unsaid`: what that is, in words for 资料里没有写…, where it is plain.
    """

    clause: Clause
    evidence: tuple[float, float, float]
    certainty: float
    unsaid: str = ""
    silence: float = 0.0

    @property
    def score(self) -> float:
        """How well the clause matches the question, 0 to 1."""
        return self.evidence[0]

    @property
    def fit(self) -> Fit:
        """What may be said of it."""
        return Fit.ANSWERS if self.certainty >= ANSWERS else Fit.NEAR if self.certainty >= NEAR else Fit.FAR

    def to_json(self) -> dict[str, Any]:
        clause = self.clause
        return {
            "clause": clause.id,
            "says": clause.says,
            "score": round(self.score, 3),
            "certainty": round(self.certainty, 3),
            "fit": self.fit.value,
            "flags": [flag.value for flag in clause.flags],
            "sources": [{"doc": s.doc, "lines": list(s.lines)} for s in clause.sources],
        }


def search(
    question: str,
    kb: Knowledge,
    *,
    brand: str | None = None,
    product: str | None = None,
    limit: int = 5,
) -> list[Hit]:
    """The `limit` best clauses; with a brand or product only those that speak of it. What the law says is found only
    where the brand is `LAW`; residue never."""
    index, by = index_of(kb), encoder()
    by = by if index.has_vectors else None
    vector = question_vector(subject(question, kb), by) if by else None
    near = index.near(question, vector, brand=brand)
    if not near.words.any():
        return []  # no word of any clause: a sentence of nothing lies near to something all the same
    scores = _fitting(near, product, kb)
    silent = _nearest_silence(index.near(question, vector, brand=SILENT), brand, kb)
    # Where another brand's clause is far better, this brand has no such rule.
    elsewhere = (
        _best(index.near_elsewhere(question, vector, brand=brand), product, kb) if brand not in (None, LAW) else 0.0
    )
    best = np.argsort(-scores, kind="stable")[: max(limit, _RIVALS)]
    found = [(near.clauses[i], float(scores[i])) for i in best if scores[i] > 0]
    weights: tuple[float, ...] = BY_WORDS_AND_MEANING if by else BY_WORDS
    hits = []
    for clause, score in found[:limit]:
        lead = score - max(_next(clause, found), silent[1])
        evidence = (score, lead, max(0.0, elsewhere - score))
        nearer = silent[1] > score
        silence = _certainty((silent[1], silent[1] - score, 0.0), weights) if nearer else 0.0
        hits.append(Hit(clause, evidence, _certainty(evidence, weights), silent[0] if nearer else "", silence))
    return hits


def _scores(near: Nearness) -> np.ndarray[Any, Any]:
    return WORDS * near.words + (1 - WORDS) * near.meaning if near.meaning.any() else near.words


def _fitting(near: Nearness, product: str | None, kb: Knowledge) -> np.ndarray[Any, Any]:
    return _scores(near) * speaking_of(product, near.clauses, kb)


def _best(near: Nearness, product: str | None, kb: Knowledge) -> float:
    return float(_fitting(near, product, kb).max(initial=0.0))


def _nearest_silence(near: Nearness, brand: str | None, kb: Knowledge) -> tuple[str, float]:
    """What the question would be about if no source of the brand answered it, and how near that lies; without a name
    where it could as well be about something else."""
    if not near.clauses:
        return "", 0.0
    silent = [not silence.brands or brand in silence.brands for silence in kb.silent]
    every = _scores(near)
    scores = every * silent
    best = int(np.argmax(scores))
    plainly = scores[best] >= NAMED and scores[best] - np.delete(every, best).max(initial=0.0) >= APART
    return near.clauses[best].says if plainly else "", float(scores[best])


def _next(clause: Clause, found: Sequence[tuple[Clause, float]]) -> float:
    """The score of the best that is neither the clause nor told together with it: another part of the same rule,
    another side of the same contradiction."""
    others = ((c, score) for c, score in found if c is not clause)
    return next((s for c, s in others if not c.is_of_one_rule_with(clause) and not c.contradicts(clause)), 0.0)


def _certainty(evidence: tuple[float, float, float], weights: tuple[float, ...]) -> float:
    if evidence[2] > FAR_BETTER:
        return 0.0
    *weighed, constant = weights
    return 1 / (1 + math.exp(-(sum(w * e for w, e in zip(weighed, evidence, strict=True)) + constant)))


def speaking_of(product: str | None, clauses: Sequence[Clause], kb: Knowledge) -> np.ndarray[Any, Any]:
    """1 for each clause that is for the product or one it is a kind of (for all, while none is named), else 0."""
    if product is None:
        return np.ones(len(clauses))
    products = {"all", *kb.catalog.lineage(product)}
    return np.array([bool(products & set(clause.products)) for clause in clauses], dtype=float)


@lru_cache(maxsize=2)
def index_of(kb: Knowledge) -> Index:
    """The index of this knowledge: the saved one, or else one made now (seconds; `save_index` makes it last)."""
    saved = Index.load(_place(kb), kb)
    if saved is None:
        log.info("search.index_made digest=%s", kb.digest)
        return _built(kb)
    return saved


def save_index(kb: Knowledge) -> Path:
    """Save the index of this knowledge unless it is saved already, and remove those of long ago; return its place."""
    place = _place(kb)
    if Index.load(place, kb) is None:
        _built(kb).save(place)
    place.touch()
    for old in _saved()[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return place


def warm(kb: Knowledge) -> None:
    """Read what the first question would wait for: the index and the encoder's weights (some seconds)."""
    search("warm", kb)
    if not is_installed():
        log.warning("search.by_words_only: the sentence encoder is not installed, so paraphrases are found less often")


def describe(kb: Knowledge) -> dict[str, Any]:
    """What search works with: the number of clauses, and whether meaning counts."""
    index = index_of(kb)
    return {"clauses": len(index.clauses), "meaning": index.has_vectors and is_installed()}


def _built(kb: Knowledge) -> Index:
    newest = next(iter(_saved()), None)
    return Index.build(kb, encoder(), saved_vectors(newest) if newest else None)


def _place(kb: Knowledge) -> Path:
    kind = "search" if is_installed() else "search-by-words"
    return FOLDER / f"{kind}-{kb.digest}"


def _saved() -> list[Path]:
    """The saved indexes, the last used first."""
    return sorted(FOLDER.glob("search-*"), key=lambda path: -path.stat().st_mtime)

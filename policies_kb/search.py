"""A question → the clauses that answer it, best first. A first, plain index: BM25 over words and character pairs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from policies_kb.model import Clause, Knowledge
from policies_kb.normalise import key
from policies_kb.vocabulary import vocabulary_of

_LATIN = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Hit:
    clause: Clause
    score: float

    def to_json(self) -> dict[str, Any]:
        clause = self.clause
        return {
            "clause": clause.id,
            "says": clause.says,
            "score": round(self.score, 3),
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
    """The `limit` best clauses; with a brand or product only those that speak of it. Residue is never found."""
    return _index(kb).find(question, brand=brand, product=product, limit=limit)


class Index:
    """The answerable clauses of one Knowledge, ready to be ranked."""

    def __init__(self, kb: Knowledge) -> None:
        self.kb = kb
        self.clauses = [clause for clause in kb.clauses.values() if clause.answerable]
        import bm25s  # its import is slow, and most processes never search

        self._ranker = bm25s.BM25()
        texts = [self._terms(" ".join([c.says, *c.asks, *self._names(c)])) for c in self.clauses]
        self._ranker.index(texts, show_progress=False)

    def find(self, question: str, *, brand: str | None, product: str | None, limit: int) -> list[Hit]:
        terms = [term for term in self._terms(question) if term in self._ranker.vocab_dict]
        if not terms:
            return []
        scores = self._ranker.get_scores(terms) * self._wanted(brand, product)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [Hit(self.clauses[i], float(scores[i])) for i in best if scores[i] > 0]

    def _wanted(self, brand: str | None, product: str | None) -> np.ndarray[Any, Any]:
        products = {"all", *self.kb.catalog.lineage(product)} if product else None
        fits = [
            (brand is None or c.brand == brand) and (products is None or bool(products & set(c.products)))
            for c in self.clauses
        ]
        return np.array(fits, dtype=float)

    def _names(self, clause: Clause) -> list[str]:
        return [self.kb.catalog.products[slug].zh for slug in clause.products if slug != "all"]

    def _terms(self, text: str) -> list[str]:
        """Pairs of neighbouring characters, latin words whole, and the catalog's slug for every word of the vocabulary:
        so 雪柜 finds what is written of 冰箱."""
        plain = key(text)
        pairs = [plain[i : i + 2] for i in range(len(plain) - 1)]
        slugs = [f"{m.kind}:{m.value}" for m in vocabulary_of(self.kb).find(text)]
        return [*pairs, *_LATIN.findall(plain), *slugs]


@lru_cache(maxsize=2)
def _index(kb: Knowledge) -> Index:
    return Index(kb)

"""Clauses arranged for search: for a question, how near each clause lies in its words and in its meaning.

Made once for a state of the data and kept in a folder of its own, so that a process loads it in milliseconds. Of a
changed knowledge only the sentences that are new are encoded again.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from policies_kb.effects import Info
from policies_kb.encoder import DIMENSIONS, Encoder, encode
from policies_kb.model import Clause, Knowledge, Silence
from policies_kb.normalise import key
from policies_kb.vocabulary import Vocabulary, vocabulary_of

Floats = np.ndarray[Any, Any]
#: What is searched only by its name, never beside the brands: what the law says, and what no source answers.
LAW, SILENT = "law", "silent"

#: How much the sentence of a clause that is nearest weighs; the rest, all of its sentences (docs/search.md).
NEAREST = 0.6

#: A term in a larger share of the clauses tells nothing of any, and costs the most.
EVERYWHERE = 0.3

_LATIN = re.compile(r"[a-z0-9]+")
_SAYS_SOMETHING = 4  # characters
_ABOUT = "about.json"
_FORMAT = 1  # of the files; another number makes every saved index a stranger


@dataclass(frozen=True)
class Nearness:
    """Of each clause of `clauses`: the share of the question's words that it carries, and how alike its sentences are
    to the question; both 0 to 1."""

    clauses: Sequence[Clause]
    words: Floats
    meaning: Floats


class Index:
    """Clauses sorted by brand, their words ranked by BM25, and a vector for each of their sentences."""

    def __init__(self, clauses: Sequence[Clause], words: Any, vectors: Floats, vocabulary: Vocabulary) -> None:
        self.clauses = clauses
        self._words, self._vectors, self._vocabulary = words, vectors, vocabulary
        counts = [1 + len(clause.asks) for clause in clauses]
        self._first = np.concatenate([[0], np.cumsum(counts)])  # the first sentence of each clause, and the end
        self._heaviest = _heaviest(words.scores)
        in_clauses = np.diff(words.scores["indptr"])
        places = {at: term for term, at in words.vocab_dict.items()}
        self._everywhere = {places[at] for at in np.flatnonzero(in_clauses > EVERYWHERE * len(clauses))}
        self._last: tuple[str, Floats] = "", np.zeros(len(clauses), dtype=np.float32)
        apart = (i for i, clause in enumerate(clauses) if clause.brand in (LAW, SILENT))
        self._brands_end = next(apart, len(clauses))
        self._slices = {brand: (low, high) for brand, low, high in _runs([clause.brand for clause in clauses])}

    @property
    def vectors(self) -> Floats:
        """A row for each sentence: what a clause says, then each question it answers."""
        return self._vectors

    @property
    def has_vectors(self) -> bool:
        """Whether meaning counts; without an encoder only words do."""
        return len(self._vectors) > 0

    @classmethod
    def build(cls, kb: Knowledge, by: Encoder | None, known: Mapping[str, Floats] | None = None) -> Index:
        """An index of what may be answered with; sentences whose vectors are `known` are not encoded again."""
        clauses = [*_answerable(kb), *kb.law.values(), *map(_as_clause, kb.silent)]
        vocabulary = vocabulary_of(kb)
        return cls(clauses, _ranker(clauses, kb, vocabulary), _vectors(clauses, by, known or {}), vocabulary)

    def near(self, question: str, vector: Floats | None, *, brand: str | None = None) -> Nearness:
        """How near the clauses of one brand lie to a question, or of all; the law's where `brand` is `LAW`,
        what no source answers where it is `SILENT`."""
        low, high = (0, self._brands_end) if brand is None else self._slices.get(brand, (0, 0))
        words = self._share_of_words(question)[low:high]
        return Nearness(self.clauses[low:high], words, self._meaning(vector, low, high))

    def near_elsewhere(self, question: str, vector: Floats | None, *, brand: str, limit: int = 50) -> Nearness:
        """The same for the other brands' clauses that share the most words with the question."""
        words = self._share_of_words(question)[: self._brands_end].copy()
        low, high = self._slices.get(brand, (0, 0))
        words[low:high] = 0
        best = np.argsort(-words, kind="stable")[:limit]
        meaning = [self._meaning(vector, i, i + 1)[0] for i in best]
        return Nearness([self.clauses[i] for i in best], words[best], np.array(meaning, dtype=np.float32))

    def _meaning(self, vector: Floats | None, low: int, high: int) -> Floats:
        if vector is None or not self.has_vectors or high <= low:
            return np.zeros(high - low, dtype=np.float32)
        first = self._first[low : high + 1]
        alike = self._vectors[first[0] : first[-1]] @ vector
        starts = first[:-1] - first[0]
        mean = np.add.reduceat(alike, starts) / np.diff(first)
        return NEAREST * np.maximum.reduceat(alike, starts) + (1 - NEAREST) * mean

    def _share_of_words(self, question: str) -> Floats:
        """BM25 of every clause, as a share of what one with all words of the question could reach; kept for the last
        question, which is asked of a brand, of what nobody says, and of the others."""
        if self._last[0] != question:
            self._last = question, self._weigh_words(question)
        return self._last[1]

    def _weigh_words(self, question: str) -> Floats:
        places = self._words.vocab_dict
        terms = [term for term in dict.fromkeys(_terms(question, self._vocabulary)) if term not in self._everywhere]
        known = [term for term in terms if term in places]
        most = sum(self._heaviest[places[term]] for term in known)
        most += (len(terms) - len(known)) * float(np.median(self._heaviest))
        return self._words.get_scores(known) / most if known else np.zeros(len(self.clauses), dtype=np.float32)

    # on disk

    def save(self, folder: Path) -> None:
        """Write the index aside and move it into place, so that nobody ever reads half of one."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".index-", dir=folder.parent) as aside:
            path = Path(aside) / "index"
            path.mkdir()
            self._words.save(path, show_progress=False)
            np.save(path / "vectors.npy", self._vectors)
            about = {
                "format": _FORMAT,
                "clauses": [clause.id for clause in self.clauses],
                "sentences": _sentences(self.clauses) if self.has_vectors else [],
            }
            (path / _ABOUT).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
            if folder.exists():
                shutil.rmtree(folder)
            path.rename(folder)

    @classmethod
    def load(cls, folder: Path, kb: Knowledge) -> Index | None:
        """The index that was saved there for this knowledge, or None."""
        import bm25s

        try:
            about, vectors = _read(folder)
            known = {**kb.clauses, **kb.law, **{clause.id: clause for clause in map(_as_clause, kb.silent)}}
            clauses = [known[name] for name in about["clauses"]]
            words = bm25s.BM25.load(folder, show_progress=False)
        except (OSError, ValueError, KeyError, EOFError):
            return None  # none there, cut short, or of another knowledge
        if len(vectors) and about["sentences"] != _sentences(clauses):
            return None
        return cls(clauses, words, vectors, vocabulary_of(kb))


def saved_vectors(folder: Path) -> dict[str, Floats]:
    """Every sentence of an index that was saved there, whatever knowledge it was of, and its vector."""
    try:
        about, vectors = _read(folder)
    except (OSError, ValueError, KeyError, EOFError):
        return {}
    return dict(zip(about["sentences"], vectors, strict=True))


def _read(folder: Path) -> tuple[dict[str, Any], Floats]:
    """What was saved. Raises OSError, ValueError, KeyError or EOFError for anything else than a whole index."""
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    if about["format"] != _FORMAT or len(about["sentences"]) != len(vectors):
        raise ValueError(f"not an index of format {_FORMAT}: {folder}")
    return about, vectors


def _answerable(kb: Knowledge) -> list[Clause]:
    return sorted((clause for clause in kb.clauses.values() if clause.answerable), key=lambda clause: clause.brand)


def _as_clause(silence: Silence) -> Clause:
    return Clause(f"{SILENT}.{silence.id}", SILENT, SILENT, ("all",), silence.zh, Info(), (), asks=silence.asks)


def _sentences(clauses: Iterable[Clause]) -> list[str]:
    """What is encoded: what each clause says and each question that it answers, in plain form as questions are."""
    return [key(sentence) for clause in clauses for sentence in (clause.says, *clause.asks)]


def _vectors(clauses: Sequence[Clause], by: Encoder | None, known: Mapping[str, Floats]) -> Floats:
    if by is None:
        return np.zeros((0, DIMENSIONS), dtype=np.float32)
    have = dict(known)
    wanted = _sentences(clauses)
    new = [sentence for sentence in dict.fromkeys(wanted) if sentence not in have]
    have.update(zip(new, encode(new, by), strict=True))
    return np.stack([have[sentence] for sentence in wanted]) if wanted else np.zeros((0, DIMENSIONS), dtype=np.float32)


def _ranker(clauses: Sequence[Clause], kb: Knowledge, vocabulary: Vocabulary) -> Any:
    import bm25s  # its import is slow, and most processes never search

    ranker = bm25s.BM25()
    ranker.index([_terms_of(clause, kb, vocabulary) for clause in clauses], show_progress=False)
    return ranker


def _terms_of(clause: Clause, kb: Knowledge, vocabulary: Vocabulary) -> list[str]:
    """The terms of what a clause says and answers, of its products, and of the circumstances it is for."""
    products = [kb.catalog.products[slug].zh for slug in clause.products if slug != "all"]
    circumstances = [f"{fact}:{value}" for fact, values in clause.when.items() for value in values]
    return [*_terms(" ".join([clause.says, *clause.asks, *products]), vocabulary), *circumstances]


def _terms(text: str, vocabulary: Vocabulary) -> list[str]:
    """Characters and their pairs, latin words whole, and the slug of every word of the vocabulary: so 雪柜 finds what
    is written of 冰箱. Products count once, by their slug: what a question is about lies in its other words."""
    plain = [key(piece) for piece in without_names(text, vocabulary)]
    pairs = [piece[i : i + 2] for piece in plain for i in range(len(piece) - 1)]
    slugs = [f"{m.kind}:{m.value}" for m in vocabulary.find(text) if m.kind != "brand"]
    return [*"".join(plain), *pairs, *_LATIN.findall(" ".join(plain)), *slugs]


def without_names(text: str, vocabulary: Vocabulary) -> list[str]:
    """The pieces of a text between the names of brands and products."""
    pieces, begin = [], 0
    for mention in vocabulary.find(text):
        if mention.kind in ("brand", "product"):
            pieces.append(text[begin : max(begin, mention.start)])
            begin = max(begin, mention.end)
    return [*pieces, text[begin:]]


def _heaviest(scores: Any) -> Floats:
    """The weight of each term in the clause where it weighs most."""
    starts = np.asarray(scores["indptr"][:-1])
    data = np.append(np.asarray(scores["data"]), np.float32(0))  # a term of no clause may stand at the very end
    empty = np.diff(scores["indptr"]) == 0
    return np.where(empty, np.float32(0), np.maximum.reduceat(data, np.minimum(starts, len(data) - 1)))


def _runs(values: Sequence[str]) -> Iterable[tuple[str, int, int]]:
    """Each run of equal values: the value, where it begins and where it ends."""
    begin = 0
    for end in range(1, len(values) + 1):
        if end == len(values) or values[end] != values[begin]:
            yield values[begin], begin, end
            begin = end


def subject(question: str, kb: Knowledge) -> str:
    """What a question asks, in plain form and without the brand and the product it asks it of."""
    rest = "".join(key(piece) for piece in without_names(question, vocabulary_of(kb)))
    return rest if len(rest) >= _SAYS_SOMETHING else key(question)


@lru_cache(maxsize=512)
def question_vector(subject: str, by: Encoder) -> Floats:
    """The vector of a question's subject; the few that are asked again and again are remembered."""
    return encode([subject], by)[0]

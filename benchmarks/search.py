"""`python -m benchmarks.search`: what the search finds, how fast, and from which score on it answers.

The questions of tests/policies_kb/questions were written apart from the clauses' own. Every second one chooses the
weights and the threshold; the others measure. Beside ours, on the same clauses in the same run: SQLite's FTS5 over
jieba's words, and the sentence vectors alone. Writes docs/search.md; `--quick` prints without the large indexes.
"""

from __future__ import annotations

import argparse
import random
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jieba
import numpy as np
from ruamel.yaml import YAML
from sklearn.linear_model import LogisticRegression

from benchmarks.pipelines import ROOT
from policies_kb import search as ours
from policies_kb.encoder import encode, encoder
from policies_kb.index import LAW, Index, question_vector, subject
from policies_kb.loader import load
from policies_kb.model import Clause, Knowledge
from policies_kb.normalise import key

QUESTIONS = ROOT / "tests" / "policies_kb" / "questions"
PAGE = ROOT / "docs" / "search.md"
SIZES = (1_000, 10_000, 100_000)

Ranking = Callable[["Question"], list[str]]


@dataclass(frozen=True)
class Question:
    """A question of one brand, and the clauses any of which answers it; none: the sources do not."""

    ask: str
    brand: str
    product: str | None
    answers: frozenset[str]
    near: bool = True

    @property
    def chooses(self) -> bool:
        """Whether it belongs to the half that weights and threshold are chosen on."""
        return sum(self.ask.encode()) % 2 == 0


def questions(kb: Knowledge, folder: Path = QUESTIONS) -> list[Question]:
    """All questions that were written apart, but for those that stand word for word among the clauses' own."""
    known = {key(ask) for clause in (*kb.clauses.values(), *kb.law.values()) for ask in clause.asks}
    found = []
    for path in sorted(folder.glob("*.yml")):
        for row in YAML(typ="safe").load(path.read_text(encoding="utf-8")):
            if key(row["ask"]) in known:
                continue
            brand = row.get("brand", path.stem)
            answers = frozenset(row.get("answers", ()))
            found.append(Question(row["ask"], brand, row.get("product"), answers, row.get("near", True)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the large indexes; writes nothing")
    parser.add_argument("--fit", action="store_true", help="print the weights of certainty and end")
    given = parser.parse_args()
    quick = given.quick
    kb = load()
    asked = questions(kb)
    if given.fit:
        print(*fit(kb, asked))
        return
    page = "\n".join(
        [
            *quality(kb, asked),
            *threshold(kb, asked),
            *(() if quick else [*speed(kb, asked), *_of_a_new_process("benchmarks.decisions")]),
        ]
    )
    print(page)
    if not quick:
        PAGE.write_text(f"{_HEAD}\n{page}\n", encoding="utf-8")


# what is found


def quality(kb: Knowledge, asked: Sequence[Question]) -> Iterator[str]:
    """Recall and mean reciprocal rank of each way to search."""
    ways: dict[str, Ranking] = {
        "ours: words and vectors": lambda q: _ids(ours.search(q.ask, kb, brand=q.brand, product=q.product, limit=20)),
        "vectors alone": lambda q: _by_one(kb, q, words=0),
        "words alone (BM25 over characters)": lambda q: _by_one(kb, q, words=1),
        "SQLite FTS5 (jieba's words)": FullText(kb).find,
    }
    answered = [q for q in asked if q.answers]
    yield "## What is found\n"
    yield f"{len(answered)} questions, {sum(q.chooses for q in answered)} to choose with, the others to measure.\n"
    yield "| | recall@1 | recall@5 | MRR | recall@1 where chosen |"
    yield "|---|---|---|---|---|"
    for name, way in ways.items():
        measured = figures([(way(q), q.answers) for q in answered if not q.chooses])
        chosen = figures([(way(q), q.answers) for q in answered if q.chooses])
        yield f"| {name} | {measured[0]:.3f} | {measured[1]:.3f} | {measured[2]:.3f} | {chosen[0]:.3f} |"
    yield ""


def _ids(hits: Sequence[ours.Hit]) -> list[str]:
    return [hit.clause.id for hit in hits]


def _by_one(kb: Knowledge, q: Question, *, words: float) -> list[str]:
    by = encoder()
    assert by is not None, "vectors are measured only where there are any"
    near = ours.index_of(kb).near(q.ask, question_vector(subject(q.ask, kb), by), brand=q.brand)
    scores = (words * near.words + (1 - words) * near.meaning) * ours.speaking_of(q.product, near.clauses, kb)
    return [near.clauses[i].id for i in np.argsort(-scores)[:20]]


def figures(found: Sequence[tuple[list[str], frozenset[str]]]) -> tuple[float, float, float]:
    """Recall at 1 and at 5, and mean reciprocal rank, of rankings and the clauses that would be right."""
    ranks = [next((i for i, name in enumerate(names) if name in answers), None) for names, answers in found]
    hit = [rank for rank in ranks if rank is not None]
    share = 1 / len(ranks)
    return share * sum(r == 0 for r in hit), share * sum(r < 5 for r in hit), share * sum(1 / (r + 1) for r in hit)


class FullText:
    """The same clauses in SQLite's full text index, cut into words by jieba as it comes."""

    def __init__(self, kb: Knowledge) -> None:
        self._kb = kb
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute("CREATE VIRTUAL TABLE clauses USING fts5(id UNINDEXED, brand UNINDEXED, text)")
        rows = [(c.id, c.brand, _cut(" ".join([c.says, *c.asks]))) for c in ours.index_of(kb).clauses]
        self._db.executemany("INSERT INTO clauses VALUES (?, ?, ?)", rows)

    def find(self, q: Question) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in _cut(q.ask).split() if word.isalnum())
        query = "SELECT id FROM clauses WHERE text MATCH ? AND brand = ? ORDER BY bm25(clauses) LIMIT 60"
        rows = self._db.execute(query, (words, q.brand)).fetchall() if words else []
        known = {**self._kb.clauses, **self._kb.law}
        speaks = ours.speaking_of(q.product, [known[name] for (name,) in rows], self._kb)
        return [name for (name,), fits in zip(rows, speaks, strict=True) if fits][:20]


def _cut(text: str) -> str:
    return " ".join(jieba.lcut(text))


# from which score on it is an answer


def threshold(kb: Knowledge, asked: Sequence[Question]) -> Iterator[str]:
    """What each threshold would answer, of what the sources answer and of what they do not."""
    rows = [(q, _best(kb, q)) for q in asked if not q.chooses]
    yield "## From which certainty on it answers\n"
    yield f"From {ours.ANSWERS} on a clause is told as the answer, from {ours.NEAR} on as the nearest there is;"
    yield "below, the sources do not say. On the half to measure with:\n"
    yield "| certainty | answered rightly | wrongly | not answered | near questions refused | far refused |"
    yield "|---|---|---|---|---|---|"
    for level in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        mark = " (answers)" if level == ours.ANSWERS else " (nearest)" if level == ours.NEAR else ""
        yield f"| {level}{mark} | " + " | ".join(_shares(rows, level)) + " |"
    yield ""


def fit(kb: Knowledge, asked: Sequence[Question]) -> Iterator[str]:
    """The weights of certainty, fitted on the half to choose with."""
    rows = [(q, hit) for q in asked if q.chooses and (hit := _best(kb, q))]
    features = np.array([hit.evidence for _, hit in rows])
    model = LogisticRegression(C=1000).fit(features, [hit.clause.id in q.answers for q, hit in rows])
    yield ", ".join(f"{weight:.1f}" for weight in (*model.coef_[0], *model.intercept_))


def _best(kb: Knowledge, q: Question) -> ours.Hit | None:
    return next(iter(ours.search(q.ask, kb, brand=q.brand, product=q.product, limit=1)), None)


def _shares(rows: Sequence[tuple[Question, ours.Hit | None]], level: float) -> Iterator[str]:
    said = [(q, hit.clause.id if hit and hit.certainty >= level else None) for q, hit in rows]
    answered = [(q, name) for q, name in said if q.answers]
    yield _share(name in q.answers for q, name in answered)
    yield _share(name is not None and name not in q.answers for q, name in answered)
    yield _share(name is None for _, name in answered)
    yield _share(name is None for q, name in said if not q.answers and q.near)
    yield _share(name is None for q, name in said if not q.answers and not q.near)


def _share(happened: Iterator[bool]) -> str:
    values = list(happened)
    return f"{sum(values) / len(values):.3f}" if values else "-"


# how fast


def speed(kb: Knowledge, asked: Sequence[Question]) -> Iterator[str]:
    """Time and memory of one question over indexes of growing size, its vector included."""
    yield "## How fast\n"
    yield "Grown by variation of the real clauses: words exchanged, vectors turned a little. The question's vector is"
    yield "worked out anew each time.\n"
    yield "| clauses | built in | memory | all brands p50 / p99 | with a brand p50 / p99 |"
    yield "|---|---|---|---|---|"
    for size in SIZES:
        before, begin = _memory(), time.perf_counter()
        index = _grown(kb, size)
        built, memory = time.perf_counter() - begin, _memory() - before
        times = [_times(index, asked[:300], with_brand=with_brand) for with_brand in (False, True)]
        cells = [f"{1000 * np.percentile(t, 50):.1f} / {1000 * np.percentile(t, 99):.1f} ms" for t in times]
        yield f"| {size:,} | {built:.1f} s | {memory:.0f} MB | {cells[0]} | {cells[1]} |"
    yield ""


def _grown(kb: Knowledge, size: int) -> Index:
    """An index of `size` clauses; vectors are varied rather than encoded, which would take an hour."""
    real, draw = ours.index_of(kb), random.Random(7)
    vectors = dict(zip(_sentences(real.clauses), real.vectors, strict=True))
    clauses = {}
    for n in range(size):
        clause = real.clauses[n % len(real.clauses)]
        clauses[f"{clause.id}-{n}"] = replace(clause, id=f"{clause.id}-{n}", says=_varied(clause.says, draw))
    return Index.build(replace(kb, clauses=clauses, law={}), _Varying(vectors, draw))


def _sentences(clauses: Sequence[Clause]) -> list[str]:
    return [sentence for clause in clauses for sentence in (clause.says, *clause.asks)]


def _varied(text: str, draw: random.Random) -> str:
    """The text with two of its words exchanged."""
    words = jieba.lcut(text)
    if len(words) > 1:
        i, j = draw.sample(range(len(words)), 2)
        words[i], words[j] = words[j], words[i]
    return "".join(words)


class _Varying:
    """Gives each sentence the vector of a real one, turned a little."""

    def __init__(self, known: dict[str, Any], draw: random.Random) -> None:
        self._vectors, self._random = list(known.values()), np.random.default_rng(draw.randrange(1000))

    def encode(self, sentences: list[str]) -> Any:
        picked = np.stack([self._vectors[hash(s) % len(self._vectors)] for s in sentences])
        turned = picked + self._random.normal(0, 0.02, picked.shape).astype(np.float32)
        return turned / np.linalg.norm(turned, axis=1, keepdims=True)


def _times(index: Index, asked: Sequence[Question], *, with_brand: bool) -> list[float]:
    by = encoder()
    assert by is not None
    times = []
    for q in asked:
        if q.brand == LAW:
            continue
        begin = time.perf_counter()
        near = index.near(q.ask, encode([q.ask], by)[0], brand=q.brand if with_brand else None)
        np.argpartition(-(near.words + near.meaning), min(5, len(near.words) - 1))
        times.append(time.perf_counter() - begin)
    return times


def _memory() -> float:
    """The most memory this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


_HEAD = """# Search

Written by `python -m benchmarks.search`. How it works: `policies_kb/index.py` says how near each clause lies to a
question in its words (BM25 over characters, their pairs and the catalog's slugs, as a share of what could be reached)
and in its meaning (the sentence encoder's vectors of what the clause says and of the questions it answers);
`policies_kb/search.py` weighs the two and decides from which score on a clause is an answer.
"""


def _of_a_new_process(module: str) -> list[str]:
    """What a benchmark prints in a process of its own: this one's memory would be gone over again and again."""
    done = subprocess.run([sys.executable, "-m", module], check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


if __name__ == "__main__":
    main()

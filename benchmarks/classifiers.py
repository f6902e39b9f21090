"""`python -m benchmarks.classifiers`: which classifier, on the same features, by measurement.

Characters, words and sounds blind to the catalog's names, joined with the sentence encoder, under several classifiers;
and ours without one of the two. Judged on parts of data/nlu in turn (phrasings of one sentence never on both sides) and
on the sets apart. Writes its table into docs/understanding.md. DIET, which is Rasa's own and slow, is measured on the
sets apart by `python -m benchmarks.intents`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from benchmarks.documents import replace
from benchmarks.sentences import APART, Sentence, families, judging, training
from benchmarks.understanding import PAGE, Judged
from bot.components.class_text import ANY_BRAND, SIGNS, ClassText
from bot.components.classifier import LinearIntentClassifier
from bot.components.ngrams import Ngrams
from policies_kb.encoder import encode, encoder

NEAREST = 30  # examples that vote
SHARPNESS = 20.0  # how much more a nearer one counts: e ** (SHARPNESS * cosine)
MARGIN = 3.0  # the SVM's distances as chances; it has none of its own

Texts = Sequence[str]


@dataclass(frozen=True)
class Features:
    """One row a text: `sparse` n-grams, `dense` sentence vectors."""

    sparse: scipy.sparse.csr_matrix
    dense: Any

    @property
    def joined(self) -> scipy.sparse.csr_matrix:
        return scipy.sparse.hstack([self.sparse, scipy.sparse.csr_matrix(self.dense)], format="csr")


#: (features of the training, its intents, features to judge) → names of the intents, chances.
Method = Callable[[Features, Sequence[str], Features], tuple[Sequence[str], Any]]


def regression(train: Any, intents: Sequence[str], test: Any) -> tuple[Sequence[str], Any]:
    """Logistic regression as `LinearIntentClassifier` sets it."""
    options = LinearIntentClassifier.get_default_config()
    model = LogisticRegression(C=options["C"], max_iter=options["max_iter"], tol=options["tol"]).fit(train, intents)
    return list(model.classes_), model.predict_proba(test)


def support_vectors(train: Features, intents: Sequence[str], test: Features) -> tuple[Sequence[str], Any]:
    model = LinearSVC(C=1.0).fit(train.joined, intents)
    return list(model.classes_), softmax(MARGIN * model.decision_function(test.joined), axis=1)


def nearest(train: Features, intents: Sequence[str], test: Features) -> tuple[Sequence[str], Any]:
    """A vote of the training sentences that the encoder finds nearest."""
    names, home = np.unique(intents, return_inverse=True)
    likeness = test.dense @ train.dense.T
    voters = np.argpartition(-likeness, NEAREST, axis=1)[:, :NEAREST]
    votes = np.zeros((len(likeness), len(names)))
    for row, voting in enumerate(voters):
        np.add.at(votes[row], home[voting], np.exp(SHARPNESS * likeness[row, voting]))
    return list(names), votes / votes.sum(axis=1, keepdims=True)


METHODS: Mapping[str, Method] = {
    "logistic regression (ours)": lambda train, intents, test: regression(train.joined, intents, test.joined),
    "linear SVM": support_vectors,
    "nearest examples": nearest,
    "logistic regression, n-grams only": lambda train, intents, test: regression(train.sparse, intents, test.sparse),
    "logistic regression, encoder only": lambda train, intents, test: regression(train.dense, intents, test.dense),
}


class Vectors:
    """Sentence vectors, each text encoded once."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}
        self._text = ClassText.of_catalog(ANY_BRAND)

    def rows(self, texts: Texts) -> Any:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        by = encoder()
        assert by is not None, "the sentence encoder is missing: make setup"
        self._known |= zip(new, encode([self._text.write(text) for text in new], by), strict=True)
        return np.array([self._known[text] for text in texts])


def judged(
    methods: Mapping[str, Method], train: Sequence[Sentence], tests: Sequence[Sequence[Sentence]], vectors: Vectors
) -> Iterator[tuple[str, list[Judged]]]:
    """What each method, taught `train`, makes of each of `tests`."""
    ngrams = Ngrams.untrained(ClassText.of_catalog(SIGNS))
    ngrams.fit([s.text for s in train])

    def features(sentences: Sequence[Sentence]) -> Features:
        texts = [s.text for s in sentences]
        return Features(ngrams.rows(texts), vectors.rows(texts))

    known, asked = features(train), [features(test) for test in tests]
    every = Features(scipy.sparse.vstack([a.sparse for a in asked]), np.concatenate([a.dense for a in asked]))
    ends = np.cumsum([len(test) for test in tests])[:-1]
    for name, method in methods.items():
        began = time.perf_counter()
        names, chances = method(known, [s.intent for s in train], every)
        spent = time.perf_counter() - began
        parts = zip(tests, np.split(chances, ends), strict=True)
        yield name, [Judged([s.intent for s in test], names, part, 1000 * spent) for test, part in parts]


def compare(folds: int) -> Iterator[str]:
    """The table's rows."""
    sentences, vectors = training(), Vectors()
    taught = dict(judged(METHODS, sentences, [judging(name) for name in APART], vectors))
    by_fold: dict[str, list[Judged]] = {name: [] for name in METHODS}
    groups = families([s.text for s in sentences])
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=1)
    for train, test in splitter.split(sentences, [s.intent for s in sentences], groups):
        parts = [sentences[i] for i in train], [[sentences[i] for i in test]]
        for name, (one,) in judged(METHODS, *parts, vectors):
            by_fold[name].append(one)
    for name in METHODS:
        yield _row(name, by_fold[name], taught[name])


def _row(name: str, folds: Sequence[Judged], sets: Sequence[Judged]) -> str:
    f1 = [one.figures["macro_f1"] for one in folds]
    cells = [f"{np.mean(f1):.3f} ± {np.std(f1):.3f}"]
    cells += [f"{one.figures['macro_f1']:.3f} / {one.recall_at_goal:.3f}" for one in sets]
    return f"| {name} | {' | '.join(cells)} | {sets[0].milliseconds / 1000:.0f} s |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classifiers", description=__doc__)
    parser.add_argument("--folds", type=int, default=5)
    head = ["| classifier | folds: macro-F1 |" + "".join(f" {name} |" for name in APART) + " training |"]
    head.append("|---|---|" + "---|" * len(APART) + "---|")
    table = "\n".join([*head, *compare(parser.parse_args().folds)])
    replace(PAGE, "classifiers", table)
    print(table)


if __name__ == "__main__":
    main()

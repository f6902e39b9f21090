"""The sentences that train and those that judge, and what is wrong with them: `python -m benchmarks.sentences`.

Exits with 1 where two intents claim nearly one sentence, a sentence that judges is a training sentence edited, an
intent has far too few or too many sentences, or a catalog word is not read where it stands.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any

from ruamel.yaml import YAML

from policies_kb.loader import load
from policies_kb.plain import plain_key
from policies_kb.vocabulary import vocabulary_of

ROOT = Path(__file__).resolve().parents[1]
TRAINING = ROOT / "data" / "nlu"
#: The sets that judge: written apart from data/nlu, by others, in other words.
APART = {name: ROOT / "tests" / "nlu" / f"{name}.yml" for name in ("apart", "apart_more")}

ALIKE_ACROSS_INTENTS = 0.8  # more alike than this, two intents claim one sentence
ALIKE_ENOUGH_TO_LEAK = 0.7  # from here on, a test sentence is a training sentence edited
SAID_BY_ALL = 8  # up to so many characters everybody says the same (转人工, 不用了): alike, but copied from nobody
ALIKE_IN_A_FAMILY = 0.5  # from here on, two sentences are phrasings of one
#: An intent's sentences, as a share of the median's: fewer are guessed, more swallow the others.
FEWEST, MOST = 0.5, 5.0


@dataclass(frozen=True)
class Sentence:
    text: str
    intent: str


def training() -> list[Sentence]:
    return [
        Sentence(line.removeprefix("- ").strip(), block["intent"])
        for path in sorted(TRAINING.glob("*.yml"))
        for block in _yaml(path)["nlu"]
        for line in block["examples"].splitlines()
    ]


def apart(name: str = "apart") -> list[Sentence]:
    """One of the sets that judge, whole."""
    return [Sentence(**entry) for entry in _yaml(APART[name])]


def judging(name: str) -> list[Sentence]:
    """The same without what stands in the training data, or nearly: what is known by heart judges nobody."""
    known = {text for text, _ in leaks(training(), apart(name), longer_than=0)}
    return [sentence for sentence in apart(name) if sentence.text not in known]


class Sayings:
    """Texts, and for each pair of neighbouring characters those that hold it: likeness is the Jaccard of the pairs."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._bigrams = {text: bigrams(text) for text in texts}
        self._holders: dict[str, list[str]] = defaultdict(list)
        for text, grams in self._bigrams.items():
            for gram in grams:
                self._holders[gram].append(text)

    def like(self, text: str, *, least: float) -> Iterator[str]:
        """The texts at least so alike to `text`. They share at least `least` of its bigrams, and so one of however
        many more than the rest: one of the rarest, which few others hold."""
        grams = bigrams(text)
        more_than_the_rest = len(grams) - ceil(least * len(grams)) + 1
        rarest = sorted(grams, key=lambda gram: len(self._holders.get(gram, ())))[:more_than_the_rest]
        for other in {other for gram in rarest for other in self._holders.get(gram, ())}:
            if alike(grams, self._bigrams[other], least=least):
                yield other


@cache
def bigrams(text: str) -> frozenset[str]:
    """The neighbouring pairs of characters of the plain text; a lone character is its own."""
    plain = plain_key(text)
    return frozenset(a + b for a, b in pairwise(plain)) or frozenset({plain})


def alike(one: frozenset[str], other: frozenset[str], *, least: float) -> bool:
    """Whether the Jaccard likeness of two bigram sets is at least `least`."""
    return len(one & other) >= least * len(one | other)


def families(texts: Sequence[str]) -> list[int]:
    """A number for each text, the same for all that are linked by likeness: never to be split between folds."""
    head = {text: text for text in texts}

    def found(text: str) -> str:
        while head[text] != text:
            head[text] = head[head[text]]
            text = head[text]
        return text

    sayings = Sayings(texts)
    for text in texts:
        for other in sayings.like(text, least=ALIKE_IN_A_FAMILY):
            head[found(other)] = found(text)
    number: dict[str, int] = {}
    return [number.setdefault(found(text), len(number)) for text in texts]


def claimed_twice(sentences: Iterable[Sentence]) -> set[frozenset[str]]:
    """Pairs of sentences of different intents that are nearly one sentence."""
    homes = {sentence.text: sentence.intent for sentence in sentences}
    sayings = Sayings(homes)
    return {
        frozenset({text, other})
        for text, intent in homes.items()
        for other in sayings.like(text, least=ALIKE_ACROSS_INTENTS + 1e-9)
        if homes[other] != intent
    }


def leaks(
    sentences: Iterable[Sentence], apart: Iterable[Sentence], *, longer_than: int = SAID_BY_ALL
) -> list[tuple[str, str]]:
    """Sentences that judge, each with the training sentence that it is, lightly edited."""
    known = Sayings(sentence.text for sentence in sentences)
    texts = [sentence.text for sentence in apart if len(plain_key(sentence.text)) > longer_than]
    return [(text, other) for text in texts for other in known.like(text, least=ALIKE_ENOUGH_TO_LEAK)]


def unbalanced(sentences: Iterable[Sentence]) -> dict[str, int]:
    """Intents with too few or too many sentences."""
    counts: dict[str, int] = defaultdict(int)
    for sentence in sentences:
        counts[sentence.intent] += 1
    middle = median(counts.values())
    return {name: n for name, n in counts.items() if not FEWEST * middle <= n <= MOST * middle}


def unaligned(sentences: Iterable[Sentence]) -> list[tuple[str, str]]:
    """Catalog words of a sentence whose span, read by itself, does not mean the same: an offset has slipped."""
    vocabulary = vocabulary_of(load())
    return [
        (sentence.text, sentence.text[mention.start : mention.end])
        for sentence in sentences
        for mention in vocabulary.find(sentence.text)
        if (mention.kind, mention.value)
        not in {(m.kind, m.value) for m in vocabulary.find(sentence.text[mention.start : mention.end])}
    ]


def _yaml(path: Path) -> Any:
    """The file's content; a key that stands twice is an error (ruamel's own default)."""
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def main() -> int:
    sentences = training()
    faults = [
        *(f"claimed by two intents: {' | '.join(sorted(pair))}" for pair in claimed_twice(sentences)),
        *(f"{name}: {text} is {known}" for name in APART for text, known in leaks(sentences, apart(name))),
        *(f"{name}: {count} sentences" for name, count in unbalanced(sentences).items()),
        *(f"{word} is read otherwise by itself: {text}" for text, word in unaligned(sentences)),
    ]
    print(*faults, f"{len(sentences)} sentences, {len(faults)} faults", sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""The training sentences: complete, clean, apart from each other and from what measures them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from policies_kb.plain import plain_key as key

ROOT = Path(__file__).resolve().parents[2]
TRAINING = ROOT / "data" / "nlu"
APART = Path(__file__).with_name("apart.yml")

# DESIGN.md §2, in its order.
# fmt: off
INTENTS = (
    "ask_coverage", "ask_warranty_period", "book_repair", "book_installation", "describe_fault",
    "ask_fee", "complain_fee", "complain_service", "ask_ticket_status", "urge_ticket",
    "reschedule_visit", "cancel_service", "approve_quote", "decline_quote", "report_recurrence",
    "rate_service", "return_or_exchange", "find_outlet", "ask_hotline", "ask_policy",
    "request_human", "delete_my_data", "inform", "correct", "affirm", "deny", "stop", "greet",
    "goodbye", "thank", "bot_challenge", "out_of_scope",
)
# fmt: on

FEWEST_EXAMPLES = 25
FEWEST_APART = 12
FEWEST_APART_OUT_OF_SCOPE = 60
ALIKE_ACROSS_INTENTS = 0.8  # more alike than this, two intents claim one sentence
ALIKE_ENOUGH_TO_LEAK = 0.7  # from here on, a test sentence is a training sentence edited

# Sentences that look alike and mean different things: one character decides.
MEANT_APART: frozenset[frozenset[str]] = frozenset()

Sentences = dict[str, list[str]]


def read(path: Path) -> Any:
    """The file's content; a key that stands twice is an error (ruamel's own default)."""
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def examples(path: Path) -> list[str]:
    """The sentences of one training file, without Rasa's leading dash."""
    (block,) = read(path)["nlu"]
    return [line.removeprefix("- ") for line in block["examples"].splitlines()]


def bigrams(text: str) -> frozenset[str]:
    """The neighbouring pairs of characters of the normalised text; a lone character is its own."""
    plain = key(text)
    return frozenset(a + b for a, b in pairwise(plain)) or frozenset({plain})


def alike(one: frozenset[str], other: frozenset[str], *, least: float) -> bool:
    """Whether the Jaccard likeness of two bigram sets is at least `least`."""
    return len(one & other) >= least * len(one | other)


class Sayings:
    """Sentences, and for each bigram those that hold it."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self._bigrams = {sentence: bigrams(sentence) for sentence in sentences}
        self._holders: dict[str, list[str]] = defaultdict(list)
        for sentence, grams in self._bigrams.items():
            for gram in grams:
                self._holders[gram].append(sentence)

    def like(self, text: str, *, least: float) -> Iterator[str]:
        """The sentences at least so alike to `text`. They share at least `least` of its bigrams, and so one of however
        many more than the rest: one of the rarest, which few others hold."""
        grams = bigrams(text)
        more_than_the_rest = len(grams) - ceil(least * len(grams)) + 1
        rarest = sorted(grams, key=lambda gram: len(self._holders.get(gram, ())))[:more_than_the_rest]
        for sentence in {sentence for gram in rarest for sentence in self._holders.get(gram, ())}:
            if alike(grams, self._bigrams[sentence], least=least):
                yield sentence


def alike_across_intents(training: Sentences) -> Iterator[frozenset[str]]:
    """Pairs of sentences of different intents that are nearly one sentence."""
    homes = {text: intent for intent, sentences in training.items() for text in sentences}
    sayings = Sayings(homes)
    for text, intent in homes.items():
        for other in sayings.like(text, least=ALIKE_ACROSS_INTENTS + 1e-9):
            if homes[other] != intent:
                yield frozenset({text, other})


@pytest.fixture(scope="module")
def training() -> Sentences:
    return {path.stem: examples(path) for path in sorted(TRAINING.glob("*.yml"))}


@pytest.fixture(scope="module")
def apart() -> list[dict[str, str]]:
    entries: list[dict[str, str]] = read(APART)
    return entries


def test_every_intent_has_its_file_and_every_file_its_intent(training: Sentences) -> None:
    """The training files are exactly the intents of the design."""
    assert sorted(training) == sorted(INTENTS)


@pytest.mark.parametrize("path", sorted(TRAINING.glob("*.yml")), ids=lambda path: path.stem)
def test_a_file_holds_the_intent_of_its_name_and_nothing_else(path: Path) -> None:
    """One file, one intent, in the form that Rasa 3 reads."""
    content = read(path)
    assert set(content) == {"version", "nlu"} and content["version"] == "3.1"
    (block,) = content["nlu"]
    assert set(block) == {"intent", "examples"} and block["intent"] == path.stem


@pytest.mark.parametrize("path", sorted(TRAINING.glob("*.yml")), ids=lambda path: path.stem)
def test_every_line_is_one_plain_sentence(path: Path) -> None:
    """No empty line, no command, no annotation: entities come from the catalog."""
    (block,) = read(path)["nlu"]
    lines = block["examples"].splitlines()
    faulty = [
        line
        for line in lines
        if not line.startswith("- ")
        or not key(line)
        or line[2:] != line[2:].strip()
        or line[2:].startswith("/")
        or set("[]{}") & set(line)
    ]
    assert not faulty


def test_every_intent_has_enough_examples(training: Sentences) -> None:
    """An intent with few sentences is an intent that is guessed."""
    assert not {i: len(s) for i, s in training.items() if len(s) < FEWEST_EXAMPLES}


def test_no_sentence_stands_twice(training: Sentences) -> None:
    """After normalising, a sentence belongs to one intent and stands there once."""
    homes: dict[str, list[str]] = defaultdict(list)
    for intent, sentences in training.items():
        for sentence in sentences:
            homes[key(sentence)].append(intent)
    assert not {text: intents for text, intents in homes.items() if len(intents) > 1}


def test_no_two_intents_claim_nearly_the_same_sentence(training: Sentences) -> None:
    """Near-duplicates across intents are exactly the listed pairs, so a mended one is unlisted."""
    assert set(alike_across_intents(training)) == MEANT_APART


@pytest.mark.parametrize("least", [0.5, ALIKE_ENOUGH_TO_LEAK, ALIKE_ACROSS_INTENTS])
def test_no_pair_is_overlooked(training: Sentences, least: float) -> None:
    """What is found by rare bigrams is what comparing each sentence with each finds."""
    some = [text for sentences in training.values() for text in sentences[:12]]
    grams = {text: bigrams(text) for text in some}
    every = {frozenset(pair) for pair in combinations(some, 2) if alike(grams[pair[0]], grams[pair[1]], least=least)}
    sayings = Sayings(some)
    found = {frozenset({text, other}) for text in some for other in sayings.like(text, least=least) if other != text}
    assert found == every


def test_the_set_apart_covers_every_intent(apart: list[dict[str, str]]) -> None:
    """Each intent is measured by enough sentences, the unanswerable by many."""
    assert all(set(entry) == {"text", "intent"} and key(entry["text"]) for entry in apart)
    counts = Counter(entry["intent"] for entry in apart)
    assert sorted(counts) == sorted(INTENTS)
    assert not {intent: n for intent, n in counts.items() if n < FEWEST_APART}
    assert counts["out_of_scope"] >= FEWEST_APART_OUT_OF_SCOPE


def test_no_sentence_apart_stands_twice(apart: list[dict[str, str]]) -> None:
    """A sentence counted twice would weigh twice."""
    counts = Counter(key(entry["text"]) for entry in apart)
    assert not [text for text, n in counts.items() if n > 1]


def test_nothing_leaks_from_training_into_the_set_apart(training: Sentences, apart: list[dict[str, str]]) -> None:
    """A test sentence is new to the model, not a training sentence lightly edited."""
    known = Sayings(text for sentences in training.values() for text in sentences)
    asked = [entry["text"] for entry in apart]
    assert not [(text, other) for text in asked for other in known.like(text, least=ALIKE_ENOUGH_TO_LEAK)]

"""The training sentences: complete, clean, apart from each other and from what measures them."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from benchmarks.sentences import (
    ALIKE_ACROSS_INTENTS,
    ALIKE_ENOUGH_TO_LEAK,
    APART,
    Sayings,
    Sentence,
    alike,
    apart,
    bigrams,
    claimed_twice,
    families,
    judging,
    leaks,
    unaligned,
    unbalanced,
)
from benchmarks.sentences import training as training_sentences
from policies_kb.plain import plain_key as key

ROOT = Path(__file__).resolve().parents[2]
TRAINING = ROOT / "data" / "nlu"

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

FEWEST_EXAMPLES = 60
#: Set → the fewest sentences that judge an intent, and what is out of scope.
FEWEST_APART = {"apart": (12, 60), "apart_more": (30, 250)}
MOST_SAID_BY_ALL = 0.06  # of a set: short replies that everybody gives in the same words

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


@pytest.fixture(scope="module")
def training() -> Sentences:
    return {path.stem: examples(path) for path in sorted(TRAINING.glob("*.yml"))}


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


def test_no_two_intents_claim_nearly_the_same_sentence() -> None:
    """Near-duplicates across intents are exactly the listed pairs, so a mended one is unlisted."""
    assert claimed_twice(training_sentences()) == MEANT_APART


def test_no_intent_outweighs_the_others() -> None:
    """No intent has half of the median's sentences or less, nor five times as many."""
    assert not unbalanced(training_sentences())


def test_every_catalog_word_is_read_where_it_stands() -> None:
    """The span of a word of the catalog, read by itself, means what it meant in its sentence."""
    assert not unaligned(training_sentences())


def test_faults_of_the_data_are_found() -> None:
    """Two intents for one sentence, an edited test sentence and an intent of few sentences are told."""
    one, other = Sentence("麻烦帮我催一下师傅快点来", "urge_ticket"), Sentence("麻烦帮我催一下师傅快点来吧", "inform")
    assert claimed_twice([one, other]) == {frozenset({one.text, other.text})}
    assert leaks([one], [other]) == [(other.text, one.text)]
    many = [Sentence(str(i), name) for name in ("a", "b", "c") for i in range(40)]
    assert unbalanced([*many, one]) == {"urge_ticket": 1}


def test_phrasings_of_one_sentence_are_one_family() -> None:
    """What is linked by likeness, over however many steps, is never split between folds."""
    chain = ["冰箱漏水了怎么办", "冰箱漏水了怎么办啊", "我家冰箱漏水了怎么办啊", "转人工"]
    first, second, third, alone = families(chain)
    assert first == second == third != alone


@pytest.mark.parametrize("least", [0.5, ALIKE_ENOUGH_TO_LEAK, ALIKE_ACROSS_INTENTS])
def test_no_pair_is_overlooked(training: Sentences, least: float) -> None:
    """What is found by rare bigrams is what comparing each sentence with each finds."""
    some = [text for sentences in training.values() for text in sentences[:12]]
    grams = {text: bigrams(text) for text in some}
    every = {frozenset(pair) for pair in combinations(some, 2) if alike(grams[pair[0]], grams[pair[1]], least=least)}
    sayings = Sayings(some)
    found = {frozenset({text, other}) for text in some for other in sayings.like(text, least=least) if other != text}
    assert found == every


@pytest.mark.parametrize("name", APART)
def test_a_set_apart_covers_every_intent(name: str) -> None:
    """Each intent is measured by enough sentences, the unanswerable by many."""
    fewest, fewest_out = FEWEST_APART[name]
    counts = Counter(sentence.intent for sentence in apart(name))
    assert sorted(counts) == sorted(INTENTS)
    assert not {intent: n for intent, n in counts.items() if n < fewest}
    assert counts["out_of_scope"] >= fewest_out


def test_no_sentence_apart_stands_twice() -> None:
    """A sentence counted twice would weigh twice."""
    counts = Counter(key(sentence.text) for name in APART for sentence in apart(name))
    assert not [text for text, n in counts.items() if n > 1]


@pytest.mark.parametrize("name", APART)
def test_nothing_leaks_from_training_into_a_set_apart(name: str) -> None:
    """A test sentence is new to the model, not a training sentence lightly edited; short replies that everybody gives
    alike are few, and do not judge."""
    training = training_sentences()
    assert not leaks(training, apart(name))
    assert not leaks(training, judging(name), longer_than=0)
    assert len(judging(name)) >= (1 - MOST_SAID_BY_ALL) * len(apart(name))

"""Rasa's files name what the code produces: a missing name is a crash or a warning a message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.dialogue import TOPICS
from policies_kb.loader import load
from policies_kb.vocabulary import HAZARD, vocabulary_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def domain() -> Any:
    return YAML(typ="safe").load((ROOT / "domain.yml").read_text(encoding="utf-8"))


def test_every_topic_has_its_action(domain: Any) -> None:
    """The policy predicts action_<topic> for any topic of the dialogue."""
    assert {f"action_{topic}" for topic in TOPICS} <= set(domain["actions"])


def test_every_intent_has_its_file(domain: Any) -> None:
    """data/nlu/<intent>.yml and the list of intents say the same."""
    assert sorted(domain["intents"]) == sorted(p.stem for p in (ROOT / "data/nlu").glob("*.yml"))


def test_every_kind_of_the_vocabulary_is_an_entity(domain: Any) -> None:
    """Whatever the catalog extractor can find has a name in the domain."""
    kinds = {kind for meanings in vocabulary_of(load()).phrases.values() for kind, _ in meanings}
    entities = {name for entry in domain["entities"] for name in ([entry] if isinstance(entry, str) else entry)}
    assert kinds | {HAZARD} <= entities


def test_a_conversation_never_expires(domain: Any) -> None:
    """A new session of Rasa's would copy every slot value ever set, and un-pause a conversation."""
    assert domain["session_config"]["session_expiration_time"] == 0
    assert "forms" not in domain and "responses" not in domain

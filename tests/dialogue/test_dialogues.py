"""Conversations as customers have them (`*.yml` here; the format: tests/conversations/runner.py), intents given.

A turn is [text, intent, expectations?].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conversations.runner import Run, Served, conversations
from tests.dialogue.talk import parse

__all__ = ["Served"]


@pytest.mark.parametrize("dialogue", conversations(Path(__file__).parent))
def test_a_dialogue_ends_as_its_rule_says(dialogue: dict[str, Any], tmp_path: Path) -> None:
    """Each answer tells what it must, and in the end exactly the expected tickets are stored."""
    wrong = Run(dialogue, tmp_path, given).mismatches()
    assert not wrong, "\n".join(wrong)


def given(text: str, meant: Sequence[str], expected: Mapping[str, Any]) -> Mapping[str, Any]:
    """A message whose intent the turn names."""
    [intent] = meant
    return parse(text, intent, expected.get("sure", 0.95))

"""Whole conversations from the customer's raw words (`*/*.yml` here; the format: runner.py) through the trained model.

Expectations are written from the sources and the rules, apart from what the program answers. A turn is [text,
expectations?]: what it means is for language understanding to find.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conversations.runner import Run, conversations
from tests.conversations.trained import understood

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("conversation", conversations(Path(__file__).parent, learned=True))
def test_a_conversation_ends_as_its_rule_says(conversation: dict[str, Any], tmp_path: Path) -> None:
    """Each answer tells what it must and nothing that it must not, and exactly the expected tickets are stored."""
    wrong = Run(conversation, tmp_path, _understand).mismatches()
    assert not wrong, "\n".join(wrong)


def _understand(text: str, meant: Sequence[str], expected: Mapping[str, Any]) -> Mapping[str, Any]:
    assert not meant, f"what {text!r} means is not given here: {meant}"
    return understood(text)

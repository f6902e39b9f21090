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

HERE = Path(__file__).parent
#: A conversation about tickets passes four times out of four: once with all others, and so many times more.
MORE_TIMES = 3


@pytest.mark.parametrize("conversation", conversations(HERE, learned=True))
def test_a_conversation_ends_as_its_rule_says(conversation: dict[str, Any], tmp_path: Path) -> None:
    """Each answer tells what it must and nothing that it must not, and exactly the expected tickets are stored."""
    wrong = Run(conversation, tmp_path, _understand).mismatches()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("conversation", conversations(HERE / "tickets", learned=True))
def test_a_conversation_about_tickets_ends_so_each_time(conversation: dict[str, Any], tmp_path: Path) -> None:
    """What is drawn anew each time, ticket numbers and with them what ties are broken by, decides nothing.

    Understanding itself draws nothing: the same words at the same moment are parsed once.
    """
    for n in range(MORE_TIMES):
        wrong = Run(conversation, tmp_path, _understand, name=f"talk-{n}").mismatches()
        assert not wrong, "\n".join([f"time {n + 2}:", *wrong])


def _understand(text: str, meant: Sequence[str], expected: Mapping[str, Any]) -> Mapping[str, Any]:
    assert not meant, f"what {text!r} means is not given here: {meant}"
    return understood(text)

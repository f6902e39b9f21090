"""What is shown of a person in lists tells nobody how to reach them."""

from __future__ import annotations

import pytest

from bot.tickets import masking


@pytest.mark.parametrize("text", ["打13800138000", "tel13800138000", "wx 138 0013 8000", "号码138-0013-8000"])
def test_a_phone_in_words_is_masked(text: str) -> None:
    """However it is written, and whatever stands before it."""
    shown = masking.free_text(text)
    assert "0013" not in shown and "80013" not in shown and "****" in shown


def test_a_tickets_number_is_no_phone() -> None:
    assert masking.free_text("见BX617817615") == "见BX617817615"

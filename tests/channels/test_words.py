"""What enters the house of a customer's words."""

from __future__ import annotations

import pytest

from bot.channels.words import cleaned


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("/affirm", "affirm"),
        ("  // /affirm{}", "affirm{}"),
        ("1/2的水管", "1/2的水管"),
        ("冰\x00箱\x07坏了\x7f", "冰箱坏了"),
        ("half \ud83d picture", "half  picture"),
        ("第一行\n第二行", "第一行\n第二行"),
        (" 好 ", "好"),
        ("///", ""),
        ("\x00", ""),
        ("👍🏽", "👍🏽"),
    ],
)
def test_no_command_and_no_control_character_enters(typed: str, read: str) -> None:
    """A leading slash would be a command to Rasa; the rest of the words stays as it is."""
    assert cleaned(typed) == read

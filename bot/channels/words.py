"""A customer's words as they may enter the house: no control characters, no command to Rasa."""

from __future__ import annotations

import re
import unicodedata

#: Characters; more is a pasted document, which is refused with a plain sentence.
LONGEST = 1000

#: Rasa takes what follows a slash for an intent (`/affirm`) and skips understanding.
_COMMAND = re.compile(r"\A[\s/]+")


def cleaned(text: str) -> str:
    """`text` without control characters, half surrogates and leading slashes; may be empty."""
    kept = "".join(char for char in text if char in "\n\t" or not _is_control(char))
    return _COMMAND.sub("", kept).rstrip()


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs"}

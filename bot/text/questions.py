"""Several questions in one message, one by one."""

from __future__ import annotations

import re

_BETWEEN = re.compile(r"[??!!。;;\n]+|[,, ]*(?:还有就是|还有|另外|顺便问一下|顺便问|再问一下|再问)[,,:: ]*")
_SHORTEST = 4  # characters that can still ask something


def questions_in(text: str) -> list[str]:
    """The questions of a text in their order, at least one; pieces too short to ask anything are left out."""
    pieces = [piece.strip(" ,,、") for piece in _BETWEEN.split(text)]
    return [piece for piece in pieces if len(piece) >= _SHORTEST] or [text]

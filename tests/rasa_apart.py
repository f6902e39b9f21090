"""Importing Rasa takes ten seconds, also for tests that are then left out: so their files are not even opened."""

from __future__ import annotations

from pathlib import Path

import pytest


def is_left_out(path: Path, config: pytest.Config) -> bool:
    """Whether `path` holds only slow tests and the run wants none of them."""
    if "not slow" not in config.option.markexpr or path.suffix != ".py":
        return False
    return "\npytestmark = pytest.mark.slow" in path.read_text(encoding="utf-8")

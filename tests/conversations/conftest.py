"""Conversations through the trained model are slow: a fast run does not read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rasa_apart import is_left_out


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return is_left_out(collection_path, config) or None

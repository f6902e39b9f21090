"""The house that every test here has to itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.empty_store import store_at
from tests.rasa_apart import is_left_out

if TYPE_CHECKING:
    from tests.channels.house import House  # imports Rasa


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return is_left_out(collection_path, config) or None


@pytest.fixture
def house(tmp_path: Path) -> House:
    from tests.channels.house import House

    return House(store_at(tmp_path / "baoxiu.db"))


@pytest.fixture
def broken_house() -> Callable[[], House]:
    """A house whose database cannot be opened."""
    from tests.channels.house import House

    return lambda: House("sqlite:////proc/nowhere/baoxiu.db")

"""Components as Rasa makes them, without a model around them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.rasa_apart import is_left_out


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return is_left_out(collection_path, config) or None


@pytest.fixture(scope="session")
def made() -> Callable[[type[Any]], Any]:
    """Make a component that stores nothing in a model."""
    from rasa.engine.graph import ExecutionContext, GraphSchema

    def make(kind: type[Any]) -> Any:
        context = ExecutionContext(GraphSchema({}), model_id="test", node_name=kind.__name__)
        return kind.create(kind.get_default_config(), None, None, context)

    return make

"""Components as Rasa makes them, without a model around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema


@pytest.fixture(scope="session")
def made() -> Callable[[type[Any]], Any]:
    """Make a component that stores nothing in a model."""

    def make(kind: type[Any]) -> Any:
        context = ExecutionContext(GraphSchema({}), model_id="test", node_name=kind.__name__)
        return kind.create(kind.get_default_config(), None, None, context)

    return make

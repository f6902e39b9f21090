"""Cases from the YAML files beside the tests; every sentence is a test of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

_HERE = Path(__file__).parent


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`@pytest.mark.cases("phones", "found")` runs the test for each pair `said`, `meant`."""
    marker = metafunc.definition.get_closest_marker("cases")
    if marker:
        file, *path = marker.args
        data: Any = YAML(typ="safe").load(_HERE / f"{file}.yml")
        for step in path:
            data = data[step]
        cases = [(str(said), meant) for said, meant in data.items()]
        metafunc.parametrize(("said", "meant"), cases, ids=[said for said, _ in cases])


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "cases(file, *path): one test for each entry of a YAML mapping")

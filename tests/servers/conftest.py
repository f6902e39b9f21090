"""One start of the servers for the whole test run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.house import House, running


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("house")) as house:
        yield house

"""The trained model reads sentences written apart as well as recorded in floors.yml."""

from __future__ import annotations

import pytest

from benchmarks.sentences import APART, ROOT, judging
from benchmarks.understanding import below, floors, read
from scripts import model

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", APART)
def test_a_set_apart_is_read_as_well_as_recorded(name: str) -> None:
    """Macro-F1, the share in scope that is right and the share out of scope that is refused are at their floors."""
    path = model.path(ROOT)
    assert path.is_file(), f"{path.name} is not trained: make train"
    assert not below(read(judging(name), path), floors()[name])

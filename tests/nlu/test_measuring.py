"""What is measured of understanding is what the page says it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.documents import replace
from benchmarks.understanding import Judged, below, together

#: Two in scope, one of them taken for the other intent; two out of scope, one of them let in.
JUDGED = Judged(
    truth=["greet", "thank", "out_of_scope", "out_of_scope"],
    names=["greet", "out_of_scope", "thank"],
    chances=np.array([[0.9, 0.1, 0.0], [0.6, 0.2, 0.2], [0.1, 0.8, 0.1], [0.5, 0.4, 0.1]]),
)


def test_figures_tell_in_scope_from_out_of_scope() -> None:
    """What is understood and what is refused are counted apart."""
    assert JUDGED.figures["in_scope"] == 0.5
    assert JUDGED.figures["out_of_scope"] == 0.5
    assert JUDGED.figures["macro_f1"] == pytest.approx((0.5 + 0 + 2 / 3) / 3)


def test_more_caution_refuses_more_and_understands_less() -> None:
    """The curve goes from letting all in to refusing all, and both shares move one way only."""
    assert JUDGED.curve[0] == (0.0, 1.0) and JUDGED.curve[-1] == (0.5, 0.0)
    kept, refused = zip(*JUDGED.curve, strict=True)
    assert list(kept) == sorted(kept) and list(refused) == sorted(refused, reverse=True)
    assert (0.5, 1.0) in JUDGED.curve  # at 0.4 both are refused and the greeting is still understood
    assert JUDGED.recall_at_goal == 0.0  # 0.93 in scope is never reached here


def test_a_figure_below_its_floor_is_told() -> None:
    """Each figure is held against its own floor."""
    assert below(JUDGED, {"in_scope": 0.5, "out_of_scope": 0.6}) == ["out_of_scope 0.500 < 0.6"]


def test_sets_are_judged_as_one() -> None:
    """All sentences count alike, whichever set they are from."""
    assert len(together({"a": JUDGED, "b": JUDGED}).said) == 8


def test_a_table_goes_where_the_page_says(tmp_path: Path) -> None:
    """Only the marked place changes; a page without it is an error."""
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- t -->\nold\n<!-- /t -->\nafter\n", encoding="utf-8")
    replace(page, "t", "new")
    assert page.read_text(encoding="utf-8") == "before\n<!-- t -->\nnew\n<!-- /t -->\nafter\n"
    with pytest.raises(ValueError, match="0 places named u"):
        replace(page, "u", "new")

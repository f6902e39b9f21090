"""One part of an address mended by that part alone."""

from __future__ import annotations

import pytest

from bot.text.house_numbers import find_part_fix

ADDRESS = "上海市徐汇区漕溪路88号5栋2单元1203"


@pytest.mark.cases("house_numbers")
def test_one_part_is_mended(said: str, meant: str | None) -> None:
    """The part that is named takes the place of the one that stood; several parts, or none, mend nothing."""
    fix = find_part_fix(said)
    mended = fix.value.applied_to(ADDRESS) if fix and fix.value.fits(ADDRESS) else None
    assert (mended and mended.lower()) == (meant and meant.lower())

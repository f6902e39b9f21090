"""Processes are killed at random while customers book: the short form of `make soak`."""

from __future__ import annotations

import pytest

from tests.servers.house import House
from tests.servers.soak import soak

pytestmark = [pytest.mark.servers, pytest.mark.slow]


def test_what_was_confirmed_exists_once_and_was_announced(house: House) -> None:
    """50 customers, with every kind of process killed again and again: nothing that was confirmed is missing, nothing
    is there twice, every history is complete, and every event was delivered in its order."""
    report = soak(house, bookings=50, seed=20261122)
    assert report.wrong == [], report.table
    assert all(report.kills.values()), report.table  # or it would have shown nothing

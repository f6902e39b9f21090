"""The desk's own hours and targets, and which clause sets the time for a duty."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from policies_kb.effects import Within
from policies_kb.loader import load
from policies_kb.promises import promised, within
from policies_kb.reading import Node
from policies_kb.service import read_desk

OPEN = {"human_desk": {"monday": [["09:00", "12:00"], ["13:00", "18:00"]]}}


def problems_of(service: dict[str, Any]) -> list[str]:
    """What is wrong with a service.yml of this content."""
    problems: list[str] = []
    read_desk(Node(service, "service.yml", problems))
    return problems


def test_hours_and_targets_are_read() -> None:
    """A day has its openings under its number from Monday, a target its name for people and its length."""
    problems: list[str] = []
    service = {**OPEN, "deadlines": {"callback": {"zh": "回电", "within": {"desk_hours": 4}}}}
    desk = read_desk(Node(service, "service.yml", problems))
    assert problems == []
    assert desk.hours == {0: ((time(9), time(12)), (time(13), time(18)))}
    assert (desk.targets["callback"].zh, desk.targets["callback"].within) == ("回电", Within("desk_hours", 4, 4))


@pytest.mark.parametrize(
    ("service", "problem"),
    [
        ({"human_desk": {"mon": []}}, "service.yml.human_desk.mon: unknown key; did you mean 'monday'?"),
        ({"human_desk": {"monday": [["9", "12:00"]]}}, "must be pairs of times in order"),
        ({"human_desk": {"monday": [["12:00", "09:00"]]}}, "must be pairs of times in order"),
        ({"human_desk": {"monday": [["09:00"]]}}, "must be pairs of times in order"),
        ({"deadlines": {"lead": {"zh": "x"}}}, "service.yml.deadlines.lead: within is missing"),
        ({"deadlines": {"lead": {"zh": "x", "within": {"weeks": 1}}}}, "weeks: unknown key"),
        ({"deadlines": {"lead": {"zh": "x", "within": {"desk_hours": 4}}}}, "desk_hours need the hours of human_desk"),
    ],
)
def test_a_wrong_file_says_where(service: dict[str, Any], problem: str) -> None:
    """Each mistake is named with its place and what is allowed."""
    assert any(problem in said for said in problems_of(service))


@pytest.mark.parametrize(
    ("brand", "duty", "after", "expected"),
    [
        ("skyworth", "resolve_complaint", None, Within("working_days", 2, 2)),
        ("jason", "resolve_complaint", None, Within("working_days", 2, 2)),
        ("viomi", "resolve_complaint", None, None),
        ("skyworth", "follow_up", None, Within("hours", 72, 72)),
        ("jason", "follow_up", None, Within("days", 3, 7)),
        ("mijia", "follow_up", None, None),
        ("skyworth", "respond", None, Within("hours", 24, 24)),  # not the 10 minutes of its advertising
        ("jason", "respond", None, None),
        ("jason", "respond", "dispatched", Within("minutes", 30, 30)),
        ("nobody", "respond", None, None),
    ],
)
def test_a_brands_own_clause_sets_the_time(brand: str, duty: str, after: str | None, expected: Within | None) -> None:
    """A brand is held to what its own sources promise, to the longest time where they contradict each other."""
    clause = promised(load(), brand, "television", duty, after=after)
    assert (within(clause) if clause else None) == expected
    assert clause is None or clause.brand == brand

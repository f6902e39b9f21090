"""`python -m benchmarks.decisions`: how many cases a second one core decides.

Cases as customers bring them: a brand, a product, a day or a stretch of days of purchase, up to two circumstances,
sometimes a part; drawn anew each time, so that none is decided twice.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta

from policies_kb.calendar import DayRange
from policies_kb.case import Case
from policies_kb.coverage import decide
from policies_kb.loader import load
from policies_kb.model import Knowledge, ValueKind

ON = date(2026, 11, 22)
CASES = 5_000


def main() -> None:
    print("\n".join(section(load())))


def section(kb: Knowledge) -> Iterator[str]:
    """The figures as a section of docs/search.md."""
    fresh, warm = rates(kb, CASES)
    yield "## How many cases a second are decided\n"
    yield "On one core, no case twice (`python -m benchmarks.decisions`): brand, product and days of purchase, up to"
    yield f"two circumstances. A process that has just started: {fresh:,.0f}; one that has met customers"
    yield f"before: {warm:,.0f}.\n"


def rates(kb: Knowledge, cases: int) -> tuple[float, float]:
    """Decisions a second of a process that has just started, and of one that has met customers before."""
    draw = random.Random(7)
    return _rate(kb, [_case(kb, draw) for _ in range(cases)]), _rate(kb, [_case(kb, draw) for _ in range(cases)])


def _rate(kb: Knowledge, cases: list[Case]) -> float:
    begin = time.process_time()  # of this process: what else runs on the machine is not counted
    for case in cases:
        decide(case, kb)
    return len(cases) / (time.process_time() - begin)


def _case(kb: Knowledge, draw: random.Random) -> Case:
    words = [fact for fact in kb.facts.values() if fact.kind is ValueKind.WORD]
    told = {fact.name: draw.choice(list(fact.values)) for fact in draw.sample(words, draw.choice((0, 0, 0, 1, 1, 2)))}
    first = ON - timedelta(days=draw.randrange(4_000))
    return Case(
        on=ON,
        brand=draw.choice(list(kb.catalog.brands)),
        product=draw.choice(list(kb.catalog.products)),
        part=draw.choice(list(kb.catalog.parts)) if draw.random() < 0.3 else None,
        purchased=DayRange(first, min(ON, first + timedelta(days=draw.choice((0, 0, 0, 30, 365))))),
        facts=told,
    )


if __name__ == "__main__":
    main()

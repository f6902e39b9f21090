"""`python -m tests.servers.soak`: bookings under random kills, on servers of its own; the table of what came of it.

The exit code is 0 where nothing was lost, doubled or given up. The stores and logs are kept where it is not.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from scripts import stopping
from tests.servers.house import running
from tests.servers.soak import soak


def main() -> int:
    """The exit code: 0, 1 where something was wrong, 130 after an interruption."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers.soak", description=__doc__)
    parser.add_argument("--bookings", type=int, default=300, help="how many customers book (300)")
    parser.add_argument("--seed", type=int, default=7, help="chooses what is killed and who wants what (7)")
    options = parser.parse_args()
    stopping.listen()
    var = Path(tempfile.mkdtemp(prefix="baoxiu-soak-"))
    try:
        with running(var) as house:
            report = soak(house, bookings=options.bookings, seed=options.seed, say=_say)
    except stopping.Stop:
        _say("interrupted")
        shutil.rmtree(var)
        return 130
    print(report.table)
    for fault, what in report.wrong:
        _say(f"{fault.value}: {what}")
    if report.wrong:
        _say(f"the stores and logs are kept in {var}")
        return 1
    shutil.rmtree(var)
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

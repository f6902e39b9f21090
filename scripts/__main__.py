"""`python3 -m scripts setup | train | run`, with any Python 3; the rest goes on inside `.venv`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from scripts import model, packages, processes, search_index, serve
from scripts.console import Problem, Steps
from scripts.stopping import Stop, listen

ROOT = Path(__file__).resolve().parents[1]
STEPS = {"setup": packages.STEPS, "train": packages.STEPS + 2, "run": packages.STEPS + 3}
INSTALLED = "--installed"


def main() -> int:
    """The exit code: 0, 1 after a problem (said in one line), 130 after an interruption."""
    parser = argparse.ArgumentParser(prog="scripts", description=__doc__)
    parser.add_argument("command", choices=STEPS)
    parser.add_argument(INSTALLED, action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.chdir(ROOT)
    listen()
    try:
        if asked.installed:
            inside_venv(asked.command)
        else:
            python = packages.install(ROOT, Steps(STEPS[asked.command]))
            if asked.command != "setup":
                arguments = [str(python), "-m", "scripts", asked.command, INSTALLED]
                os.execv(arguments[0], arguments)
    except Problem as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    except Stop:
        print("\nInterrupted.", file=sys.stderr)
        return 130
    return 0


def inside_venv(command: str) -> None:
    """Train; and for `run`, with the ports found free first, start everything."""
    steps = Steps(STEPS[command], done=packages.STEPS)
    python = Path(sys.executable)
    if command == "train":
        prepare(python, steps)
    else:
        run(python, steps)


def prepare(python: Path, steps: Steps) -> None:
    """What is made from the data before anything starts: the model and the search index."""
    model.train(ROOT, python, steps)
    search_index.build(ROOT, python, steps)


def run(python: Path, steps: Steps) -> None:
    at, logs = processes.from_settings()
    programs = processes.parts(python, model.path(ROOT), at)
    serve.check(ROOT, programs)
    prepare(python, steps)
    serve.serve(programs, at, root=ROOT, logs=logs, steps=steps)


if __name__ == "__main__":
    sys.exit(main())

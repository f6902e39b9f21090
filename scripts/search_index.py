"""The search index of the policies: made beside the models, anew whenever the policies changed."""

from __future__ import annotations

from pathlib import Path

from scripts.console import Problem, Steps, run_logged
from scripts.processes import ONE_THREAD, QUIET


def build(root: Path, python: Path, steps: Steps) -> None:
    """Make the index unless it is there; a mistake in the policies is said with its place in the log."""
    log = root / "var" / "log" / "search-index.log"
    with steps.step("Arranging the policies for search") as step:
        command = [str(python), "-m", "policies_kb", "index"]
        if run_logged(command, log=log, step=step, cwd=root, env={**QUIET, **ONE_THREAD}, shows=r": (\d+ clauses)"):
            raise Problem(f"The policies cannot be read. (Details: {log.relative_to(root)})")

"""Where is a Python 3.10? Rasa 3.6, the last open-source line, runs on nothing newer."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Iterator, Mapping

from scripts.console import Problem, output_of

WANTED = "3.10"
MISSING = (
    "Python 3.10 is missing, and Rasa runs on no other. Install it "
    "(Ubuntu 22.04: apt-get install python3.10-venv; elsewhere: pyenv install 3.10, or "
    "uv python install 3.10), or name one: make run PYTHON=/path/to/python3.10"
)
_PROBE = "import sys; print(*sys.version_info[:3], sep='.')"


def find(*, uv: Path | None, env: Mapping[str, str] = os.environ) -> Path:
    """The first Python 3.10 that really runs: this one, the PATH's, pyenv's, then uv's.

    Raises `Problem` with what to install when there is none.
    """
    for candidate in _candidates(env):
        if is_wanted(candidate):
            return candidate
    found = _from_uv(uv) if uv else None
    if found is None:
        raise Problem(MISSING)
    return found


def is_wanted(python: Path) -> bool:
    """Does it start, and is it 3.10? (A pyenv shim stands on the PATH but may refuse to run.)"""
    version = version_of(python)
    return version is not None and version.startswith(WANTED + ".")


def version_of(python: Path) -> str | None:
    """`3.10.13`, or None if it does not run."""
    return output_of([str(python), "-c", _PROBE])


def _candidates(env: Mapping[str, str]) -> Iterator[Path]:
    if sys.version_info[:2] == (3, 10):
        yield Path(sys.executable)
    for folder in env.get("PATH", os.defpath).split(os.pathsep):
        name = shutil.which(f"python{WANTED}", path=folder) if folder else None
        if name:
            yield Path(name)
    root = Path(env.get("PYENV_ROOT") or Path(env.get("HOME", "/"), ".pyenv"))
    installed = (root / "versions").glob(f"{WANTED}.*/bin/python")
    yield from sorted(installed, key=_patch_level, reverse=True)


def _patch_level(python: Path) -> int:
    patch = python.parents[1].name.split(".")[2]
    return int(patch) if patch.isdigit() else -1


def _from_uv(uv: Path) -> Path | None:
    """One that uv knows of or can fetch; `--system` keeps it from naming our own `.venv`."""
    find_it = [str(uv), "python", "find", "--system", WANTED]
    found = output_of(find_it)
    if found is None:
        output_of([str(uv), "python", "install", WANTED], timeout=600)
        found = output_of(find_it)
    return Path(found) if found and is_wanted(Path(found)) else None

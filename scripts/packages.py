"""`.venv`: exactly the packages of `requirements.lock`, installed once."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Mapping

from scripts import interpreter
from scripts.console import Problem, Step, Steps, output_of, run_logged
from scripts.preflight import ROOM_TO_INSTALL, check_disk

STEPS = 2  # how many numbered steps `install` takes

# What a failed installation says → what the person can do about it. The first match wins.
_CAUSES = (
    (r"No space left on device", "The disk is full. Free about 3 GB and run make again."),
    (
        r"(command|execute|directory:) '?\S*(gcc|cc|g\+\+|clang)'|(gcc|cc): not found"
        r"|Python\.h: No such file|Failed building wheel|CompileError",
        "A package has to be compiled, and that failed. Install a compiler "
        "(Debian, Ubuntu: apt-get install build-essential python3-dev) and run make again.",
    ),
    (
        r"(?i)hash mismatch|do not match the hashes",
        "A downloaded package is not the one that requirements.lock names; nothing was installed.",
    ),
    (
        r"(?i)failed to fetch|dns error|connection (refused|reset|error)|timed out"
        r"|no matching distribution|not found in the package registry",
        "The package index does not answer, or lacks a package. Check the network and pip's settings.",
    ),
    (
        r"ensurepip is not available|No module named (venv|ensurepip)",
        "This Python cannot make environments. "
        "Install its venv package (Debian, Ubuntu: apt-get install python3-venv).",
    ),
)


def venv_python(root: Path) -> Path:
    return root / ".venv" / "bin" / "python"


def install(root: Path, steps: Steps) -> Path:
    """Make `.venv` what `requirements.lock` says, unless it is already; return its Python."""
    python = venv_python(root)
    if _stamp(root).is_file() and _stamp(root).read_text() == _fingerprint(root, python):
        steps.skip("Python 3.10", ".venv")
        steps.skip("Packages", "already installed")
        return python
    check_disk(root, ROOM_TO_INSTALL, "install the packages")
    with steps.step("Looking for Python 3.10"):
        uv = find_uv(root)
        base = interpreter.find(uv=uv)
    with steps.step("Installing packages") as step:
        _install(root, base, uv, step)
    _stamp(root).write_text(_fingerprint(root, python))
    return python


def find_uv(root: Path) -> Path | None:
    """uv from the PATH, or one fetched with pip into `var/uv`; None where neither works."""
    on_path = shutil.which("uv")
    own = root / "var" / "uv"
    for uv in (on_path, own / "bin" / "uv"):
        if uv and _runs(uv):
            return Path(uv)
    output_of([sys.executable, "-m", "venv", "--clear", str(own)])
    output_of([str(own / "bin" / "python"), "-m", "pip", "install", "--quiet", "uv"], timeout=180)
    return own / "bin" / "uv" if _runs(own / "bin" / "uv") else None


def _runs(uv: str | Path) -> bool:
    return output_of([str(uv), "--version"]) is not None


def explain(log: str) -> str:
    """The one line to show for a failed installation."""
    for pattern, advice in _CAUSES:
        if re.search(pattern, log):
            return advice
    return "Installing failed."


def _install(root: Path, base: Path, uv: Path | None, step: Step) -> None:
    """Fill `.venv`, keeping one that already has the right Python, with uv or else with pip."""
    if _stamp(root).exists():
        _stamp(root).unlink()  # half done is not done
    venv, python, lock = str(root / ".venv"), str(venv_python(root)), "requirements.lock"
    usable = uv or output_of([python, "-m", "pip", "--version"])  # uv's own have no pip inside
    keep = usable and interpreter.is_wanted(venv_python(root))
    if uv:
        make = [str(uv), "venv", "--clear", "--python", str(base), venv]
        # Compiled once here (as pip does), not at every start where nothing may be written beside the packages.
        fill = [str(uv), "pip", "sync", "--require-hashes", "--compile-bytecode", "--python", python, lock]
    else:
        make = [str(base), "-m", "venv", "--clear", venv]
        # The lock is complete: resolving it again would only cost time.
        fill = [python, "-m", "pip", "install", "--no-deps", "--require-hashes", "-r", lock]
    commands = [fill] if keep else [make, fill]
    for command in commands:
        log = root / "var" / "log" / "install.log"
        shows = r"^\s*(?:Collecting|Downloading|Building|Built|Installing collected) (\w+)"
        code = run_logged(command, log=log, step=step, cwd=root, env=uv_settings(), shows=shows)
        if code:
            raise Problem(f"{explain(log.read_text('utf-8'))} (Details: {log.relative_to(root)})")


def _stamp(root: Path) -> Path:
    return root / ".venv" / ".installed"


def _fingerprint(root: Path, python: Path) -> str:
    lock = hashlib.sha256((root / "requirements.lock").read_bytes()).hexdigest()
    return f"{lock} {interpreter.version_of(python)}\n"


def uv_settings(env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Let uv ask the package index that pip is set to use, unless uv has its own setting."""
    if {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(env):
        return {}
    listed = output_of([sys.executable, "-m", "pip", "config", "list"]) or ""
    index = re.search(r"^(?:global|install|:env:)\.index-url='(.*)'$", listed, re.MULTILINE)
    return {"UV_DEFAULT_INDEX": index.group(1)} if index else {}

"""Finding a Python 3.10 on machines that have it in different places, or only seem to."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from scripts import interpreter
from scripts.console import Problem


def program(path: Path, script: str) -> Path:
    """An executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def python(path: Path, version: str) -> Path:
    return program(path, f"echo {version}")


@pytest.fixture(autouse=True)
def run_by_another_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripts are started by a Python that is not 3.10, as on most machines."""
    monkeypatch.setattr(sys, "version_info", (3, 12, 1, "final", 0))


def test_the_path_comes_first(tmp_path: Path) -> None:
    """A python3.10 on the PATH is taken before one of pyenv."""
    wanted = python(tmp_path / "bin" / "python3.10", "3.10.4")
    python(tmp_path / "pyenv" / "versions" / "3.10.13" / "bin" / "python", "3.10.13")
    env = {"PATH": str(tmp_path / "bin"), "PYENV_ROOT": str(tmp_path / "pyenv")}
    assert interpreter.find(uv=None, env=env) == wanted


def test_a_shim_that_refuses_to_run_is_passed_over(tmp_path: Path) -> None:
    """A pyenv shim that stands on the PATH but fails does not hide a working one further on."""
    program(tmp_path / "shims" / "python3.10", "echo 'pyenv: command not found' >&2; exit 127")
    wanted = python(tmp_path / "bin" / "python3.10", "3.10.4")
    env = {"PATH": f"{tmp_path / 'shims'}:{tmp_path / 'bin'}", "HOME": str(tmp_path)}
    assert interpreter.find(uv=None, env=env) == wanted


def test_the_name_alone_proves_nothing(tmp_path: Path) -> None:
    """A program called python3.10 that is another version is not taken."""
    python(tmp_path / "bin" / "python3.10", "3.11.2")
    env = {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}
    with pytest.raises(Problem):
        interpreter.find(uv=None, env=env)


def test_pyenv_is_looked_through_for_the_newest(tmp_path: Path) -> None:
    """Of pyenv's versions the newest 3.10 is taken: 13 is newer than 9, and 3.1 is not 3.10."""
    versions = tmp_path / ".pyenv" / "versions"
    for version in ("3.10.9", "3.10.13", "3.11.7", "3.1.5"):
        python(versions / version / "bin" / "python", version)
    found = interpreter.find(uv=None, env={"PATH": "", "HOME": str(tmp_path)})
    assert found == versions / "3.10.13" / "bin" / "python"


def test_uv_is_asked_last_and_may_fetch_one(tmp_path: Path) -> None:
    """With nothing on the machine, uv installs a Python 3.10 and names it."""
    fetched = tmp_path / "fetched" / "python3.10"
    ready = python(tmp_path / "store" / "python3.10", "3.10.16")
    uv = program(
        tmp_path / "uv",
        f'if [ "$2" = install ]; then mkdir {fetched.parent}; mv {ready} {fetched}; exit; fi\n'
        f"test -x {fetched} && echo {fetched}",
    )
    assert interpreter.find(uv=uv, env={"PATH": "", "HOME": str(tmp_path)}) == fetched


def test_without_any_it_is_said_what_to_install(tmp_path: Path) -> None:
    """Where there is no Python 3.10 at all, one line names the version and ways to get it."""
    uv = program(tmp_path / "uv", "exit 2")
    with pytest.raises(Problem) as raised:
        interpreter.find(uv=uv, env={"PATH": "", "HOME": str(tmp_path)})
    said = str(raised.value)
    assert "Python 3.10 is missing" in said
    assert "apt-get install" in said
    assert "pyenv install 3.10" in said
    assert "\n" not in said


def test_one_named_by_hand_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """When the scripts themselves run on Python 3.10 (make PYTHON=…), that one is taken."""
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    monkeypatch.setattr(sys, "executable", str(python(tmp_path / "mine" / "python", "3.10.4")))
    assert interpreter.find(uv=None, env={"PATH": ""}) == tmp_path / "mine" / "python"

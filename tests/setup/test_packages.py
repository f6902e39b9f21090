"""Installing once, and saying in one line why it did not work."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from scripts import packages
from scripts.console import Problem, Steps


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with an empty lock, so that installing it needs no network."""
    (tmp_path / "requirements.lock").write_text("# nothing\n")
    return tmp_path


@pytest.fixture
def uv(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A uv that writes down what it is asked, and makes a `.venv` from this test's Python."""
    uv = project / "bin" / "uv"
    python = project / ".venv" / "bin" / "python"
    uv.parent.mkdir()
    uv.write_text(
        "#!/bin/sh\n"
        f"echo $1 $2 >> {project}/asked\n"
        f'[ "$1" = venv ] && mkdir -p {python.parent} && ln -s {sys.executable} {python}\n'
        f"[ $1 != pip ] || test ! -e {project}/broken || {{ cat {project}/broken; exit 1; }}\n"
    )
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", f"{uv.parent}:/usr/bin:/bin")
    return uv


def install(project: Path) -> str:
    """Install as `make` does; what was printed."""
    out = io.StringIO()
    packages.install(project, Steps(packages.STEPS, out=out))
    return out.getvalue()


def asked(project: Path) -> list[str]:
    file = project / "asked"
    lines = file.read_text().splitlines() if file.exists() else []
    return [line for line in lines if line.startswith(("venv", "pip"))]


@pytest.mark.usefixtures("uv")
def test_the_second_time_installs_nothing(project: Path) -> None:
    """With `.venv` as the lock says, nothing is installed and that is said."""
    install(project)
    assert len(asked(project)) == 2
    assert "already installed" in install(project)
    assert len(asked(project)) == 2


@pytest.mark.usefixtures("uv")
def test_a_changed_lock_is_installed_into_the_same_environment(project: Path) -> None:
    """A change of requirements.lock installs again without making `.venv` anew."""
    install(project)
    (project / "requirements.lock").write_text("# another\n")
    install(project)
    assert asked(project)[2:] == ["pip sync"]


@pytest.mark.usefixtures("uv")
def test_a_failed_installation_is_tried_again(project: Path) -> None:
    """After a failure the next make installs again: half done is not done."""
    install(project)
    (project / "requirements.lock").write_text("# another\n")
    (project / "broken").write_text("error: No space left on device (os error 28)\n")
    with pytest.raises(Problem, match="disk is full"):
        install(project)
    (project / "requirements.lock").write_text("# nothing\n")
    (project / "broken").unlink()
    assert "already installed" not in install(project)


@pytest.mark.usefixtures("uv")
def test_no_room_is_said_before_anything_is_installed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With less than 3 GB free, one line says how much there is, and nothing is started."""
    monkeypatch.setattr(packages, "ROOM_TO_INSTALL", 1 << 60)
    with pytest.raises(Problem, match=r"No room to install the packages: \d+ MB free"):
        install(project)
    assert asked(project) == []


@pytest.mark.parametrize(
    ("log", "advice"),
    [
        ("error: command 'gcc' failed: No such file or directory", "build-essential"),
        ("error: command 'x86_64-linux-gnu-gcc' failed with exit code 1", "build-essential"),
        ("unable to execute 'cc': No such file or directory", "build-essential"),
        ("      error: [Errno 2] No such file or directory: 'gcc'", "build-essential"),
        ("src/x.c:1:10: fatal error: Python.h: No such file or directory", "python3-dev"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "is not the"),
        ("error: Hash mismatch for `six==1.16.0`", "is not the one"),
        ("error: Failed to fetch: `six`\n  Caused by: dns error", "does not answer"),
        ("ERROR: No matching distribution found for six==1.16.0", "does not answer"),
        ("/usr/bin/python3.10: No module named venv", "python3-venv"),
    ],
)
def test_a_failure_is_explained(log: str, advice: str) -> None:
    """What an installer says when it fails becomes one line that names the remedy."""
    said = packages.explain(f"Resolved 200 packages\n{log}\n")
    assert advice in said
    assert "\n" not in said


def test_a_tool_for_building_that_is_named_in_passing_is_no_cause() -> None:
    """A package whose name has `gcc` in it does not make a network failure a missing compiler."""
    said = packages.explain("Downloading gcc-helper\nerror: Failed to fetch: timed out\n")
    assert "does not answer" in said


def test_uv_asks_the_index_that_pip_is_set_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A mirror set for pip is used by uv too, so that behind one nothing more is to be set."""
    pip = tmp_path / "python"
    pip.write_text("#!/bin/sh\necho \"global.index-url='mirror:simple'\"\n")
    pip.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(pip))
    assert packages.uv_settings(env={}) == {"UV_DEFAULT_INDEX": "mirror:simple"}
    assert packages.uv_settings(env={"UV_INDEX_URL": "own"}) == {}

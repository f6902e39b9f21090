"""Progress that can be read on a terminal and in a log alike."""

from __future__ import annotations

import io
import os
import sys
import time
from pathlib import Path

import pytest

from scripts import console
from scripts.console import Steps, elapsed, run_logged


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.9, "59 s"), (60, "1 min 0 s"), (72.4, "1 min 12 s"), (3725, "62 min 5 s")],
)
def test_durations_are_short(seconds: float, text: str) -> None:
    """Times are told in minutes and whole seconds."""
    assert elapsed(seconds) == text


def test_steps_are_numbered_across_processes() -> None:
    """A process that takes over after two of five steps goes on with the third."""
    out = io.StringIO()
    steps = Steps(5, done=2, out=out)
    steps.skip("Model", "nothing changed")
    with steps.step("Starting"):
        pass
    assert out.getvalue().splitlines() == [
        "[3/5] Model: nothing changed",
        "[4/5] Starting …",
        "[4/5] Starting: done in 0 s",
    ]


@pytest.mark.parametrize(("out", "clears"), [(io.StringIO(), False), (Terminal(), True)])
def test_a_long_step_shows_that_it_lives(out: io.StringIO, clears: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that lasts tells its time and what it is busy with; only a terminal is overwritten."""
    monkeypatch.setattr(console, "TICK", 0.01)
    monkeypatch.setattr(console, "QUIET_INTERVAL", 0.01)
    with Steps(1, out=out).step("Training") as step:
        step.detail("Tokenizer")
        end = time.monotonic() + 5
        while "(Tokenizer)" not in out.getvalue() and time.monotonic() < end:
            time.sleep(0.01)
    assert "[1/1] Training … 0 s (Tokenizer)" in out.getvalue()
    assert ("\r" in out.getvalue()) is clears


def test_a_failed_step_says_so() -> None:
    """A step left by an exception is never reported as done, and the exception goes on."""
    out = io.StringIO()
    with pytest.raises(ZeroDivisionError), Steps(1, out=out).step("Counting"):
        _ = 1 / 0
    assert out.getvalue().splitlines()[-1] == "[1/1] Counting: failed after 0 s"


def test_a_commands_output_goes_to_its_log(tmp_path: Path) -> None:
    """Both output streams of a command are kept, and its exit code is returned."""
    script = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    with Steps(1, out=io.StringIO()).step("x") as step:
        log = tmp_path / "log" / "x.log"
        code = run_logged([sys.executable, "-c", script], log=log, step=step, cwd=tmp_path)
    assert code == 3
    assert sorted(log.read_text().split()) == ["err", "out"]


def test_an_interrupted_command_is_ended(tmp_path: Path) -> None:
    """What interrupts us while a command runs ends that command before it goes on."""

    class Interrupting(console.Step):
        def detail(self, text: str) -> None:
            raise KeyboardInterrupt(text)

    step = Interrupting("x", io.StringIO())
    script = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(60)"
    with pytest.raises(KeyboardInterrupt) as raised:
        run_logged(
            [sys.executable, "-c", script],
            log=tmp_path / "x.log",
            step=step,
            cwd=tmp_path,
            shows=r"pid (\d+)",
        )
    with pytest.raises(ProcessLookupError):
        os.kill(int(str(raised.value)), 0)

"""`python -m bot.web` as the supervisor starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.slow  # each is a new process
ROOT = Path(__file__).parents[2]
LOADED = "import sys, bot.web.__main__; print([m for m in {heavy} if m in sys.modules])"


def test_the_pages_load_no_rasa() -> None:
    """The process of the pages starts without Rasa, TensorFlow or spaCy in it."""
    code = LOADED.format(heavy=("rasa", "tensorflow", "spacy"))
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_serves_until_told_to_stop(tmp_path: Path) -> None:
    """It answers on its port, and ends quietly and with success when it is told to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "BAOXIU_WEB_PORT": str(port), "BAOXIU_VAR": str(tmp_path)}
    environment.pop("BAOXIU_DATABASE_URL", None)
    process = subprocess.Popen([sys.executable, "-m", "bot.web"], cwd=ROOT, env=environment, stderr=subprocess.PIPE)
    try:
        assert wait_for(f"http://127.0.0.1:{port}/healthz")["ok"] is True
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=10)
    finally:
        process.kill()
    assert process.returncode in (0, -signal.SIGTERM)
    assert b"Traceback" not in said


def wait_for(url: str) -> dict[str, object]:
    end = time.monotonic() + 30
    while True:
        try:
            return dict(httpx.get(url, trust_env=False).json())
        except httpx.TransportError:
            assert time.monotonic() < end, "nobody answers"
            time.sleep(0.05)


def test_a_wrong_setting_is_one_line() -> None:
    """A setting that cannot be used ends the start with one line that names it."""
    environment = {**os.environ, "BAOXIU_WEB_PORT": "eighty"}
    command = [sys.executable, "-m", "bot.web"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("BAOXIU_WEB_PORT") and done.stderr.count("\n") == 1

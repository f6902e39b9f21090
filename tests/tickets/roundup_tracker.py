"""A Roundup tracker of the tests' own: the real one, made from its classic template and served on a free port.

Run as a program it serves: `python -m tests.tickets.roundup_tracker HOME PORT`.
"""

from __future__ import annotations

import importlib.util
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from wsgiref.simple_server import make_server

import requests

PASSWORD = "only for this test"
_SETTINGS = {"backend": "sqlite", "domain": "example.invalid", "host": "localhost"}


def is_installed() -> bool:
    """Whether the package is there (it is one of the development requirements)."""
    return importlib.util.find_spec("roundup") is not None


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Make a tracker in `folder`, serve it, and give its address; user admin."""
    home, port = folder / "tracker", _free_port()
    url = f"http://127.0.0.1:{port}/"
    _admin(home, "install", "classic", "sqlite")
    config = home / "config.ini"
    text = config.read_text("utf-8")
    for name, value in {**_SETTINGS, "web": url}.items():
        text = re.sub(rf"(?m)^#?{name} =.*$", f"{name} = {value}", text)
    config.write_text(text, "utf-8")
    _admin(home, "initialise", PASSWORD)
    log = (folder / "log").open("w")
    process = subprocess.Popen([sys.executable, "-m", __name__, str(home), str(port)], stdout=log, stderr=log)
    try:
        _wait(url, process)
        yield url
    finally:
        process.terminate()
        process.wait()
        log.close()


def _admin(home: Path, *command: str) -> None:
    program = "from roundup.scripts.roundup_admin import run; run()"
    done = subprocess.run(
        [sys.executable, "-c", program, "-i", str(home), *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert process.poll() is None, "the tracker does not start"
        try:
            requests.get(url + "rest/", timeout=5)
            return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("the tracker does not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _serve(home: str, port: int) -> None:
    from roundup.cgi.wsgi_handler import RequestDispatcher

    make_server("127.0.0.1", port, RequestDispatcher(home)).serve_forever()


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))

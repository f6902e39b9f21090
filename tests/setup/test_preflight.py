"""What would go wrong later is said at once, in one line."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from scripts.console import Problem
from scripts.preflight import GB, MB, check_disk, check_port, is_listening


def test_a_port_in_use_names_the_port_and_its_variable() -> None:
    """For a port that somebody listens on, the line says which, whose, and what changes it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(Problem) as raised:
            check_port("web", "127.0.0.1", port, "BAOXIU_WEB_PORT")
    said = str(raised.value)
    assert said.startswith(f"Port {port} (web) is in use.")
    assert f"BAOXIU_WEB_PORT={port + 1}" in said
    assert "\n" not in said


def test_a_port_taken_on_all_addresses_is_taken_here_too() -> None:
    """A program that listens on every address is in the way on the loopback."""
    with socket.create_server(("0.0.0.0", 0)) as server, pytest.raises(Problem):
        check_port("web", "127.0.0.1", server.getsockname()[1], "BAOXIU_WEB_PORT")


def test_a_port_just_left_is_free() -> None:
    """A port whose last connection is still closing does not stop a quick restart."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()  # closed by the server first: its side waits
    check_port("web", "127.0.0.1", port, "BAOXIU_WEB_PORT")


def test_an_address_that_is_not_ours_is_named() -> None:
    """A host that this machine does not have is a problem of its own, not a port in use."""
    with pytest.raises(Problem, match=r"Cannot listen on 192\.0\.2\.1:8080 .*BAOXIU_WEB_PORT"):
        check_port("web", "192.0.2.1", 8080, "BAOXIU_WEB_PORT")


def test_listening_is_told_from_not_listening() -> None:
    """A port counts as up while somebody takes connections there, and no longer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert is_listening("127.0.0.1", port)
    assert not is_listening("127.0.0.1", port)


def test_no_room_says_how_much_there_is_and_is_needed(tmp_path: Path) -> None:
    """With too little disk space the line tells both figures."""
    with pytest.raises(Problem, match=r"No room to install: 512 MB free in .*, 3072 MB needed"):
        check_disk(tmp_path, 3 * GB, "install", free=lambda _: 512 * MB)


def test_just_enough_room_is_enough(tmp_path: Path) -> None:
    """Exactly what is needed will do."""
    check_disk(tmp_path, 3 * GB, "install", free=lambda _: 3 * GB)

"""What is cheap to know before a long step: is there room on the disk, are the ports free?"""

from __future__ import annotations

import errno
import shutil
import socket
from pathlib import Path
from typing import Callable

from scripts.console import Problem

MB = 1024 * 1024
GB = 1024 * MB
ROOM_TO_INSTALL = 3 * GB  # the packages take 2.6 GB
ROOM_TO_RUN = 200 * MB  # a model, the logs, a day's tickets


def check_disk(
    folder: Path,
    need: int,
    purpose: str,
    *,
    free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
) -> None:
    """Raise `Problem` if fewer than `need` bytes are free where `folder` lies."""
    there = free(folder)
    if there < need:
        raise Problem(f"No room to {purpose}: {there // MB} MB free in {folder}, {need // MB} MB needed.")


def check_port(name: str, host: str, port: int, variable: str) -> None:
    """Raise `Problem` if `port` cannot be listened on; `variable` is what chooses another."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: a port whose last connection is still closing counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Problem(_refusal(error, name, host, port, variable)) from error


def is_listening(host: str, port: int) -> bool:
    """Does somebody take connections there?"""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def _refusal(error: OSError, name: str, host: str, port: int, variable: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} ({name}) is in use. Stop what listens there, "
            f"or choose another port: make run {variable}={port + 1}"
        )
    return f"Cannot listen on {host}:{port} ({name}, {variable}): {error.strerror or error}."

"""A PostgreSQL server of the tests' own: on a free port, without a password, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


def is_installed() -> bool:
    """Whether this machine has the server's programs."""
    return bool(shutil.which("initdb") and shutil.which("pg_ctl"))


@contextmanager
def server() -> Iterator[str]:
    """Start a server and give the address of its databases, without a name at the end."""
    directory = Path(tempfile.mkdtemp(prefix="baoxiu-postgres-"))
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    if user:
        os.chown(directory, pwd.getpwnam(user).pw_uid, -1)
    data = str(directory / "data")

    def run(*command: str) -> None:
        subprocess.run(command, user=user, check=True, stdout=subprocess.DEVNULL, cwd=directory)

    try:
        run("initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")
        port = _free_port()
        options = f"-h 127.0.0.1 -p {port} -k {directory} {_FAST}"
        run("pg_ctl", "-D", data, "-o", options, "-w", "-l", str(directory / "log"), "start")
        try:
            yield f"postgresql://tests@127.0.0.1:{port}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def database(server_url: str, name: str) -> Iterator[str]:
    """Make an empty database and give its address."""
    engine = sa.create_engine(f"{server_url}/postgres", isolation_level="AUTOCOMMIT", future=True)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield f"{server_url}/{name}"
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        engine.dispose()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

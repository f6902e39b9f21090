"""Which programs make up Baoxiu, and the supervisor configuration that runs them.

A new program is one more line in `parts`.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Mapping, Sequence

from scripts.console import Problem

# The libraries' chatter and usage reports, off.
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "PYTHONUNBUFFERED": "1",
}
# Answering means multiplying small matrices: more threads only make them wait for each other.
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
LOOPBACK = "127.0.0.1"  # Rasa's API opens every conversation, the actions trust who calls them


@dataclass(frozen=True)
class Addresses:
    """Where each part listens. Only the pages are for others, so only they have a host."""

    web_host: str
    web: int
    rasa: int
    actions: int

    def environment(self) -> dict[str, str]:
        """How the parts find each other (`endpoints.yml` and `bot.settings` read these)."""
        return {
            "BAOXIU_RASA_URL": f"http://{LOOPBACK}:{self.rasa}",
            "BAOXIU_ACTIONS_URL": f"http://{LOOPBACK}:{self.actions}",
        }


def from_settings() -> tuple[Addresses, Path]:
    """The addresses and the folder of logs that `bot.settings` reads from the environment.

    Raises `Problem` for a value that cannot be used.
    """
    from bot import settings

    try:
        at = Addresses(
            web_host=settings.web_host(),
            web=settings.web_port(),
            rasa=settings.rasa_port(),
            actions=settings.actions_port(),
        )
        return at, settings.var_dir() / "log"
    except settings.SettingsError as error:
        raise Problem(str(error)) from error


@dataclass(frozen=True)
class Part:
    """One program: its command, and where it listens if it does (`variable` chooses the port)."""

    name: str
    command: Sequence[str]
    host: str = LOOPBACK
    port: int | None = None
    variable: str = ""
    env: Mapping[str, str] = field(default_factory=dict)


def parts(python: Path, model: Path, at: Addresses) -> tuple[Part, ...]:
    """Every program of a running Baoxiu, in the order of starting."""

    def module(name: str, *arguments: object) -> tuple[str, ...]:
        return (str(python), "-m", name, *map(str, arguments))

    # fmt: off
    return (
        Part("web", module("bot.web"), host=at.web_host, port=at.web, variable="BAOXIU_WEB_PORT"),
        Part("actions", module("actions", "--port", at.actions),
             port=at.actions, variable="BAOXIU_ACTIONS_PORT",
             env={"SANIC_HOST": LOOPBACK}),  # rasa_sdk listens everywhere unless told so, here
        Part("rasa", module("bot.components.server", "run", "--enable-api", "--model", model,
                            "--interface", LOOPBACK, "--port", at.rasa,
                            "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
             port=at.rasa, variable="BAOXIU_RASA_PORT"),
        Part("work", module("bot.tickets", "work")),
    )
    # fmt: on


def environment(at: Addresses) -> dict[str, str]:
    """What every part finds in its environment beside what we found in ours."""
    return {**QUIET, **ONE_THREAD, **at.environment()}


def supervisor_config(programs: Sequence[Part], *, root: Path, logs: Path, state: Path) -> str:
    """A `supervisord.conf`: every part restarted when it ends, its output in `logs`/NAME.log.

    `state` is a private folder for supervisord's socket and process id.
    """
    sections: dict[str, dict[str, object]] = {
        "supervisord": {
            "nodaemon": "true",
            "silent": "true",
            "directory": root,
            "logfile": logs / "supervisord.log",
            "pidfile": state / "supervisord.pid",
        },
        "unix_http_server": {"file": state / "supervisor.sock", "chmod": "0700"},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
    }
    for part in programs:
        sections[f"program:{part.name}"] = _program(part, logs)
    return "\n".join(_section(name, options) for name, options in sections.items())


def _program(part: Part, logs: Path) -> dict[str, object]:
    return {
        "command": shlex.join(part.command),
        "environment": ",".join(f'{name}="{value}"' for name, value in part.env.items()),
        "autorestart": "true",
        "startretries": 1_000_000,  # each waits a second longer; giving up is not its decision
        "stopasgroup": "true",
        "killasgroup": "true",
        "stopwaitsecs": 8,
        "redirect_stderr": "true",
        "stdout_logfile": logs / f"{part.name}.log",
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": 2,
    }


def _section(name: str, options: Mapping[str, object]) -> str:
    lines = [f"{key}={_literal(value)}" for key, value in options.items()]
    return "\n".join([f"[{name}]", *lines, ""])


def _literal(value: object) -> str:
    """supervisor expands `%(name)s` in values: a percent sign of ours is meant as one."""
    return str(value).replace("%", "%%")

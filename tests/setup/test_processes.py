"""The table of programs and the supervisor configuration made from it."""

from __future__ import annotations

import configparser
import shlex
from pathlib import Path

import pytest

from scripts.console import Problem
from scripts.processes import Addresses, Part, environment, from_settings, parts, supervisor_config

PYTHON = Path("/venv/bin/python")
MODEL = Path("models/0123456789abcdef.tar.gz")
AT = Addresses("0.0.0.0", web=18080, rasa=15005, actions=15055)


def config(*programs: Part, root: Path = Path("/project")) -> configparser.RawConfigParser:
    text = supervisor_config(programs, root=root, logs=root / "log", state=Path("/state"))
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    return parser


def by_name(name: str) -> Part:
    return next(part for part in parts(PYTHON, MODEL, AT) if part.name == name)


@pytest.mark.parametrize(
    ("name", "port", "variable"),
    [
        ("web", 18080, "BAOXIU_WEB_PORT"),
        ("rasa", 15005, "BAOXIU_RASA_PORT"),
        ("actions", 15055, "BAOXIU_ACTIONS_PORT"),
    ],
)
def test_every_server_names_its_port(name: str, port: int, variable: str) -> None:
    """A program that listens tells where, and which variable changes it."""
    part = by_name(name)
    assert (part.port, part.variable) == (port, variable)


def test_only_the_pages_are_for_others() -> None:
    """With the pages on every address, Rasa's API and the actions stay on the loopback."""
    assert by_name("web").host == "0.0.0.0"
    rasa, actions = by_name("rasa"), by_name("actions")
    assert rasa.command[rasa.command.index("--interface") + 1] == "127.0.0.1"
    assert actions.env["SANIC_HOST"] == "127.0.0.1"
    assert {rasa.host, actions.host} == {"127.0.0.1"}


def test_rasa_serves_the_model_it_is_given() -> None:
    """Rasa is told which model to load; it never picks the newest file of a folder."""
    command = by_name("rasa").command
    assert command[command.index("--model") + 1] == str(MODEL)
    assert command[command.index("--port") + 1] == "15005"


def test_the_parts_find_each_other_on_other_ports() -> None:
    """Rasa and the actions are reached on the loopback at the ports that were chosen."""
    env = environment(AT)
    assert env["BAOXIU_ACTIONS_URL"] == "http://127.0.0.1:15055"
    assert env["BAOXIU_RASA_URL"] == "http://127.0.0.1:15005"
    assert env["RASA_TELEMETRY_ENABLED"] == "false"


def test_each_part_is_restarted_and_logged() -> None:
    """A new program in the table is one section: restarted, with a log of its own name."""
    section = config(Part("worker", ("python", "-m", "x", "work")))["program:worker"]
    assert shlex.split(section["command"]) == ["python", "-m", "x", "work"]
    assert section["autorestart"] == "true"
    assert section["stdout_logfile"] == "/project/log/worker.log"
    assert section["redirect_stderr"] == "true"
    assert section["killasgroup"] == "true"


def test_odd_paths_survive(tmp_path: Path) -> None:
    """Blanks, quotes and percent signs in a path reach the program as they are."""
    odd = "/home/a b/100%/it's/python"
    section = config(Part("web", (odd, "-m", "bot.web")))["program:web"]
    assert shlex.split(section["command"].replace("%%", "%")) == [odd, "-m", "bot.web"]


def test_a_wrong_setting_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable with a value that cannot be used is named, without a traceback."""
    monkeypatch.setenv("BAOXIU_WEB_PORT", "eighty")
    with pytest.raises(Problem, match="BAOXIU_WEB_PORT"):
        from_settings()

"""`python -m bot.tickets`: what it prints, what it masks, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROWS = [
    {
        "no": "WO-1",
        "kind": "repair",
        "state": "scheduled",
        "brand": "viomi",
        "product": "refrigerator",
        "name": "李雷",
        "phone": "13800138000",
        "contact": {"name": "韩梅梅", "phone": "13900139000"},
        "address": "杭州市西湖区某路1号",
        "created": "2026-11-01T09:00:00+08:00",
        "history": [
            {
                "at": "2026-11-02T09:00:00+08:00",
                "actor": "desk",
                "event": "amended",
                "field": "phone",
                "old": "13600136000",
                "new": "13800138000",
            }
        ],
    },
    {
        "no": "WO-2",
        "kind": "complaint",
        "state": "handling",
        "brand": "jason",
        "created": "2026-11-02T09:00:00+08:00",
    },
]
pytestmark = pytest.mark.slow  # a process a command

PERSONAL = ("李雷", "韩梅梅", "13800138000", "13900139000", "13600136000", "某路1号")


class Cli:
    """The command line on a database of its own."""

    def __init__(self, directory: Path) -> None:
        self.environment = {
            **os.environ,
            "BAOXIU_VAR": str(directory / "var"),
            "BAOXIU_DATABASE_URL": "",
            "BAOXIU_NOW": "2026-11-20T10:00:00+08:00",
        }

    def __call__(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command to its end; it never shows a traceback."""
        result = subprocess.run(
            [sys.executable, "-m", "bot.tickets", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in result.stderr
        return result


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """The command line, with nothing stored and no database made."""
    return Cli(tmp_path)


@pytest.fixture
def filled(cli: Cli) -> Cli:
    """The command line, with two tickets moved in."""
    result = cli("import", "-", stdin=json.dumps(ROWS))
    assert (result.returncode, result.stdout) == (0, "2 imported, 0 exists, 0 refused\n")
    return cli


def test_an_empty_database_is_made_and_listed(cli: Cli, tmp_path: Path) -> None:
    """The first command makes the database and lists nothing."""
    result = cli("list", "--json")
    assert (result.returncode, json.loads(result.stdout), result.stderr) == (0, [], "")
    assert (tmp_path / "var" / "baoxiu.db").exists()


def test_a_list_for_programs_is_whole(filled: Cli) -> None:
    """With --json a list gives every field as it is, newest first."""
    tickets = json.loads(filled("list", "--json").stdout)
    assert [ticket["no"] for ticket in tickets] == ["WO-2", "WO-1"]
    assert tickets[1]["phone"] == "13800138000" and tickets[1]["contact"] == ROWS[0]["contact"]
    assert tickets[0]["phone"] is None and tickets[0]["updated"] == ROWS[1]["created"]


def test_a_list_for_people_is_masked(filled: Cli) -> None:
    """Without --json there is a line for each ticket, and nobody can be called or named from it."""
    lines = filled("list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["WO-2", "WO-1"]
    assert "李**" in lines[1] and "138****8000" in lines[1]
    assert not any(value in line for value in PERSONAL for line in lines)


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (["--kind", "repair"], ["WO-1"]),
        (["--state", "handling"], ["WO-2"]),
        (["--brand", "jason", "--kind", "complaint"], ["WO-2"]),
        (["--brand", "skyworth"], []),
        (["--limit", "1"], ["WO-2"]),
    ],
)
def test_a_list_is_filtered(filled: Cli, options: list[str], numbers: list[str]) -> None:
    """Options narrow the list; several are joined by and."""
    tickets = json.loads(filled("list", "--json", *options).stdout)
    assert [ticket["no"] for ticket in tickets] == numbers


def test_a_ticket_is_shown_with_its_whole_history(filled: Cli) -> None:
    """With --json a ticket is whole, and its history says what was moved in and when."""
    shown = json.loads(filled("show", "WO-1", "--json").stdout)
    assert shown["address"] == ROWS[0]["address"]
    assert [row["event"] for row in shown["history"]] == ["amended", "imported"]
    assert shown["history"][0]["old"] == "13600136000"
    assert shown["history"][1]["at"] == "2026-11-20T10:00:00+08:00"


def test_a_ticket_shown_to_people_is_masked_with_its_history(filled: Cli) -> None:
    """Without --json the ticket and its history name and locate nobody."""
    page = filled("show", "WO-1").stdout
    assert "scheduled" in page and "136****6000 -> 138****8000" in page
    assert not any(value in page for value in PERSONAL)


def test_our_own_number_is_found_without_its_letters(cli: Cli) -> None:
    """A number of ours is shown when it is typed without BX too."""
    cli("import", "-", stdin=json.dumps([{**ROWS[1], "no": "BX000000018"}]))
    assert json.loads(cli("show", "000000018", "--json").stdout)["no"] == "BX000000018"


def test_an_unknown_number_is_not_found(filled: Cli) -> None:
    """A number that is not there ends with 1 and says so."""
    result = filled("show", "BX000000000", "--json")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "no ticket BX000000000\n"


def test_refused_rows_are_named_and_the_others_taken(cli: Cli, tmp_path: Path) -> None:
    """Refused rows are named by place and number with the reason, and the end is 1."""
    file = tmp_path / "old.json"
    file.write_text(json.dumps([ROWS[0], {**ROWS[1], "state": "done"}, ROWS[0]]), encoding="utf-8")
    result = cli("import", str(file))
    assert (result.returncode, result.stdout) == (1, "1 imported, 1 exists, 1 refused\n")
    assert result.stderr.startswith("row 2 (WO-2): state: done is none of a complaint's: ")


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        ([], "", "COMMAND"),
        (["list", "--kind", "fix"], "", "--kind"),
        (["list", "--limit", "0"], "", "--limit"),
        (["import", "/nowhere.json"], "", "cannot read /nowhere.json"),
        (["import", "-"], "[{", "- is not JSON"),
        (["import", "-"], "{}", "- must hold a list of tickets"),
    ],
)
def test_wrong_usage_ends_with_2(cli: Cli, arguments: list[str], stdin: str, message: str) -> None:
    """A wrong option, file or JSON ends with 2 and a plain message."""
    result = cli(*arguments, stdin=stdin)
    assert result.returncode == 2
    assert message in result.stderr


def test_a_wrong_setting_ends_with_2(cli: Cli) -> None:
    """A setting that cannot be used is named."""
    cli.environment["BAOXIU_DATABASE_URL"] = "mysql://x"
    result = cli("list")
    assert result.returncode == 2
    assert result.stderr.startswith("BAOXIU_DATABASE_URL: ")


def test_a_database_that_is_away_ends_with_3(cli: Cli) -> None:
    """A database that cannot be reached is said to be that."""
    cli.environment["BAOXIU_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    result = cli("list")
    assert result.returncode == 3
    assert result.stderr.startswith("the database cannot be reached or written: ")

"""The documentation names what is there: settings, commands, files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import SETTINGS
from policies_kb.__main__ import _parser

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_a_page_names_exists(page: Path) -> None:
    """Links and paths in code marks point at files of this repository."""
    text = page.read_text(encoding="utf-8")
    linked = [page.parent / target for target in re.findall(r"\]\((?!http)([^)#]+)\)", text)]
    named = [ROOT / path for path in re.findall(r"`((?:bot|policies_kb|data|docs|tests|actions)/[\w./-]*\w/?)`", text)]
    assert [str(path) for path in (*linked, *named) if not path.exists()] == []


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_documented(setting: object) -> None:
    """Operations lists each environment variable with its meaning."""
    name, _, meaning = setting  # type: ignore[misc]
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert f"| `{name}` |" in page
    assert meaning in page


def test_the_readme_names_every_command_of_the_knowledge() -> None:
    """Each sub-command of `python -m policies_kb` that people use stands in the README."""
    (commands,) = (action.choices for action in _parser()._actions if action.choices)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {name for name in set(commands) - {"record"} if f"python -m policies_kb {name}" not in text} == set()


def test_the_readme_names_make_targets_that_exist() -> None:
    """`make x` in the README is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"`?make ([a-z]+)`?", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named - targets == set()

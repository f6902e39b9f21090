"""Who may import whom (docs/decisions/0001), read from the syntax trees, and seen in fresh interpreters."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("policies_kb", "bot", "actions", "benchmarks", "scripts")

#: Package → the packages of ours that it may import (itself always).
MAY_IMPORT: dict[str, set[str]] = {
    "policies_kb": set(),
    "bot.settings": set(),
    "bot.text": {"policies_kb.normalise", "policies_kb.calendar"},
    "bot.database": {"bot.settings"},
    "bot.migrations": {"bot.database", "bot.tickets", "bot.conversations"},
    "bot.tickets": {"policies_kb", "bot.settings", "bot.text", "bot.database"},
    "bot.conversations": {"policies_kb", "bot.settings", "bot.text", "bot.database"},
    "bot.dialogue": {"policies_kb", "bot.settings", "bot.text", "bot.tickets", "bot.conversations"},
    "bot.wording": {
        "policies_kb",
        "bot.settings",
        "bot.text",
        "bot.tickets",
        "bot.conversations",
        "bot.dialogue",
    },
    "bot.components": {"policies_kb", "bot.text", "bot.dialogue", "bot.settings"},
}
_EDGE = {
    "policies_kb", "bot.settings", "bot.text", "bot.database", "bot.tickets", "bot.conversations", "bot.dialogue",
    "bot.wording",
}  # fmt: skip
MAY_IMPORT |= {"actions": _EDGE, "bot.channels": _EDGE, "bot.web": _EDGE}

#: Third-party packages with one home: name → the packages of ours that may import it.
HOMES: dict[str, set[str]] = {
    "rasa": {"bot.components", "bot.channels", "benchmarks"},
    "rasa_sdk": {"actions", "benchmarks"},
    "spacy": {"bot.components", "benchmarks"},
    "sanic": {"bot.channels", "benchmarks"},
    "starlette": {"bot.web"},
    "jinja2": {"bot.web"},
    "sqlalchemy": {
        "bot.tickets",
        "bot.conversations",
        "bot.database",
        "bot.migrations",
        "bot.components",
    },
    "alembic": {"bot.database", "bot.migrations"},
    "transitions": {"bot.tickets"},
    "bm25s": {"policies_kb"},
}


def _files() -> Iterator[Path]:
    for package in OURS:
        yield from (p for p in (ROOT / package).rglob("*.py"))


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


FILES = sorted(_files())


@pytest.mark.parametrize("path", FILES, ids=_module)
def test_a_module_imports_only_what_its_package_may(path: Path) -> None:
    """Every import of ours points down the house; nobody imports actions, channels, components or the pages."""
    module = _module(path)
    package = next((p for p in MAY_IMPORT if _within(module, p)), None)
    if package is None:  # bot/__init__, benchmarks, scripts
        return
    allowed = MAY_IMPORT[package] | {package}
    ours = [name for name in _imports(path) if name.split(".")[0] in OURS]
    assert [name for name in ours if not any(_within(name, a) for a in allowed)] == []


@pytest.mark.parametrize("path", FILES, ids=_module)
def test_a_third_party_package_stays_in_its_home(path: Path) -> None:
    """Rasa, spaCy, the web framework and the database stay at the edge, so that the rest outlives them."""
    module = _module(path)
    strangers = [
        name
        for name in _imports(path)
        if (homes := HOMES.get(name.split(".")[0])) and not any(_within(module, home) for home in homes)
    ]
    assert strangers == []


def test_the_package_bot_is_empty() -> None:
    """Importing bot.tickets imports nothing else of ours by way of bot/__init__."""
    assert (ROOT / "bot" / "__init__.py").read_text(encoding="utf-8").strip() == ""


@pytest.mark.parametrize(
    "start",
    [
        "import actions.repair, actions.coverage, actions.policy",
        "import bot.web.app",
        "import bot.tickets.__main__",
    ],
)
def test_the_light_processes_load_no_rasa(start: str) -> None:
    """Neither the action server's modules nor the pages nor the ticket command load Rasa, TensorFlow or spaCy."""
    heavy = "[m for m in ('rasa', 'tensorflow', 'spacy') if m in sys.modules]"
    code = f"import sys; {start}; print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_no_module_holds_more_than_one_idea_fits() -> None:
    """A module stays below 350 lines."""
    long = {_module(p): n for p in FILES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 350}
    assert long == {}

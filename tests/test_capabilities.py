"""docs/capabilities.md: every mechanism of the sources has its row, and every row the tests that it names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "capabilities.md"

#: The numbers that the review of the sources gives, section by section.
NUMBERS = {
    "A": range(1, 17),
    "B": range(20, 30),
    "C": range(30, 42),
    "D": range(50, 62),
    "E": range(70, 80),
    "F": range(80, 85),
}

_ROW = re.compile(r"^\| (Y\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def _rows() -> dict[str, str]:
    """Each number's cell of tests."""
    return {number: cell for number, _, cell in _ROW.findall(PAGE.read_text("utf-8"))}


@pytest.mark.parametrize("section", NUMBERS)
def test_every_mechanism_has_one_row(section: str) -> None:
    """Each number of a section stands in its table, once and in order."""
    text = PAGE.read_text("utf-8").partition(f"\n## {section}. ")[2].partition("\n## ")[0]
    assert [number for number, _, _ in _ROW.findall(text)] == [f"Y{n:02}" for n in NUMBERS[section]]


@pytest.mark.parametrize("number", _rows())
def test_a_row_names_tests_that_exist(number: str) -> None:
    """Each test that a row names is there; a row without one says "not yet" and nothing else."""
    cell = _rows()[number]
    named = re.findall(r"`([^`:]+)::([^`]+)`", cell)
    assert named or cell == "not yet"
    assert [f"{file}::{name}" for file, name in named if name not in _tests(file)] == []
    assert re.sub(r"`[^`]+::[^`]+`", "", cell).strip() == "" or "not yet" in cell


@cache
def _tests(file: str) -> frozenset[str]:
    """The names of a file's tests: functions of Python, conversations of YAML."""
    path = TESTS / file
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return frozenset(node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    return frozenset(_names(YAML(typ="safe").load(text)))


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "turns" in node and isinstance(node.get("name"), str):
            yield node["name"]
        for value in node.values():
            yield from _names(value)
    elif isinstance(node, list):
        for value in node:
            yield from _names(value)

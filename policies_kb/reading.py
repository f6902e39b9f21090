"""A YAML value with its place, read strictly: every mistake is collected with file, key path and what is allowed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

T = TypeVar("T")
D = TypeVar("D")


def load_yaml(path: Path, shown_as: str, problems: list[str]) -> Any:
    """The file's content, or None with one problem recorded (broken YAML, duplicate key, unreadable)."""
    try:
        return YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" line {where.line + 1}" if where else ""
        problems.append(f"{shown_as}:{line} {getattr(error, 'problem', None) or error}")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{shown_as}: cannot be read: {error}")
    return None


class Node:
    """One value of a file. Readers record a problem and return a harmless default, so that all are found at once."""

    def __init__(self, value: Any, place: str, problems: list[str]) -> None:
        self.value, self.place, self._problems = value, place, problems

    def wrong(self, message: str) -> None:
        self._problems.append(f"{self.place}: {message}")

    def mapping(self, *, required: Collection[str] = (), optional: Collection[str] = ()) -> dict[str, Node]:
        """The keys of a mapping; unknown and missing ones are problems."""
        allowed = [*required, *optional]
        found = self.entries()
        for key in found:
            if allowed and key not in allowed:
                found[key].wrong(f"unknown key; {suggestion(key, allowed)}")
        for key in required:
            if key not in found:
                self.wrong(f"{key} is missing")
        return {key: node for key, node in found.items() if not allowed or key in allowed}

    def entries(self) -> dict[str, Node]:
        """A mapping whose keys are free."""
        if not isinstance(self.value, dict):
            self.wrong("must be a mapping (key: value)")
            return {}
        return {str(k): Node(v, f"{self.place}.{k}", self._problems) for k, v in self.value.items()}

    def items(self) -> Iterator[Node]:
        if not isinstance(self.value, list):
            self.wrong("must be a list")
            return
        for index, value in enumerate(self.value):
            yield Node(value, f"{self.place}[{index}]", self._problems)

    def text(self) -> str:
        if isinstance(self.value, str) and self.value.strip():
            return self.value
        self.wrong("must be text")
        return ""

    def texts(self) -> tuple[str, ...]:
        return tuple(node.text() for node in self.items())

    def one_of(self, allowed: Collection[str]) -> str:
        word = self.text()
        if word and word not in allowed:
            self.wrong(f"{word!r} is not known; {suggestion(word, allowed)}")
        return word

    def some_of(self, allowed: Collection[str]) -> tuple[str, ...]:
        return tuple(node.one_of(allowed) for node in self.items())

    def whole(self, *, least: int = 0) -> int:
        if isinstance(self.value, int) and not isinstance(self.value, bool) and self.value >= least:
            return self.value
        self.wrong(f"must be a whole number, {least} or more")
        return least

    def day(self) -> date | None:
        if isinstance(self.value, date):
            return self.value
        self.wrong("must be a day like 2024-03-01")
        return None

    def flag(self) -> bool:
        if isinstance(self.value, bool):
            return self.value
        self.wrong("must be true or false")
        return False


def suggestion(word: str, allowed: Collection[str]) -> str:
    """What a wrong word was probably meant to be, or else all that is allowed."""
    near = get_close_matches(word, list(allowed), n=1)
    return f"did you mean {near[0]!r}?" if near else f"allowed: {', '.join(sorted(allowed))}"


def optional(nodes: dict[str, Node], key: str, read: Callable[[Node], T], default: D) -> T | D:
    """`read(nodes[key])`, or `default` where the key is absent."""
    return read(nodes[key]) if key in nodes else default

"""A YAML value with its place, read strictly: every mistake is collected with file, key path and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

_NO_COLON = re.compile(
    r"\s*(?:- )?[a-z_]+(?:\uff1a|:(?=\S))"
)  # a key with a colon of the Chinese keyboard, or no space

T = TypeVar("T")
D = TypeVar("D")


def load_yaml(path: Path, shown_as: str, problems: list[str]) -> Any:
    """The file's content, or None with one problem recorded (broken YAML, duplicate key, unreadable)."""
    try:
        text = path.read_text(encoding="utf-8")
        return YAML(typ="safe").load(text)
    except YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" line {where.line + 1}" if where else ""
        problems.append(f"{shown_as}:{line} {getattr(error, 'problem', None) or error}{_hint(text)}")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{shown_as}: cannot be read: {error}")
    except ValueError as error:  # a date is made of whatever looks like one
        problems.append(f"{shown_as}: holds a day that does not exist: {error}")
    return None


def _hint(text: str) -> str:
    """The commonest cause of broken YAML among Chinese text, where it is found."""
    lines = enumerate(text.splitlines(), start=1)
    found = next((number for number, line in lines if _NO_COLON.match(line)), None)
    return f"; line {found}: after the key write an English colon and a space" if found else ""


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

    def items(self, *, least: int = 0) -> Iterator[Node]:
        if not isinstance(self.value, list):
            self.wrong("must be a list")
            return
        if len(self.value) < least:
            self.wrong(f"must name at least {least}")
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
        """The word, or "" where it is none of `allowed`."""
        word = self.text()
        if word and word not in allowed:
            self.wrong(f"{word!r} is not known; {suggestion(word, allowed)}")
            return ""
        return word

    def some_of(self, allowed: Collection[str], *, least: int = 1) -> tuple[str, ...]:
        return tuple(node.one_of(allowed) for node in self.items(least=least))

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
    """What a wrong word was probably meant to be, or else all that is allowed. Where `allowed` maps slugs to words of
    the vocabulary, a Chinese name leads to its slug (冰箱 → refrigerator)."""
    words = allowed.items() if isinstance(allowed, Mapping) else ()
    slugs = {name: slug for slug, meant in words for name in getattr(meant, "names", ())}
    near = get_close_matches(word, [*allowed, *slugs], n=1)
    if near:
        return f"did you mean {slugs.get(near[0], near[0])!r}?"
    return f"allowed: {', '.join(sorted(allowed))}"


def optional(nodes: dict[str, Node], key: str, read: Callable[[Node], T], default: D) -> T | D:
    """`read(nodes[key])`, or `default` where the key is absent."""
    return read(nodes[key]) if key in nodes else default

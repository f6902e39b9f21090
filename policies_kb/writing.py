"""words.yml: how customers write, as far as the names of catalog.yml do not say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from policies_kb.reading import Node


@dataclass(frozen=True)
class Writing:
    """`words` of service in which slips are mended, words that are `right` though they sound like one, `particles`,
    which are never slips, characters that `look_alike`, `fillers`, small words understood in `pinyin`, and what stands
    for what: known `slips`, `spoken` and `english` words."""

    words: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    particles: tuple[str, ...] = ()
    look_alike: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    pinyin: tuple[str, ...] = ()
    slips: Mapping[str, str] = field(default_factory=dict)
    spoken: Mapping[str, str] = field(default_factory=dict)
    english: Mapping[str, str] = field(default_factory=dict)


def read_writing(node: Node) -> Writing:
    """The file's content; what is wrong is recorded."""
    keys = node.mapping(optional=[field.name for field in fields(Writing)])
    tables = ("slips", "spoken", "english")
    read: dict[str, Any] = {name: _table(keys[name]) if name in tables else keys[name].texts() for name in keys}
    return Writing(**read)


def _table(node: Node) -> Mapping[str, str]:
    return {word: meant.text() for word, meant in node.entries().items()}

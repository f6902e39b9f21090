"""The sentences, read once from `sentences/*.yml`: looked up by their dotted path (topic.code…)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_FOLDER = Path(__file__).parent / "sentences"
#: Files whose top level is not under the file's own name.
_TOP_LEVEL = ("common", "answers", "small")


@lru_cache(maxsize=1)
def _all() -> Mapping[str, Any]:
    tree: dict[str, Any] = {}
    for path in sorted(_FOLDER.glob("*.yml")):
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        if path.stem in _TOP_LEVEL:
            tree.update(content)
        else:
            tree[path.stem] = content
    return tree


def entry(path: str) -> Any:
    """What stands at a path (a sentence, a mapping of sentences, a list). Raises KeyError naming the path."""
    node: Any = _all()
    for step in path.split("."):
        if not isinstance(node, Mapping) or step not in node:
            raise KeyError(f"no sentence at {path!r}")
        node = node[step]
    return node


def has(path: str) -> bool:
    try:
        entry(path)
    except KeyError:
        return False
    return True


def sentence(path: str, /, **values: Any) -> str:
    """The sentence at a path with its {values} filled in."""
    found = entry(path)
    text = found["text"] if isinstance(found, Mapping) else found
    return str(text).format(**values) if values else str(text)


def replies(path: str) -> tuple[str, ...]:
    """The quick replies that go with a sentence."""
    found = entry(path)
    return tuple(found.get("replies", ())) if isinstance(found, Mapping) else ()

"""The YAML tables beside this module, each read once, when first needed."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).with_name("data")


@functools.cache
def table(name: str) -> Any:
    """The content of `data/<name>.yml`."""
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(_FOLDER / f"{name}.yml")

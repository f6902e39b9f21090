"""A database with its tables and nothing in them: made once a process, copied for whoever needs one."""

from __future__ import annotations

import sqlite3
import tempfile
from functools import lru_cache
from pathlib import Path

from bot.database import migrate


def store_at(file: Path) -> str:
    """Put an empty store at `file`; its address."""
    file.write_bytes(_empty())
    return f"sqlite:///{file}"


@lru_cache(maxsize=1)
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        made, copy = Path(folder, "made.db"), Path(folder, "copy.db")
        migrate(f"sqlite:///{made}")
        with sqlite3.connect(made) as source, sqlite3.connect(copy) as target:
            source.backup(target)  # whole in one file, whatever still lies in the log beside it
        return copy.read_bytes()

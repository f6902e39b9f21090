"""docs/adding-a-brand.md as a walk: its files and its commands, in the order of the page, over a copy of the data."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policies_kb.loader import DATA, VARIABLE

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-brand.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
#: The page's table: what a customer says, and what the answer holds.
ASKED = [(said, held.split(" · ")) for said, held in re.findall(r"^\| (.+) \| (.+) \|$", PAGE, re.MULTILINE)][1:]

_FILE = re.compile(r"^# (\S+\.yml)\n", re.MULTILINE)


@dataclass(frozen=True)
class Ran:
    """A command of the page, what the page shows of it, and what came out."""

    command: str
    shown: str
    out: str


@dataclass(frozen=True)
class Walk:
    """Somebody who does what the page says, in a folder of their own."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "policies_kb" / "data"

    def go(self) -> Iterator[Ran]:
        """Everything the page asks for; yields each command once it has run."""
        shutil.copytree(DATA, self.data)
        for kind, text in BLOCKS:
            if kind == "yaml":
                self._write(text)
            elif kind == "text":
                (self.folder / "chenlu.txt").write_text(text, encoding="utf-8")
            else:
                yield from map(self._run, re.findall(r"^\$ .+\n(?:(?!\$ ).*\n)*", text, re.MULTILINE))

    def _write(self, text: str) -> None:
        """Each part of a block into the file it begins with: below `brands:`, at the end, or instead of a template."""
        _, *parts = _FILE.split(text)
        for name, content in zip(parts[::2], parts[1::2], strict=True):
            path = self.data / name
            old = path.read_text(encoding="utf-8")
            if name == "catalog.yml":
                new = old.replace("\nbrands:\n", f"\nbrands:\n{content}", 1)
            else:
                new = content if name.startswith("brands/") else f"{old}\n{content}"
            path.write_text(new, encoding="utf-8")

    def _run(self, block: str) -> Ran:
        command, _, shown = block.removeprefix("$ ").partition("\n")
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        env = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), VARIABLE: str(self.data)}
        done = subprocess.run(
            command, shell=True, cwd=self.folder, env=env, capture_output=True, encoding="utf-8", check=False
        )
        return Ran(command, shown, done.stdout + done.stderr)

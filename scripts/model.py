"""The trained model: one file a state of what it was trained from, `models/<digest>.tar.gz`.

`rasa train` takes some 20 seconds of imports to find that nothing changed, so our own digest
decides before Rasa is imported.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Iterator

from scripts.console import Problem, Steps, run_logged
from scripts.processes import QUIET

# All that a model is made from. The catalog is not: components read it when they are loaded,
# so a new brand needs a restart and no training. The lock is: another Rasa needs another model.
INPUTS = (
    "config.yml",
    "domain.yml",
    "data",
    "bot/components",
    "policies_kb/encoder.py",
    *(
        f"policies_kb/{name}.py"
        for name in ("normalise", "lexicon", "plain", "spoken", "latin", "spelling", "vocabulary")
    ),
    "requirements.lock",
)
KEPT = 3
_MODEL = re.compile(r"[0-9a-f]{16}\.tar\.gz")


def digest(root: Path) -> str:
    """16 hex digits over names and bytes of all inputs; caches and hidden files do not count."""
    total = hashlib.sha256()
    for path in _files(root):
        name, content = str(path.relative_to(root)).encode(), path.read_bytes()
        total.update(b"%d %d " % (len(name), len(content)) + name + content)
    return total.hexdigest()[:16]


def path(root: Path) -> Path:
    """Where the model for the present state is, or will be once trained."""
    return root / "models" / f"{digest(root)}.tar.gz"


def train(root: Path, python: Path, steps: Steps) -> Path:
    """Train unless the model for the present state exists; return its path."""
    model = path(root)
    if model.is_file():
        steps.skip("Model", f"{model.name}, nothing changed")
    else:
        _train(root, python, model, steps)
    os.utime(model)  # used now: the last to be pruned
    prune(model.parent)
    return model


def prune(models: Path, *, keep: int = KEPT) -> None:
    """Remove all but the models used last; files with other names are not ours to remove."""
    ours = [file for file in models.iterdir() if _MODEL.fullmatch(file.name)]
    for old in sorted(ours, key=lambda file: file.stat().st_mtime)[:-keep]:
        old.unlink()


def _train(root: Path, python: Path, model: Path, steps: Steps) -> None:
    """Train aside and move into place, so that an interrupted training leaves no half model."""
    model.parent.mkdir(exist_ok=True)
    log = root / "var" / "log" / "train.log"
    aside = tempfile.TemporaryDirectory(prefix=".training-", dir=model.parent)
    with steps.step("Training the model") as step, aside as out:
        command = [
            str(python),
            "-m",
            "rasa",
            "train",
            "--out",
            out,
            "--fixed-model-name",
            model.name,
        ]
        shows = r"Starting to train component '(\w+)'"
        code = run_logged(command, log=log, step=step, cwd=root, env=QUIET, shows=shows)
        trained = Path(out, model.name)
        if code or not trained.is_file():
            raise Problem(f"Training failed. (Details: {log.relative_to(root)})")
        trained.replace(model)


def _files(root: Path) -> Iterator[Path]:
    for name in INPUTS:
        start = root / name
        inside = sorted(start.rglob("*")) if start.is_dir() else [start]
        for file in inside:
            parts = file.relative_to(root).parts
            if file.is_file() and not any(p.startswith((".", "__pycache__")) for p in parts):
                yield file

"""What is kept of a source document: for every line a digest and its figures, never its sentences."""

from __future__ import annotations

import hashlib
from pathlib import Path

from policies_kb.figures import figures
from policies_kb.model import Document, Knowledge


def line_records(text: str) -> dict[int, str]:
    """Line number (from 1) → "digest figure figure …", blank lines left out."""
    return {
        number: " ".join([_digest(line), *sorted(figures(line), key=lambda f: (len(f), f))])
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    }


def changed_lines(document: Document, text: str) -> list[int]:
    """The recorded lines whose text is no longer what was read, and lines that are new."""
    now = {number: record.split()[0] for number, record in line_records(text).items()}
    then = {number: digest for number, (digest, _) in document.lines.items()}
    return sorted(n for n in now.keys() | then.keys() if now.get(n) != then.get(n))


def verify(kb: Knowledge, folder: Path) -> list[str]:
    """One line for every document below `folder` that differs from what was recorded, or is not there."""
    problems = []
    for document in kb.documents.values():
        path = folder / document.file
        if not path.exists():
            problems.append(f"{document.id}: {document.file} is not in {folder}")
        elif lines := changed_lines(document, path.read_text(encoding="utf-8")):
            problems.append(f"{document.id}: changed since it was read: lines {', '.join(map(str, lines))}")
    return problems


def _digest(line: str) -> str:
    return hashlib.sha256(line.strip().encode()).hexdigest()[:10]

"""A new brand's folder: templates, each a YAML file whose comments say what goes where (policies_kb/templates/)."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
_SLUG = re.compile(r"[a-z][a-z0-9_]{1,30}")

NEXT_STEPS = """
Next (with an example: docs/adding-a-brand.md):
1. In catalog.yml, below "brands:", one line: its Chinese name, and how else customers write it
     {slug}: {{zh: 中文名, aliases: [别名]}}
2. In sources.yml, at the end, the document; its lines come from: python -m policies_kb record FILE
     {slug}:
       file: FILE
       title: what it is called
       publisher: who published it
       reliability: high          # the brand's own; medium, low: written by others
       read_on: 2026-11-22
       lines:
3. Fill in brands/{slug}/*.yml; a file that you do not need may stay as it is, or go
4. python -m policies_kb check
5. Restart; nothing is trained again"""


def scaffold(slug: str, data: Path) -> list[Path] | str:
    """Make `data/brands/<slug>/` with a template for each main topic; the files made, or why not."""
    folder = data / "brands" / slug
    if not _SLUG.fullmatch(slug):
        return f"{slug!r} is no slug: small letters, digits and _, starting with a letter"
    if folder.exists():
        return f"brands/{slug} is there already; nothing was changed"
    folder.mkdir(parents=True)
    return [_make(folder / template.name, template, slug) for template in sorted(TEMPLATES.glob("*.yml"))]


def _make(path: Path, template: Path, slug: str) -> Path:
    path.write_text(template.read_text(encoding="utf-8").replace("SLUG", slug), encoding="utf-8")
    return path

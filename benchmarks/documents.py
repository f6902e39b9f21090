"""Tables that a command writes into a page, between `<!-- name -->` and `<!-- /name -->`."""

from __future__ import annotations

import re
from pathlib import Path


def replace(page: Path, name: str, text: str) -> None:
    """Put `text` where the page says `name`; a page without the place is an error."""
    place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    content, times = place.subn(lambda match: f"{match[1]}{text}\n{match[2]}", page.read_text(encoding="utf-8"))
    if times != 1:
        raise ValueError(f"{page.name}: {times} places named {name}")
    page.write_text(content, encoding="utf-8")

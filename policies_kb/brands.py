"""Templates for a new brand: a folder of commented YAML that says what goes where."""

from __future__ import annotations

import re
from pathlib import Path

from policies_kb.model import TOPICS

_SLUG = re.compile(r"[a-z][a-z0-9_]{1,30}")

NEXT_STEPS = """Next: 1. add '{slug}: {{zh: …, aliases: [...]}}' under `brands` in catalog.yml
      2. record each document: python -m policies_kb record FILE, into sources.yml under an id of its own
      3. fill in brands/{slug}/*.yml (delete the files you do not need), then: python -m policies_kb check"""

_TEMPLATE = """# {topic}: {about}
# One clause a rule. The full id is {slug}.{topic}.<id>. `says` is your own plain Chinese; every figure in it must
# stand in the source lines. Remove the leading "# " of the example and change it.
#
{example}
[]
"""

_ABOUT = {
    "warranty": "how long what is repaired free (effect term), and from which day (starts_from)",
    "exclusions": "when it is not (effect exclusion, with `when`)",
    "proof": "which papers are asked for (requires), and what follows without them (exclusion, starts_from)",
    "fees": "what is charged, when (effect fee)",
    "repair_warranty": "how long a repair holds (effect term, scope repair)",
    "complaints": "how complaints are handled and by when (effect promise)",
    "contacts": "the ways to reach the brand; numbers only with flag unverified_contact unless confirmed",
}

_EXAMPLES = {
    "warranty": """- id: whole-unit
  products: [refrigerator]            # slugs of catalog.yml, or [all]
  says: 冰箱整机保修1年。
  effect: {kind: term, scope: whole_unit, months: 12}   # a range: months: {from: 12, to: 36}, decided_by: warranty_card
  sources: [{doc: SLUG, lines: [3]}]
  asks: [冰箱保几年]""",
    "exclusions": """- id: liquid
  products: [all]
  says: 进水造成的损坏不在免费保修内。
  effect: {kind: exclusion, certainty: certain}          # possible + decided_by: inspection|brand for "may"
  when: {cause: [liquid]}                                # facts and values: python -m policies_kb facts
  sources: [{doc: SLUG, lines: [7]}]""",
    "fees": """- id: visit
  products: [all]
  says: 保外上门费城区30元。
  effect: {kind: fee, event: visit, amount: 30, area: urban}
  when: {coverage: [out]}
  sources: [{doc: SLUG, lines: [9]}]""",
}


def scaffold(slug: str, data: Path) -> list[Path] | str:
    """Make `data/brands/<slug>/` with a template for each main topic; the files made, or why not."""
    folder = data / "brands" / slug
    if not _SLUG.fullmatch(slug):
        return f"{slug!r} is no slug: small letters, digits and _, starting with a letter"
    if folder.exists():
        return f"brands/{slug} is there already; nothing was changed"
    folder.mkdir(parents=True)
    made = []
    for topic in TOPICS:
        if topic in _ABOUT:
            example = _EXAMPLES.get(topic, _EXAMPLES["exclusions"]).replace("SLUG", slug)
            commented = "\n".join(f"# {line}" for line in example.splitlines())
            path = folder / f"{topic}.yml"
            text = _TEMPLATE.format(topic=topic, about=_ABOUT[topic], slug=slug, example=commented)
            path.write_text(text, encoding="utf-8")
            made.append(path)
    return made

"""Where somebody lives, from what one message says of it and what was said before."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.dialogue.state import Desk
from bot.text.addresses import Address, is_elsewhere
from bot.text.found import Found
from bot.text.house_numbers import PartFix
from bot.text.regions import find_regions

_ONLY_WHERE = re.compile(r"(?:那|换成)?(?:我们?|人)?(?:是?在|住)?-(?:这边|这里|的|呢|有吗|有没有|啊|呀|\W)*")


_FILLER = re.compile(r"(?:哦|噢|喔|啊|嗯|对了|还有|那个|就是|忘了说|补充一下|[\s,\uff0c])+(?=\S)")


def said_before(desk: Desk) -> str:
    """The address, or the beginning of one, that the request in hand has, else the one that is stored."""
    slots = next((t.slots for t in reversed(desk.tasks) if "address" in t.slots or "area" in t.slots), {})
    stored = desk.known.get("address") if desk.known.get("stored") else None
    return str(slots.get("address") or slots.get("area") or stored or "")


def place_facts(found: Found[Address], text: str, before: str) -> dict[str, Any]:
    """An address together with what was said of it before; a region alone is only the beginning of one."""
    said = text[found.start : found.end]
    new = replace(found.value, text=said) if said.lower() == found.value.text else found.value
    if filler := _FILLER.match(new.text):  # 哦对了 9栋1单元1203
        new = Address.of(new.text[filler.end() :])
    if new.detail and before and is_elsewhere(text):
        before = ""
    whole = new.completed_by(before)
    if not whole.detail:
        old = Address.of(before).detail
        if not old:
            return {"area": whole.text, **({"city": whole.city} if whole.city else {})}
        whole = Address.of(whole.text + old)
    return _facts(whole)


def region_alone(text: str) -> dict[str, Any]:
    """在绵阳, 那成都呢: a message that says no more than where; nothing for any other."""
    regions = find_regions(text)
    if regions is None or not _ONLY_WHERE.fullmatch(f"{text[: regions.start]}-{text[regions.end :]}"):
        return {}
    return {"area": text[regions.start : regions.end], **({"city": regions.city} if regions.city else {})}


def mended(found: Found[PartFix], text: str, before: str) -> dict[str, Any]:
    """The address with one part of it as it should be."""
    said = text[found.start : found.end]
    fix = replace(found.value, text=said) if said.lower() == found.value.text else found.value
    return _facts(Address.of(fix.applied_to(before)))


def _facts(whole: Address) -> dict[str, Any]:
    return {"address": whole.text, **({"city": whole.city} if whole.city else {})}

"""Several appliances in one message: which trouble and which brand goes with which (冰箱不制冷,洗衣机也漏水)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any


def appliances_in(entities: Iterable[Mapping[str, Any]], denied: Callable[[int], bool]) -> list[dict[str, Any]]:
    """Each product with its own brand, part and fault, in order. A trouble told of several (都坏了) is of each before
    it, a brand of each after it. `denied`: whether what begins at a place is said not to be meant."""
    groups: list[dict[str, Any]] = []
    brand: Any = None
    for entity in sorted(entities, key=lambda one: one.get("start", 0)):
        name, value = entity.get("entity"), entity.get("value")
        if entity.get("extractor") != "CatalogExtractor" or denied(entity.get("start", 0)):
            continue
        if name == "brand":
            brand = value
        elif name == "product" and all(group["product"] != value for group in groups):
            groups.append({"product": value, **({"brand": brand} if brand else {})})
        elif name in ("part", "fault") and groups:
            groups[-1].setdefault(name, value)
    for group, after in zip(reversed(groups[:-1]), reversed(groups[1:]), strict=True):
        if "fault" not in group and "fault" in after:
            group["fault"] = after["fault"]
    return groups

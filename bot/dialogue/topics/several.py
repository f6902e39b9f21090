"""Several appliances, one visit: 冰箱和洗衣机都坏了 is a request for each, with one appointment and one yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.state import OF_THE_APPLIANCE, Facts
from bot.dialogue.turn import Turn
from policies_kb.model import Knowledge


def take_others(turn: Turn) -> None:
    """Keep the further appliances of the message beside the first; 还有洗衣机也漏水 adds one to those in hand."""
    if unwanted := turn.wish.facts.get("unwanted"):
        _leave_out(turn, unwanted)
        return
    named: Sequence[Facts] = turn.wish.facts.get("appliances", ())
    first = turn.task.slots.get("product")
    if not named and "also" in turn.wish.asks and first is not None and turn.wish.has("product"):
        named = [{name: turn.wish.facts[name] for name in ("product", "brand", "fault") if name in turn.wish.facts}]
    kept = {one["product"]: one for one in turn.task.slots.get("others", ())}
    new = {one["product"]: dict(one) for one in named if one["product"] != first}
    if new and turn.wish.intent != "correct":
        told = {product: {**kept.get(product, {}), **one} for product, one in new.items()}  # its brand was named before
        turn.change(slots={**turn.task.slots, "others": list({**kept, **told}.values())})


def _leave_out(turn: Turn, unwanted: Sequence[str]) -> None:
    """烟机不修了,就修灶: of several the ones that are still wanted."""
    slots = turn.task.slots
    others = [one for one in slots.get("others", ()) if one["product"] not in unwanted]
    kept = {name: value for name, value in slots.items() if name != "others"}
    if slots.get("product") in unwanted and others:
        first, *others = others
        kept = {name: value for name, value in kept.items() if name not in {"part", "fault"}} | dict(first)
    turn.keep({**kept, **({"others": others} if others else {})})


def without_others(turn: Turn, facts: Facts) -> dict[str, Any]:
    """What a message says of the appliance in hand: what it adds is not taken for a change of it."""
    others = {one["product"] for one in turn.task.slots.get("others", ())}
    left_out = bool(facts.get("unwanted"))
    if (facts.get("product") not in others and not left_out) or turn.wish.intent == "correct":
        return dict(facts)
    return {name: value for name, value in facts.items() if name not in {*OF_THE_APPLIANCE, "product", "brand"}}


def requests(kb: Knowledge, first: Mapping[str, Any], others: Sequence[Facts]) -> list[dict[str, Any]]:
    """The request of each appliance: the visit and the customer are shared, whatever is of one appliance is not."""
    own = {name: None for name in (*OF_THE_APPLIANCE, "serial", "decision") if name != "description"}
    shared = {name: value for name, value in first.items() if name not in own and name not in ("part", "related")}
    return [
        dict(first),
        *(
            {
                **shared,
                "product": other["product"],
                "brand": kb.catalog.brand_of(other.get("brand") or first["brand"], other["product"]),
                "part": other.get("part"),
                "fault": other.get("fault"),
                "kind": other.get("kind") or ("repair" if other.get("fault") else shared["kind"]),
                "charge": "to_check",
            }
            for other in others
        ),
    ]

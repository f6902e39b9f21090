"""Where the work is done: at the customer's, or, where the brand's own sources offer it, in a shop or by parcel."""

from __future__ import annotations

import re

from bot.dialogue.turn import Turn
from policies_kb.effects import Benefit
from policies_kb.fees import charges
from policies_kb.model import Clause, Knowledge

#: What is asked for → the ticket's mode, and what a clause gives that offers it.
_MODES = {"in_shop": ("shop", "service_in_shop"), "by_mail": ("mail", "service_by_mail")}
#: What is not asked for: nobody comes. A parcel goes back to an address.
NOT_NEEDED = {"shop": ("visit", "address", "city"), "mail": ("visit",)}


def take_mode(turn: Turn) -> None:
    """Keep the mode that was asked for, and say what the sources tell of it; or that they do not offer it."""
    wanted = next((_MODES[ask] for ask in _MODES if ask in turn.wish.asks), None)
    slots = turn.task.slots
    if "at_home" in turn.wish.asks and not wanted and slots.get("mode"):
        turn.keep({name: v for name, v in slots.items() if v is not None and name not in ("mode", "mode_asked")})
        return
    if wanted is None or "brand" not in slots or slots.get("mode_asked") == wanted[0]:
        return
    mode, gives = wanted
    brand = turn.kb.catalog.brand_of(slots["brand"], slots.get("product"))
    clauses = _offers(turn.kb, brand, slots.get("product"), gives)
    if not clauses:
        turn.change(slots={**slots, "mode_asked": mode})
        turn.say("repair.mode_not_offered", brand=brand, clauses=())
        return
    if chooses_between(turn.wish.text):
        turn.say(f"repair.which_{mode}", brand=brand, clauses=clauses)
        return
    turn.change(slots={**turn.task.slots, "mode_asked": mode, "mode": mode, **dict.fromkeys(NOT_NEEDED[mode])})
    turn.say(f"repair.mode_{mode}", brand=brand, clauses=clauses)


def chooses_between(text: str) -> bool:
    """需要我寄过去还是上门 asks, and chooses neither."""
    return _EITHER.search(text) is not None


_EITHER = re.compile(r"(?:还是|或者?)[^,。;!?]{0,6}(?:上门|寄|店|网点|过来)|哪种|如[需可果].*如[需可果]")


def _offers(kb: Knowledge, brand: str, product: str | None, gives: str) -> list[Clause]:
    """The clauses that offer it; whoever says what sending costs, takes parcels."""
    wanted = {"all", *kb.catalog.lineage(product)} if product else None
    found = [
        clause
        for clause in kb.of_brand(brand)
        if isinstance(clause.effect, Benefit) and clause.effect.gives == gives and clause.answerable
        if wanted is None or wanted & set(clause.products)
    ]
    if gives == "service_by_mail":
        found += [charge.clause for charge in charges(kb, brand, events=("shipping",), product=product)]
    return found

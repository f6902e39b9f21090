"""What language understanding and the text readers found in a message → one `Wish` with facts as JSON values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.dialogue.catalog_words import CatalogWords
from bot.dialogue.details import Details
from bot.dialogue.meaning import meant, tells_the_trouble
from bot.dialogue.state import Desk
from bot.dialogue.times import A_WORD_OR_TWO
from bot.dialogue.turn import Wish
from bot.text.asks import asked_in
from bot.text.claims import tells_of_paying
from bot.text.questions import THE_SAME
from bot.text.story import decently, told_in, without_cover, words_of

CATALOG = ("brand", "product", "part", "fault")
#: What is heard for one wish only and not remembered for later ones.
PASSING = frozenset(
    [
        "category",
        "fee_event",
        "request",
        "field",
        "more_products",
        "appliances",
        "more_brands",
        "amount",
        "rating",
        "ticket_no",
        "last4",
        "code",
        "service_number",
        "hazard",
        "other_brand",
        "happened",
        "denied",
        "unwanted",
    ]
)
_A_NUMBER = re.compile(r"\W*\d{1,5}\W*")  # 150, told of a complaint
FREE_TEXT = 200  # characters of the customer's own words that a request keeps


def read_wish(message: Mapping[str, Any], desk: Desk, now: datetime) -> Wish:
    """The wish in Rasa's parse of a message: intent, ranking, catalog entities; details are read from the text here,
    in the light of what was asked last."""
    text = message.get("text") or ""
    words_named = CatalogWords(text, message.get("entities") or (), desk.known)
    reader = Details(text, words_named, desk, now)
    asks = asked_in(text)
    ranking = _ranking(message)
    of = _speaks_of(reader.facts, asks)
    name = meant(ranking, asks, desk, of=of)
    in_a_complaint = desk.top is not None and desk.top.topic == "complaint"
    knows_the_amount = in_a_complaint and desk.top is not None and desk.top.slots.get("amount") is not None
    of_money = name == "complain_fee" or "category" in reader.facts
    reader.take_details(  # a bare number is one of money once: 我爸七十三了, after 收了四百五, is none
        money=(of_money and not knows_the_amount)
        or (in_a_complaint and (name == "correct" or _A_NUMBER.fullmatch(text) is not None)),
        terms=not name.startswith("ask_") and "question" not in asks,  # 不是说十年包修吗 is no reading of a card
        free=name == "inform",
    )
    if name == "deny" and in_a_complaint and tells_of_paying(text):
        name = "inform"  # 我没给, of the money that was asked for
    if name == "greet" and reader.facts.keys() & {"area", "address"}:
        name = "inform"  # 在绵阳 is not 在吗
    for_us = reader.facts.keys() & {"visit", "address", "name", "backup"}
    if name == "ask_hotline" and {"visit", "address"} <= reader.facts.keys():
        name = "inform"  # 明天上午十点,电话打139…,地址…: no question about a number
    elif name == "ask_hotline" and "phone" in reader.facts and not for_us:  # asked about, not left to be called back on
        reader.facts["service_number"] = reader.facts.pop("phone")
    words = words_of(reader.pieces())[:FREE_TEXT]
    told = told_in("".join(reader.pieces(named=True)))
    if len(words) > 1 and ("fault" in reader.facts or tells_the_trouble(name, told, desk, of=of)):
        reader.facts["description"] = without_cover(
            decently(words_named.as_meant(words), lambda piece: _beside_the_matter(piece, reader.facts))
        )
    return Wish(
        intent=name,
        confidence=next((sure for intent, sure in ranking if intent == name), ranking[0][1]),
        text=reader.text.strip()[:FREE_TEXT],
        facts=reader.facts,
        problems=tuple(p for p in reader.problems if not (p.code == "visit_past" and _tells_of_the_past(reader, told))),
        ranking=ranking,
        bare=_bare(reader.text, reader.spans),
        words=words,
        story=words_of(reader.pieces(visits=False))[:FREE_TEXT],
        told=told,
        asks=asks,
        about=(message.get("metadata") or {}).get("about"),
    )


def _beside_the_matter(piece: str, facts: Mapping[str, Any]) -> bool:
    """Abuse and haggling, whoever they were meant for, are no part of a trouble; nor is another brand's appliance."""
    foreign = "brand" in facts and str(facts.get("other_brand", "\0")) in piece
    return foreign or bool(asked_in(piece) & {"abuse", "haggle"})


def _tells_of_the_past(reader: Details, told: str) -> bool:
    """师傅昨天来修,说主板坏了: a day of what happened, and no wish for a visit that is over."""
    return "happened" in reader.facts and len(told) > A_WORD_OR_TWO and _ARRANGES.search(reader.text) is None


_ARRANGES = re.compile(r"[约改]|换到|来一趟|来[修看]")


def _speaks_of(facts: Mapping[str, Any], asks: frozenset[str]) -> str | None:
    """What a message that asks nothing speaks of: a part, a product, or one of `ours` with its brand; a `fault` of a
    product, asking or not."""
    if {"fault", "product"} <= facts.keys():
        return "fault"
    if "question" in asks:
        return None
    if "part" not in facts and {"brand", "product"} <= facts.keys():
        return "ours"
    return next((name for name in ("part", "product") if name in facts), None)


def _ranking(message: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    """Intents with their confidence, likeliest first; what was not understood at all is out of scope."""
    likeliest = message.get("intent") or {}
    every = [likeliest, *(r for r in message.get("intent_ranking") or () if r["name"] != likeliest.get("name"))]
    return tuple((r.get("name") or "out_of_scope", float(r.get("confidence") or 0.0)) for r in every[:5])


def _bare(text: str, spans: list[tuple[int, int]]) -> bool:
    """Whether little more than the found values stands in the message: an answer, not another question."""
    left = "".join(c for i, c in enumerate(text) if not any(s <= i < e for s, e in spans))
    rest = [c for c in THE_SAME.sub("", left) if c.isalnum()]
    return bool(spans) and len(rest) <= 5

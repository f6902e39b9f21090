"""A question beside a wish, in one message: 查下进度,顺便问上门费好多; 明天下午,对了上门收费不.

The wish goes its own way; the question is answered from the sources before it, with nothing of the wish in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.by_words import has_a_ticket
from bot.dialogue.sources import answering
from bot.dialogue.state import Desk
from bot.dialogue.turn import Wish
from bot.text.asks import asked_in
from bot.text.questions import speaks_of_a_term
from bot.text.story import told_in
from policies_kb.loader import load
from policies_kb.search import Fit

#: Topics that are wished for, and may have a question beside them.
WISHED = frozenset(
    ["repair", "complaint", "progress", "reschedule", "cancel", "urge", "goods", "rework", "refund", "message"]
)
SURELY = 0.8  # the certainty from which a piece of a message is a question of its own

_BETWEEN = re.compile(
    r"[,\uff0c。;\uff1b!\uff01?\uff1f\s]+|(?:另外|顺便|还有就是|再就是|对了|再)(?:想|要)?问?[一哈个]?[下哈声]?|问[一哈]?[下哈声]"
)
_OF_A_FEE = re.compile(r"收(?:好多|多少|什么)?[钱费]|[费钱](?:好多|多少|怎么)|收费[不吗么嘛]")
_SHORTEST = 3  # characters that can still ask something
_OF_THE_WISH = re.compile(r"什么时候|几点|哪天|多久能|能来|来得了|来吗|单号|进度|结果|回话|答复|退不退|赔不赔")


def with_what_is_asked(desk: Desk, wish: Wish, topics: list[str]) -> list[str]:
    """A wish with a question beside it (明天下午,对了上门收费不), or a question with a wish (查下进度,顺便问上门费)."""
    if len(topics) != 1:
        return topics
    if topics[0] in ("fees", "period", "policy") and _LOOKS_UP.search(wish.text) and has_a_ticket(desk):
        return ["progress", *topics]
    if topics[0] == "complaint" and _AGAIN.search(wish.text) and wish.has("visit") and has_a_ticket(desk):
        return ["reschedule", *topics]  # 我要投诉,再给我重新约到明天下午
    if topics[0] == "repair" and "haggle" in wish.asks:
        return ["smalltalk", "repair"]
    beside = question_beside(desk, wish) if topics[0] in WISHED else None
    return topics if beside is None or beside[0] == topics[0] else [beside[0], *topics]


_AGAIN = re.compile(r"(?:重新|另外|再)[^,\uff0c]{0,4}[约派]|改[约到期]")
_LOOKS_UP = re.compile(r"查[^,\uff0c\s]{0,3}(?:进度|单)|(?:修|办|弄)[到得]?(?:哪|怎么样|咋样)")


def question_beside(desk: Desk, wish: Wish) -> tuple[str, str] | None:
    """The topic that answers it and the piece of the message that asks; None where nothing is asked by the way."""
    pieces = [piece for piece in _BETWEEN.split(wish.text) if piece and len(piece) >= _SHORTEST]
    if len(pieces) < 2:
        return None
    asking = [piece for piece in pieces if {"question", "price"} & asked_in(piece) and not _OF_THE_WISH.search(piece)]
    if not asking or len(asking) == len(pieces):
        return None
    for piece in asking:
        if topic := _answered_by(desk, wish, piece):
            return topic, piece
    return None


def _answered_by(desk: Desk, wish: Wish, piece: str) -> str | None:
    if not {**desk.known, **wish.facts}.get("brand"):
        return None  # the wish asks for the brand first
    if "price" in asked_in(piece) or _OF_A_FEE.search(piece):
        return "fees"
    if speaks_of_a_term(piece):
        return "period"
    known = {**desk.known, **wish.facts}
    brand, product = str(known["brand"]), known.get("product")
    kb = load()
    found = answering(kb, piece, brand=kb.catalog.brand_of(brand, product), product=product)
    return "policy" if found.fit is Fit.ANSWERS and found.certainty >= SURELY else None


def only_the_question(desk: Desk, wish: Wish, topics: Sequence[str]) -> Wish:
    """The wish as the first of `topics` is to hear it, which may answer a question beside it."""
    beside = question_beside(desk, wish) if len(topics) > 1 and topics[1] in WISHED else None
    if beside is None or beside[0] != topics[0]:
        return wish
    piece = beside[1]
    facts = {name: wish.facts[name] for name in ("brand", "product", "part", "fee_event") if name in wish.facts}
    return replace(wish, text=piece, words=piece, told=told_in(piece), asks=asked_in(piece), facts=facts, bare=False)

"""The words of the catalog and of the case, found in a customer's sentence: longest match first, then leftmost.

Used where spaCy is not (search, the FAQ, the dialogue's tests); `bot.components` scans with spaCy's PhraseMatcher over
the same `phrases`. What the places found are worth, `Vocabulary.mentions` says to both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from policies_kb.model import Knowledge, ValueKind
from policies_kb.normalise import Normalised, Span, key, normalise

HAZARD = "hazard"
OTHER_BRAND = "other_brand"
NOT = ("不", "没")


@dataclass(frozen=True)
class Mention:
    """A word of the vocabulary in a text: `kind` is brand, product, part, fault, category, fee_event, request, field, a
    fact of the case, other_brand or hazard; `value` its slug. `start` and `end` count characters as written."""

    kind: str
    value: str
    start: int
    end: int


class Vocabulary:
    """Every phrase of the vocabulary → what it means. A phrase may mean two things (VIP, 二手)."""

    def __init__(self, kb: Knowledge) -> None:
        self.phrases: dict[str, tuple[tuple[str, str], ...]] = {}
        for kind, value, name in _names(kb):
            phrase = key(name)
            if phrase and (kind, value) not in self.phrases.get(phrase, ()):
                self.phrases[phrase] = (*self.phrases.get(phrase, ()), (kind, value))
        for phrase in [p for p in self.phrases if self._is_brand_and_product(p)]:
            del self.phrases[phrase]  # its two halves say more: 小米手机 is a brand's phone
        for word in kb.catalog.by_chance:
            self.phrases.setdefault(key(word), ())  # means nothing, and is longer than the name that it holds
        self._longest = max(map(len, self.phrases))
        self._firsts = {phrase[0] for phrase in self.phrases}
        self._verbs = tuple(phrase[1:] for phrase in self.phrases if phrase.startswith(NOT))  # what customers deny

    def _is_brand_and_product(self, phrase: str) -> bool:
        halves = ((phrase[:i], phrase[i:]) for i in range(1, len(phrase)))
        kinds = (tuple({kind for kind, _ in self.phrases.get(half, ())} for half in pair) for pair in halves)
        return any("brand" in brand and "product" in product for brand, product in kinds)

    def find(self, raw: str) -> tuple[Mention, ...]:
        """All mentions in `raw`."""
        text = normalise(raw)
        places = (
            (start, end)
            for start, first in enumerate(text.text)
            if first in self._firsts
            for end in range(start + 1, min(start + self._longest, len(text.text)) + 1)
            if text.text[start:end] in self.phrases
        )
        return self.mentions(text, places)

    def mentions(self, text: Normalised, places: Iterable[Span]) -> tuple[Mention, ...]:
        """What the phrases at these places of `text.text` say, none overlapping another; two meanings of one phrase are
        two. None is cut out of a latin word or a brand's name (创维 in 创|维修后), none is only asked about."""
        whole = [place for place in places if not _is_cut_out(text.text, *place)]
        brands = [place for place in whole if any(kind == "brand" for kind, _ in self._meanings(text, place))]
        whole = [place for place in whole if not any(_cross(place, brand) for brand in brands)]
        return tuple(
            Mention(kind, value, *text.raw_span(start, end))
            for start, end in longest(whole)
            if not self._is_asked(text.text, start)
            for kind, value in self._meanings(text, (start, end))
        )

    def _meanings(self, text: Normalised, place: Span) -> tuple[tuple[str, str], ...]:
        return self.phrases["".join(filter(str.isalnum, text.text[slice(*place)]))]

    def _is_asked(self, text: str, start: int) -> bool:
        """Whether the 没 or 不 that a phrase begins with is that of a question, the verb standing on both sides
        (有没有, 能不能, 制冷不制冷): then nothing is denied.

        Not where the denial is said twice (没有没有), nor where a longer verb ends before it (制热不热).
        """
        if not text.startswith(NOT, start):
            return False
        before, after = text[:start], text[start + 1 :]
        verb = next((after[:n] for n in (3, 2, 1) if before.endswith(after[:n])), "")
        said_twice = before.endswith(tuple(no + verb for no in NOT))
        other = before.endswith(tuple(longer for longer in self._verbs if len(longer) > len(verb)))
        return bool(verb) and not said_twice and not other


def _is_cut_out(text: str, start: int, end: int) -> bool:
    """Whether a latin phrase is a piece of a longer word (mi in mini)."""
    beside = text[max(start - 1, 0) : start] + text[end : end + 1]
    return text[start:end].isascii() and any(char.isascii() and char.isalnum() for char in beside)


def _cross(one: Span, other: Span) -> bool:
    """Whether each holds a part of the other and a part of its own."""
    return one[0] < other[0] < one[1] < other[1] or other[0] < one[0] < other[1] < one[1]


def longest(spans: Iterable[Span]) -> list[Span]:
    """The spans that remain when longer ones win over shorter, and of equals the leftmost; in the order of the text."""
    taken: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if all(end <= other[0] or start >= other[1] for other in taken):
            taken.append((start, end))
    return sorted(taken)


def hazards_in(raw: str, kb: Knowledge) -> tuple[Mention, ...]:
    """The dangers a text speaks of, apart from all other words: a phrase counts unless it lies within one that only
    sounds like it (漏电保护器, 油烟大). One danger at one place is one mention."""
    text = normalise(raw)
    found = []
    for slug, names, unless, apart in _dangers(kb):
        harmless = [span for phrase in unless for span in _places(phrase, text.text)]
        places = chain((span for name in names for span in _places(name, text.text)), _in_one_breath(*apart, text.text))
        real = (span for span in places if not any(first <= span[0] and span[1] <= last for first, last in harmless))
        found += [Mention(HAZARD, slug, *text.raw_span(*span)) for span in longest(real)]
    return tuple(sorted(found, key=lambda mention: (mention.start, -mention.end)))


@lru_cache(maxsize=4)
def _dangers(kb: Knowledge) -> tuple[_Danger, ...]:
    """Each hazard with its phrases and those that only sound like it, as they stand in normalised text."""

    def keys(words: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(key, words))

    return tuple(
        (hazard.slug, keys(hazard.names), keys(hazard.unless), (keys(hazard.apart[0]), keys(hazard.apart[1])))
        for hazard in kb.hazards.values()
    )


def _in_one_breath(things: Iterable[str], signs: Iterable[str], text: str) -> Iterable[Span]:
    """The signs that stand near a thing, before or after it, with no full stop and little else between them."""
    named = [span for thing in things for span in _places(thing, text)]
    for sign in (span for word in signs for span in _places(word, text)):
        between = (text[min(thing[1], sign[1]) : max(thing[0], sign[0])] for thing in named)
        if any(len(words) <= APART and not _STOP.search(words) for words in between):
            yield sign


_Danger = tuple[str, tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], tuple[str, ...]]]
APART = 10  # characters between a thing's name and its sign
_STOP = re.compile(r"[。;!?]")


def _places(phrase: str, text: str) -> Iterable[Span]:
    at = text.find(phrase)
    while at >= 0:
        yield at, at + len(phrase)
        at = text.find(phrase, at + 1)


@lru_cache(maxsize=4)
def vocabulary_of(kb: Knowledge) -> Vocabulary:
    return Vocabulary(kb)


def _names(kb: Knowledge) -> Iterable[tuple[str, str, str]]:
    catalog = kb.catalog
    kinds = {
        "brand": catalog.brands,
        "product": catalog.products,
        "part": catalog.parts,
        "fault": catalog.faults,
        "category": catalog.complaints,
        "fee_event": catalog.fee_events,
        "request": catalog.requests,
        "field": catalog.fields,
    }
    for kind, words in kinds.items():
        for slug, word in words.items():
            yield from ((kind, slug, name) for name in word.names)
    for name in catalog.other_brands:
        yield OTHER_BRAND, name, name
    for fact in kb.facts.values():
        if fact.kind is ValueKind.WORD:
            for slug, word in fact.values.items():
                yield from ((fact.name, slug, name) for name in word.names)

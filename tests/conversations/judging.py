"""What is wrong with an answer, or with what is stored at the end; the words of an expectation: runner.py."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.wording import Card, sentence

EXPECTATIONS = {
    *("says", "never", "says_one_of", "asks", "offers", "outcome", "cites", "hands", "again"),
    *("by", "down", "sure"),
}
#: Figures as the sources damaged them, and what no customer should ever read.
NEVER = re.compile(
    r"(?<!\d)13年|310年|2[*＊]3年|3[*＊]12个?月|3\.6个?月|8\.10年|1\.3年|5\.10分钟|1\.2分钟|(?<!\d)37天"
    r"|/affirm|None|Traceback|[{}]"
)
#: The unofficial number that the sources give four brands: nobody is sent there, whatever they ask.
DOUBTFUL = "4006189123"
#: How a card begins that has only neighbours of an answer: it says that the sources do not answer.
NEAREST = sentence("policy.near", lines="").partition("。")[0]


@dataclass(frozen=True)
class Answer:
    """All cards that answered one message, the topics that made them, and the text of the answer before."""

    cards: Sequence[Card]
    topics: Sequence[str]
    before: str

    @property
    def text(self) -> str:
        return "\n".join(card.text for card in self.cards)


def mismatches(answer: Answer, expected: Mapping[str, Any]) -> Iterator[str]:
    """Where an answer is not as expected."""
    yield from _words(answer.text, expected)
    yield from _parts(answer.cards, expected)
    if "hands" in expected and expected["hands"] != answer.topics:
        yield f"went to {answer.topics}"
    if "again" in expected and (answer.text == answer.before) is not expected["again"]:
        yield f"the same words as before: {answer.text == answer.before}: {answer.text}"


def _words(told: str, expected: Mapping[str, Any]) -> Iterator[str]:
    if not told.strip():
        yield "no answer"
    for words in expected.get("says", ()):
        if not any(way in told for way in words.split("/")):
            yield f"{words!r} was not told: {told}"
    if "says_one_of" in expected and not any(words in told for words in expected["says_one_of"]):
        yield f"none of {expected['says_one_of']} was told: {told}"
    for words in expected.get("never", ()):
        if words in told:
            yield f"{words!r} was told: {told}"


def _parts(cards: Sequence[Card], expected: Mapping[str, Any]) -> Iterator[str]:
    if expected.get("asks", "") not in cards[-1].text:
        yield f"{expected['asks']!r} was not asked: {cards[-1].text}"
    offered = {title for card in cards for title in card.replies}
    if "offers" in expected and expected["offers"] not in offered:
        yield f"{expected['offers']!r} was not offered: {sorted(offered)}"
    outcomes = [card.outcome for card in cards]
    if "outcome" in expected and expected["outcome"] not in outcomes:
        yield f"outcome {expected['outcome']} was not given: {outcomes}"
    cited = [citation["clause"] for card in cards if NEAREST not in card.text for citation in card.citations]
    for clause in expected.get("cites", ()):
        if not any(one.startswith(clause) for one in cited):
            yield f"{clause} was not cited as an answer: {cited}"


def never_said(told: str, heard: str) -> Iterator[str]:
    """What is wrong in any answer, unless the customer wrote it first."""
    heard = unicodedata.normalize("NFKC", heard)
    for figure in set(NEVER.findall(told)) - set(NEVER.findall(heard)):
        yield f"{figure!r} was told: {told}"
    if DOUBTFUL in re.sub(r"\D", "", told) and DOUBTFUL not in re.sub(r"\D", "", heard):
        yield f"a doubtful number was told: {told}"


def unlike(stored: Sequence[Mapping[str, Any]], expected: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Where the tickets that are stored differ from those expected, in whatever order."""
    if len(stored) != len(expected):
        yield f"{len(stored)} tickets instead of {len(expected)}: {[t['kind'] for t in stored]}"
        return
    left = list(stored)
    for ticket in expected:
        found = min(left, key=lambda one: len(list(_fields(one, ticket))))
        left.remove(found)
        yield from _fields(found, ticket)


def _fields(ticket: Mapping[str, Any], expected: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Where a ticket differs from the fields expected of it; `name_contains` looks for a part of a text."""
    for name, value in expected.items():
        field = name.removesuffix("_contains")
        held = ticket.get(field)
        if isinstance(value, dict) and isinstance(held, dict):
            yield from _fields(held, value, f"{path}{name}.")
        elif field != name:
            if str(value) not in str(held):
                yield f"{path}{field} {held!r} does not contain {value!r}"
        elif (held or None) != value and str(held) != str(value):
            yield f"{path}{name} is {held!r} instead of {value!r}"

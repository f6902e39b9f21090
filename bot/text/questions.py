"""Several questions in one message, one by one; and whether a question wants a figure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from policies_kb.normalise import normalise

_BETWEEN = re.compile(
    r"[?\uff1f!\uff01\u3002;\uff1b\n]+"
    r"|[,\uff0c ]*(?:还有就是|还有|另外|顺便问一下|顺便问|再问一下|再问)[,\uff0c: \uff1a]*"
)
_PAUSE = re.compile(r"[,\uff0c]")
_ASKS = re.compile(r"[吗么嘛呢]|几[天年个次点小]|多[久少长大]|怎么|什么|啥|咋|谁|哪|(\w)不\1|有没有|可不可以")
_EDGES = re.compile(r"^[\s,\uff0c\u3001]+|[\s,\uff0c\u3001]+$")
_HOW_MUCH = re.compile(r"几[天年个次点小]|多久|多长|多少[钱天年个次]|多少(?=[^一-鿿]|$)")
_FIGURE = re.compile(r"\d|没有(?:写|定)")
_SHORTEST = 4  # characters that can still ask something


def questions_in(text: str) -> list[str]:
    """The questions of a text in their order, at least one; pieces too short to ask anything are left out."""
    pieces = [_EDGES.sub("", piece) for sentence in _BETWEEN.split(text) for piece in _with_their_story(sentence)]
    return [piece for piece in pieces if len(piece) >= _SHORTEST] or [text]


def _with_their_story(sentence: str) -> Iterable[str]:
    """What stands between commas, each question with the words before it that ask nothing themselves."""
    story: list[str] = []
    for piece in _PAUSE.split(sentence):
        story.append(piece)
        if _ASKS.search(piece):
            yield ",".join(story)
            story = []
    if story:
        yield ",".join(story)


def wants_a_figure(question: str) -> bool:
    """Whether it asks how long, how many or how much: an answer without a figure is none then."""
    return _HOW_MUCH.search(normalise(question).text) is not None


def gives_a_figure(answer: str) -> bool:
    """Whether it says how long or how much, or that this is not written anywhere."""
    return _FIGURE.search(answer) is not None

"""Several questions in one message, one by one; and whether a question wants a figure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from policies_kb.normalise import normalise

_BETWEEN = re.compile(
    r"[?\uff1f!\uff01\u3002;\uff1b\n]+"
    r"|[,\uff0c ]*(?:还有就是|还有|另外|顺便问一下|顺便问|再问一下|再问)[,\uff0c: \uff1a]*"
)
_PAUSE = re.compile(r"([,\uff0c]|(?<=[一-鿿])\s+(?=[一-鿿]{5}))")  # a blank is a comma to many
_ASKS = re.compile(r"[吗么嘛呢]|几[天年个次点小]|多[久少长大]|怎么|什么|啥|咋|谁|哪|(\w)不\1|有没有|可不可以")
THE_SAME = re.compile(r"也?都?是?(?:一样|同样|[这那]样|[这那]么(?:算|回事|规定))的?|也是")  # 洗碗机也是一样的吗
_PLAIN = re.compile(r"[吗么嘛呢?\uff1f咧嘞]\W*\Z|(\w)不\1|(?<![都也还])没有?\W*\Z|有没有")
_EDGES = re.compile(r"^[\s,\uff0c\u3001]+|[\s,\uff0c\u3001]+$")
_HOW_MUCH = re.compile(r"几[天年个次点小]|多久|多长|多少[钱天年个次]|多少(?=[^一-鿿]|$)")
_FIGURE = re.compile(r"\d|数(?:小时|天)|没有(?:写|定)")
_MONEY = re.compile(r"费|钱|元|免|付|价|款")
_SHORTEST = 4  # characters that can still ask something
#: 这是咋回事: asks nothing by itself, whatever else stands beside it does.
_ASKS_NOTHING = re.compile(
    r"(?:这|那|到底|是|咋|怎么?|样|回事|办|弄|搞|整|了|呢|啊|呀|(?<!怎)么|吗|啥|什么|情况|原因|\W)+"
)
_COVER = re.compile(r"[保管](?:修|固|多久|多长|几)|质保|包修")
_HOW_LONG = re.compile(
    r"(?:保修|质保|包修|保固|售后)?(?:期限?|年限|时间|政策|规定)|保修|质保|包修|保固|[保管]?(?:多久|多长时间?|几年|多少年|几个月)"
    r"|怎么[算样]|是?(?:什么样|多少|什么|啥)|(?:想|请)?(?:问|咨询|了解|查)一?下?|到底|具体|大概|一般|现在|整机|官方"
    r"|[我你他们家的是那这个台款有给能还在可以想要不呢吗嘛啊呀吧了]|\W"
)


def questions_in(text: str) -> list[str]:
    """The questions of a text in their order, at least one; pieces too short to ask anything are left out."""
    pieces = [_EDGES.sub("", piece) for sentence in _BETWEEN.split(text) for piece in _with_their_story(sentence)]
    asking = [piece for piece in pieces if len(piece) >= _SHORTEST and not _ASKS_NOTHING.fullmatch(piece)]
    return asking or [text]


def _with_their_story(sentence: str) -> Iterable[str]:
    """What stands between pauses, each question with the words before it that ask nothing themselves."""
    story = ""
    for piece in _PAUSE.split(sentence):
        story += piece
        if _ASKS.search(piece):
            yield story
            story = ""
    if story:
        yield story


def asks_itself(piece: str) -> bool:
    """Whether a piece of a text is put as a question: 我自己送过去, beside one, only tells."""
    return _ASKS.search(piece) is not None


def without_the_same(question: str) -> str:
    """The question without 也这样 and its like, where it says more: 洗衣机的延保也这样吗."""
    rest = re.sub(r"[吗么呢嘛咧]\W*\Z", "", THE_SAME.sub("", question)) if THE_SAME.search(question) else question
    return rest if len(rest) >= _SHORTEST else question


def asks_plainly(text: str) -> bool:
    """Whether it can only be meant as a question (穿不穿鞋套, …吗): 怎么这样 complains."""
    return _PLAIN.search(normalise(text).text) is not None


def wants_a_figure(question: str) -> bool:
    """Whether it asks how long, how many or how much: an answer without a figure is none then."""
    return _HOW_MUCH.search(normalise(question).text) is not None


def asks_only_how_long(question: str) -> bool:
    """Whether nothing is asked but the period, or its rules (保修期多久, 保修政策是什么), the names taken away."""
    plain = normalise(question).text
    return _COVER.search(plain) is not None and not _HOW_LONG.sub("", plain)


def speaks_of_a_term(question: str) -> bool:
    """Whether it asks for how long something is covered: 保几年, 质保多久."""
    plain = normalise(question).text
    return _COVER.search(plain) is not None and _HOW_MUCH.search(plain) is not None


def speaks_of_money(answer: str) -> bool:
    """Whether it says anything of paying: what else could answer 要不要钱?"""
    return _MONEY.search(answer) is not None


def gives_a_figure(answer: str) -> bool:
    """Whether it says how long or how much, or that this is not written anywhere."""
    return _FIGURE.search(answer) is not None

"""What is to stand instead of what stood: 不是高凤霞,是高凤侠; 是东八区,不是东区; 再晚一天."""

from __future__ import annotations

import re

from bot.text.numbers import to_int
from policies_kb.normalise import normalise

_VALUE = r"[\u4e00-\u9fffa-z\d-]{1,12}?"
_INSTEAD = (
    re.compile(rf"不是\s*(?P<wrong>{_VALUE})[\s,]*(?:而|应该)?是\s*(?P<right>{_VALUE})(?=[\s,。;!?]|的?\Z)"),
    re.compile(rf"(?:应该)?(?<!不)是\s*(?P<right>{_VALUE})[\s,]*不是\s*(?P<wrong>{_VALUE})(?=[\s,。;!?]|的?\Z)"),
)
_COUNT = r"(?P<count>[一两二三四五六七\d])"
_LATER = re.compile(rf"(?:再|往后|推|晚|延|顺延|推迟|推后|延后)+(?:推|晚|延|个)*{_COUNT}天")
_EARLIER = re.compile(rf"(?:再|往前|早|提前|提早)+(?:提|早|个)*{_COUNT}天(?!(?:打|通知|告诉|联系|预约|说))")


def instead(text: str) -> tuple[str, str] | None:
    """What was wrong, and what is to stand in its place; as normalised text writes them."""
    plain = normalise(text).text
    found = next((match for pattern in _INSTEAD if (match := pattern.search(plain))), None)
    return (found["wrong"], found["right"]) if found else None


def days_later(text: str) -> int | None:
    """By how many days something that is agreed on is to be moved: 再晚一天 → 1, 早两天 → -2."""
    plain = normalise(text).text
    for pattern, sign in ((_LATER, 1), (_EARLIER, -1)):
        if match := pattern.search(plain):
            return sign * (to_int(match["count"]) or 0) or None
    return None

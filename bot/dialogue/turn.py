"""One step of the dialogue: a message comes in, sentences (by code) and at most one call go out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.dialogue.state import Desk, Facts, Task
from bot.text.questions import THE_SAME
from bot.tickets.model import Ticket
from policies_kb.model import Knowledge


@dataclass(frozen=True)
class Problem:
    """A value that was given and cannot be right: the slot, what is wrong (a code), and what was written."""

    slot: str
    code: str
    data: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class Wish:
    """What one message asks for: its intent, and the facts read from it (JSON values).

    `ranking`: the other intents in question, likeliest first, with their confidence.
    """

    intent: str
    confidence: float
    text: str
    facts: Facts = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    ranking: tuple[tuple[str, float], ...] = ()
    bare: bool = False  # little more than the facts themselves stands in it
    words: str = ""  # the text without names, numbers, places and visits: what may stand in a request's description
    story: str = ""  # the same with its days and times: what happened, and when
    told: str = ""  # what is left of it beyond brand, product and asking for service
    asks: frozenset[str] = frozenset()  # bot.text.asks
    about: str | None = None  # the request whose card was tapped: a draft, or a ticket's number

    @property
    def sure(self) -> bool:
        """Whether the intent can be acted on without asking back (floor: docs/understanding.md)."""
        return self.confidence >= SURE

    @property
    def mends(self) -> bool:
        """Whether what was told before was wrong: 说错了,是洗衣机."""
        return self.intent == "correct" or "wrong" in self.asks or "misread" in self.asks

    @property
    def compares(self) -> bool:
        """Whether another brand is only asked about, beside the one that was meant: 那云米, 杰森也这样吗."""
        only_a_brand = "brand" in self.facts and not self.facts.keys() & {"product", "fault", "visit", "phone"}
        return only_a_brand and not self.mends and ("question" in self.asks or self.text.startswith("那"))

    @property
    def says_only_names(self) -> bool:
        """Whether nothing is said beside brand and product but that it is asked of them: 那杰森的呢."""
        return not _ASKS.sub("", THE_SAME.sub("", self.told))

    @property
    def points_back(self) -> bool:
        """Whether it asks of what was talked of just before: 创维有没有这种卡."""
        return len(self.told) <= A_SHORT_QUESTION and _POINTS_BACK.search(self.told) is not None

    def has(self, *names: str) -> bool:
        return any(name in self.facts for name in names)


#: What only asks, of whatever is named beside it; taken away word by word, so that no text is tried in many ways.
_ASKS = re.compile(
    r"说错了?|搞错了?|不对|不是|要是|可以|换成?|改成?|[也给能有行算管收保免要得会用看是说问的咧嘞喃嗦哩不没么啥呀哦]|\W"
)
_POINTS_BACK = re.compile(r"[这那]种|[这那]样的|[这那][条项]|[这那]个(?:规定|政策|服务|说法)|也是这么")
OF_ONE_REQUEST = frozenset({"amount"})  # what one complaint is about is not what the next request asks back
A_SHORT_QUESTION = 8  # characters told
SURE = 0.45
MOST_SEEN = 5  # tickets of whose news a customer is told when they come back


@dataclass(frozen=True)
class Context:
    """What a step may look at: the knowledge, the moment, and where the message came from."""

    kb: Knowledge
    now: datetime
    conversation: str
    channel: str = "rest"
    message_id: str = ""


@dataclass(frozen=True)
class Say:
    """Something to be said: a reason code of `bot.wording` and the values it speaks of."""

    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """Work the dialogue cannot do itself (decide, search, store); its result comes back through `resume`."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)


#: Does a topic's work outside the dialogue. The result is a mapping with the call's name under "call"; "failed" where
#: the store could not be reached.
Perform = Callable[[Call], Mapping[str, Any]]


class Turn:
    """A step in the making: topics read it and write to it."""

    def __init__(self, desk: Desk, wish: Wish, context: Context) -> None:
        self.desk, self.wish, self.context = desk, wish, context
        self._says: list[Say] = []
        self._call: Call | None = None
        self._onward: tuple[str, Facts] | None = None

    @property
    def task(self) -> Task:
        """The task in hand; a topic only runs with its own task there."""
        assert self.desk.top is not None
        return self.desk.top

    @property
    def kb(self) -> Knowledge:
        return self.context.kb

    def say(self, code: str, **data: Any) -> None:
        self._says.append(Say(code, data))

    def ask(self, *slots: str, code: str, **data: Any) -> None:
        """Say the question `code` and remember which slots an answer fills."""
        self.desk = self.desk.put(replace(self.task, asked=slots))
        self.say(code, **data)

    def call(self, name: str, **args: Any) -> None:
        self._call = Call(name, args)

    def fill(self, facts: Facts) -> None:
        known = {name: value for name, value in facts.items() if name not in OF_ONE_REQUEST}
        self.desk = self.desk.put(self.task.filled(facts)).learn(known)

    def keep(self, slots: Facts) -> None:
        """Leave the task with these slots only."""
        self.desk = self.desk.put(replace(self.task, slots=slots))

    def change(self, **fields: Any) -> None:
        self.desk = self.desk.put(replace(self.task, **fields))

    def take_call(self) -> Call | None:
        """The call that was asked for, once."""
        call, self._call = self._call, None
        return call

    def finish(self) -> None:
        self.desk = self.desk.pop()

    def hand_on(self, topic: str, **slots: Any) -> None:
        """This task is over; `topic` goes on with the same message, and knows these slots."""
        self.finish()
        self._onward = (topic, slots)

    def take_onward(self) -> tuple[str, Facts] | None:
        """Where the message was handed on to, once."""
        onward, self._onward = self._onward, None
        return onward

    def saw(self, ticket: Ticket) -> None:
        """The customer is told of the ticket as it stands: what happens after this version is news to them."""
        seen = {no: v for no, v in self.desk.known.get("seen", {}).items() if no != ticket.no}
        kept = list(seen.items())[1 - MOST_SEEN :]
        self.desk = self.desk.learn({"seen": {**dict(kept), ticket.no: ticket.version}})

    def draft_id(self, topic: str) -> str:
        """The same for the same message told twice, so that a request repeated after a crash is the same request."""
        seed = f"{self.context.conversation}\n{self.context.message_id or self.context.now.isoformat()}\n{topic}"
        return hashlib.sha256(seed.encode()).hexdigest()[:20]

    def stored(self, no: str) -> None:
        """The request in hand has become a ticket: the task is over, its number is remembered."""
        self.finish()
        self.desk = self.desk.learn({"stored": no})

    @property
    def says(self) -> tuple[Say, ...]:
        return tuple(self._says)

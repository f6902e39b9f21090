"""A customer of the soak: books, perhaps wants something more, and says a thing again until it is answered."""

from __future__ import annotations

import re
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPException
from random import Random

from bot.wording import sentence
from tests.servers.house import House, post, text_of

PATIENCE = 300.0  # seconds for one message: Rasa takes its time to come back
PAUSE = 0.7  # seconds before it is said again
LIMIT = 40.0  # seconds for one try
A_TURN = timedelta(seconds=10)  # of the house's time, for each try: deadlines pass and retries grow old
MOST_TURNS = 25

APPLIANCES = ("云米冰箱不制冷", "创维洗衣机不脱水", "杰森热水器打不着火")
NEW_DAY = "2026-11-28"  # Saturday
WISHES = ("nothing", "nothing", "another time", "cancel", "complaint")


@dataclass(frozen=True)
class Errand:
    """Something wanted. `answers`: what to say next where these words stand in a reply; `settled`: it is done."""

    opening: str
    answers: Mapping[str, str]
    settled: str  # a pattern


def _errands(name: str, phone: str, number: int, appliance: str) -> dict[str, Errand]:
    again = {"继续": "继续"}
    confirm = {"请核对": "确认", "还没提交": "确认", **again}
    booking = {**confirm, "什么时候": "明天上午", "称呼": f"{name} {phone} 南京市鼓楼区中山路{number}号"}
    return {
        "booking": Errand(f"你好,我要报修 {appliance}", booking, r"登记好了|登记过了"),
        "another time": Errand("改约到11月28日上午十点", again, r"改好了"),
        "cancel": Errand("帮我取消预约", {"确认取消": "确认取消", **again}, r"已经取消"),
        "complaint": Errand(
            "我要投诉,师傅迟到了两个小时", {**confirm, "称呼": f"{name} {phone}"}, r"投诉已登记|登记过了"
        ),
    }


@dataclass
class Told:
    """What a customer was told is done: the number of the booking, that of the complaint, and what else.

    said_again: tries that nobody answered. found: told that it had been done before. gave_up: why, where it came to
    nothing.
    """

    phone: str
    wish: str
    conversation: str = ""
    booked: str | None = None
    complaint: str | None = None
    done: bool = False
    said_again: int = 0
    found: int = 0
    gave_up: str | None = None

    @property
    def confirmations(self) -> int:
        """How often something was said to be done."""
        return (self.booked is not None) + self.done


class NothingComes(Exception):
    """A customer's patience is at an end."""


def serve(house: House, n: int, *, seed: int, answered: Callable[[], None]) -> Told:
    """Customer number `n` from the first word to the last; `answered` is called after each answer."""
    chance = Random(f"{seed} customer {n}")
    told = Told(f"139{n // 10_000:04d}{n % 10_000:04d}", chance.choice(WISHES))
    errands = _errands("李先生", told.phone, n + 1, chance.choice(APPLIANCES))
    line = chance.choice((Rest, Page))(house, f"soak-{seed}-{n}")
    customer = _Customer(house, line, chance, answered, told)
    try:
        told.booked = _number(customer.settle(errands["booking"]))
        if told.wish != "nothing":
            reply = customer.settle(errands[told.wish])
            told.done = True
            told.complaint = _number(reply) if told.wish == "complaint" else None
    except NothingComes as why:
        told.gave_up = str(why)
    told.conversation = line.conversation
    return told


def _number(reply: str) -> str | None:
    found = re.search(r"BX\d{9}", reply)
    return found.group() if found else None


@dataclass
class _Customer:
    house: House
    line: Line
    chance: Random
    answered: Callable[[], None]
    told: Told
    heard: list[str] = field(default_factory=list)

    def settle(self, errand: Errand) -> str:
        """Answer what is asked until it is done; the reply that says so."""
        text = errand.opening
        for _ in range(MOST_TURNS):
            reply = self._say(text)
            if re.search(errand.settled, reply):
                self.told.found += bool(re.search("登记过了|已经取消了", reply))
                return reply
            text = next((answer for words, answer in errand.answers.items() if words in reply), text)
        raise NothingComes(" | ".join(self.heard[-4:]))

    def _say(self, text: str) -> str:
        """Say it until it is answered: sent again by a program under the same id, or typed anew by a person."""
        end = time.monotonic() + PATIENCE
        message_id = self._new_id()
        while time.monotonic() < end:
            self.house.clock.move(A_TURN)
            if reply := self.line.say(text, message_id):
                self.heard.append(f"{text} → {reply}")
                self.answered()
                return reply
            self.told.said_again += 1
            message_id = self.chance.choice((message_id, self._new_id()))
            time.sleep(PAUSE)
        raise NothingComes(f"{text} → nothing, after {' | '.join(self.heard[-2:])}")

    def _new_id(self) -> str:
        return f"{self.chance.getrandbits(64):016x}"


class Line(ABC):
    """A way to talk to the house."""

    def __init__(self, house: House, conversation: str) -> None:
        self.conversation = conversation
        self._house = house

    def say(self, text: str, message_id: str) -> str:
        """The reply; nothing where there is none, or only that the words were not taken down."""
        try:
            reply = self._reply(text, message_id)
        except (OSError, HTTPException):  # a process is away, or dies in the middle
            return ""
        return "" if reply == sentence("channel.busy") else reply

    @abstractmethod
    def _reply(self, text: str, message_id: str) -> str:
        """The reply. Raises OSError and HTTPException."""


class Rest(Line):
    """A program, on Rasa's own port."""

    def _reply(self, text: str, message_id: str) -> str:
        return text_of(self._house.say(self.conversation, text, message_id, limit=LIMIT))


class Page(Line):
    """The chat page, which opens a conversation of its own."""

    _token = ""

    def _reply(self, text: str, message_id: str) -> str:
        port = self._house.at.web
        if not self._token:
            opened = post(port, "/api/conversations", {}, limit=LIMIT)
            self.conversation, self._token = opened["id"], opened["token"]
        path, words = f"/api/conversations/{self.conversation}/messages", {"text": text, "message_id": message_id}
        bearer = {"Authorization": f"Bearer {self._token}"}
        return text_of(post(port, path, words, headers=bearer, limit=LIMIT)["replies"])

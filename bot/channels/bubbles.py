"""One wish in several bubbles: what arrives while a conversation's turn runs is answered as one, and so is what follows
a fragment at once, where the channel can wait for it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.channels.collector import Reply
from bot.channels.words import LONGEST

#: Seconds of quiet after which a fragment is taken for the whole.
PATIENCE = 1.5
MOST_WAITED = 6.0  # seconds; somebody who goes on and on is answered in between
SHORT = 8  # characters: 你好, 我家冰箱, 漏水了; a whole wish is longer

_CLOSED = re.compile(r"[。!?\uff01\uff1f.;\uff1b]\s*\Z|[吗呢吧么嘛]\s*\Z|\d{4}")
_PAUSE = "\uff0c"
_ENDS = re.compile(r"[\W_]\Z")


@dataclass(frozen=True)
class Bubble:
    """A customer's row on its way to an answer; `alone`: a tap on a card, which is a word of its own."""

    row_id: int
    text: str
    alone: bool = False


#: Answers the bubbles of one turn, the last of which stands for all.
Answer = Callable[[Sequence[Bubble], str], Awaitable[list[Reply]]]


@dataclass
class _Talk:
    waiting: list[tuple[Bubble, Answer, asyncio.Future[list[Reply]]]] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)


class Bubbles:
    """The turns of all conversations of a process, one at a time for each."""

    def __init__(self, *, patience: float = 0.0) -> None:
        self._patience = patience
        self._talks: dict[str, _Talk] = {}
        self._runs: set[asyncio.Task[None]] = set()

    async def answered(self, conversation: str, bubble: Bubble, answer: Answer, *, whole: bool) -> list[Reply]:
        """The replies to a bubble, and to those that came with it. `whole`: nothing is waited for."""
        future: asyncio.Future[list[Reply]] = asyncio.get_running_loop().create_future()
        talk = self._talks.get(conversation)
        if talk is None:
            talk = self._talks[conversation] = _Talk()
            run = asyncio.create_task(self._run(conversation, talk, wait=not whole and is_fragment(bubble.text)))
            self._runs.add(run)
            run.add_done_callback(self._runs.discard)
        talk.waiting.append((bubble, answer, future))
        talk.came.set()
        return await future

    async def _run(self, conversation: str, talk: _Talk, *, wait: bool) -> None:
        try:
            if wait and self._patience:
                await self._until_quiet(talk)
            while talk.waiting:
                batch = _first_turn([bubble for bubble, _, _ in talk.waiting])
                taken, talk.waiting = talk.waiting[: len(batch)], talk.waiting[len(batch) :]
                await _answer(taken)
        finally:
            del self._talks[conversation]
            for _, _, future in talk.waiting:  # ended from outside: nobody waits for a turn that will not come
                future.cancel()

    async def _until_quiet(self, talk: _Talk) -> None:
        """Wait for more, until nothing came for a while or what came is no fragment."""
        end = asyncio.get_running_loop().time() + MOST_WAITED
        while asyncio.get_running_loop().time() < end:
            talk.came.clear()
            if talk.waiting and not is_fragment(talk.waiting[-1][0].text):
                return
            try:
                await asyncio.wait_for(talk.came.wait(), self._patience)
            except asyncio.TimeoutError:
                return


def is_fragment(text: str) -> bool:
    """Whether more may follow at once: short, and nothing in it is complete."""
    return len(text) <= SHORT and _CLOSED.search(text) is None


def joined(texts: Sequence[str]) -> str:
    """Several bubbles as one message: 你好,我家冰箱,漏水了."""
    whole = texts[0]
    for text in texts[1:]:
        whole += text if _ENDS.search(whole) else _PAUSE + text
    return whole


def _first_turn(bubbles: Sequence[Bubble]) -> list[Bubble]:
    """The bubbles at the beginning that are one message: no longer than one may be, and a tap is one of its own."""
    turn: list[Bubble] = []
    for bubble in bubbles:
        together = not bubble.alone and len(joined([*(one.text for one in turn), bubble.text])) <= LONGEST
        if turn and not (together and not turn[0].alone):
            break
        turn.append(bubble)
    return turn


async def _answer(taken: Sequence[tuple[Bubble, Answer, asyncio.Future[list[Reply]]]]) -> None:
    bubbles = [bubble for bubble, _, _ in taken]
    _, answer, _ = taken[-1]
    try:
        replies = await answer(bubbles, joined([bubble.text for bubble in bubbles]))
    except BaseException as error:
        for _, _, future in taken:
            future.set_exception(error if isinstance(error, Exception) else RuntimeError(type(error).__name__))
        if isinstance(error, Exception):
            return
        raise  # the loop is being ended
    for _, _, future in taken:
        future.set_result(replies)

"""What every channel does with a message, whatever it looks like on the wire.

The words are stored before anybody thinks about them, a message is acted on once however often it
is sent, and every message gets an answer. A connector reads its own protocol, calls `Desk.hear`,
and renders the replies.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from rasa.core.channels.channel import UserMessage

from bot import settings
from bot.channels.bubbles import Bubble, Bubbles
from bot.channels.collector import Collector, Reply
from bot.channels.words import LONGEST, cleaned
from bot.conversations.buttons import pressed
from bot.conversations.mode import Held, Mode, Modes
from bot.conversations.transcript import Message, NewMessage, Status, Stored, StoreUnavailable, Transcript, Who
from bot.database import Database
from bot.wording import sentence

log = logging.getLogger("baoxiu.channels")

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]

TURN = 15.0  # seconds; an action has four, and a message may lead to more than one
_LOOK = 0.05  # seconds between two looks at what another request is doing with the same message


@dataclass(frozen=True, kw_only=True)
class Said:
    """A customer's message as it arrived; `message_id` is the sender's own, the same in a retry."""

    conversation: str
    text: str
    channel: str
    message_id: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


class Desk:
    """The way of a message from a channel to Rasa and back, with the transcript beside it."""

    def __init__(
        self,
        on_new_message: OnNewMessage,
        database: Database,
        *,
        now: Callable[[], datetime] = settings.now,
        turn: float = TURN,
        patience: float = 0.0,
    ) -> None:
        """`patience`: seconds that the channel can wait for what follows a fragment."""
        self._on_new_message = on_new_message
        self._transcript = Transcript(database)
        self._modes = Modes(database)
        self._now = now
        self._turn = turn
        self._turns: set[asyncio.Future[list[Reply]]] = set()
        self._bubbles = Bubbles(patience=patience)
        self._patience = patience

    async def hear(self, said: Said) -> list[Reply]:
        """The replies to a message, at least one. Never raises for what the message holds."""
        # A sender who hangs up cancels the request, not the turn: what it does is stored, and
        # the sender's second try is given its words.
        turn = asyncio.ensure_future(self._hear(said))
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)
        return await asyncio.shield(turn)

    async def _hear(self, said: Said) -> list[Reply]:
        words, about = pressed(cleaned(said.text), said.conversation)
        text = words.rstrip()
        if not text:
            return _saying("channel.not_understood" if said.text.strip() else "channel.empty")
        try:
            stored, held = await asyncio.to_thread(self._take_down, said, text)
            if stored.seen_before and not await self._is_left_to_us(stored.row):
                return await self._answer_given(stored.row)
            if len(text) > LONGEST:
                return await self._answered(stored.row, _saying("channel.too_long"))
            if held.mode is Mode.PERSON:
                return await self._left_to_the_person(stored.row)
            return await self._in_its_turn(said, stored.row, about)
        except StoreUnavailable as error:
            log.error("channel.store_unavailable channel=%s error=%s", said.channel, error)
            return _saying("channel.busy")

    def _take_down(self, said: Said, text: str) -> tuple[Stored, Held]:
        """Store the words, and see who holds the conversation."""
        stored = self._transcript.record(
            NewMessage(
                conversation=said.conversation,
                who=Who.CUSTOMER,
                text=text[:LONGEST],
                channel=said.channel,
                at=self._now(),
                message_id=said.message_id,
            )
        )
        return stored, self._modes.mode(said.conversation)

    async def _left_to_the_person(self, row: Message) -> list[Reply]:
        # Not stored: a person reads this transcript and needs no word from us after every line.
        await asyncio.to_thread(self._transcript.settle, row.id, Status.ANSWERED)
        return _saying("channel.with_person")

    async def _in_its_turn(self, said: Said, row: Message, about: str | None) -> list[Reply]:
        """The answer to these words, and to what came with them; one turn of a conversation at a time."""

        async def answer(bubbles: Sequence[Bubble], text: str) -> list[Reply]:
            earlier = [bubble.row_id for bubble in bubbles[:-1]]
            return await self._ask_rasa(said, replace(row, text=text), about, earlier=earlier)

        is_answer = not self._patience or await asyncio.to_thread(self._transcript.is_asked, said.conversation)
        bubble = Bubble(row.id, row.text, alone=about is not None)
        return await self._bubbles.answered(said.conversation, bubble, answer, whole=is_answer)

    async def _ask_rasa(
        self, said: Said, row: Message, about: str | None, *, earlier: Sequence[int] = ()
    ) -> list[Reply]:
        """Rasa's answer to a row, whose text may hold `earlier` rows too."""
        began = time.monotonic()
        collector = Collector(said.channel)
        message = UserMessage(
            row.text,
            collector,
            said.conversation,
            input_channel=said.channel,
            # Always the same for the same words, so that a request repeated is the same request.
            message_id=said.message_id or f"row-{row.id}",
            metadata={**said.metadata, "message_id": said.message_id or f"row-{row.id}", "about": about},
        )
        failure = await self._failure_of(message)
        log.log(
            logging.INFO if collector.replies else logging.WARNING,
            "channel.turn channel=%s row=%d replies=%d failure=%s ms=%d",
            said.channel,
            row.id,
            len(collector.replies),
            failure,
            1000 * (time.monotonic() - began),
        )
        if collector.replies:  # what was done was done, and is said, even if the turn broke later
            return await self._answered(row, collector.replies, earlier=earlier)
        return await self._failed(row, earlier=earlier)

    async def _failure_of(self, message: UserMessage) -> str | None:
        """Have Rasa handle the message; the name of what went wrong, if anything did.

        The one boundary around Rasa: whatever it raises, the customer gets an answer. Neither the
        error's text nor a traceback is logged: both quote the customer.
        """
        try:
            await asyncio.wait_for(self._on_new_message(message), self._turn)
        except Exception as error:
            return type(error).__name__
        return None

    async def _answered(self, row: Message, replies: Sequence[Reply], *, earlier: Sequence[int] = ()) -> list[Reply]:
        """Store the replies in their order. They are given also where they cannot be stored."""
        try:
            await asyncio.to_thread(self._record, row, replies, Who.BOT, Status.ANSWERED)
            await asyncio.to_thread(self._transcript.settle_with, earlier, row.id, Status.ANSWERED)
        except StoreUnavailable as error:
            log.error("channel.replies_not_stored channel=%s error=%s", row.channel, error)
        return list(replies)

    async def _failed(self, row: Message, *, earlier: Sequence[int] = ()) -> list[Reply]:
        # Said by the system and not by the bot: it is no answer that a retry may be given.
        busy = _saying("channel.busy")
        await asyncio.to_thread(self._transcript.settle_with, earlier, None, Status.FAILED)
        await asyncio.to_thread(self._record, row, busy, Who.SYSTEM, Status.FAILED)
        return busy

    def _record(self, row: Message, replies: Sequence[Reply], who: Who, status: Status) -> None:
        for reply in replies:
            self._transcript.record(
                NewMessage(
                    conversation=row.conversation,
                    who=who,
                    text=reply.text,
                    card=reply.card,
                    channel=row.channel,
                    at=self._now(),
                    reply_to=row.id,
                )
            )
        self._transcript.settle(row.id, status)

    # A message that was seen before

    async def _is_left_to_us(self, row: Message) -> bool:
        """Whether the first attempt failed, or was given up long ago, and we are to try again."""
        now = self._now()
        given_up = now - timedelta(seconds=2 * self._turn)
        return await asyncio.to_thread(self._transcript.take, row.id, older_than=given_up, at=now)

    async def _answer_given(self, row: Message) -> list[Reply]:
        """The same words as the first time; while that goes on, wait for it."""
        end = time.monotonic() + self._turn
        current: Message | None = row
        while current is not None and current.status is Status.RECEIVED:
            if time.monotonic() > end:
                return _saying("channel.busy")
            await asyncio.sleep(_LOOK)
            current = await asyncio.to_thread(self._transcript.get, row.id)
        answered_with = current.reply_to if current is not None else None  # a bubble that was answered with later ones
        rows = await asyncio.to_thread(self._transcript.replies_to, answered_with or row.id)
        given = [Reply(reply.text, reply.card) for reply in rows if reply.who is Who.BOT]
        if current is not None and current.status is Status.FAILED:
            return _saying("channel.busy")
        return given or _saying("channel.with_person")


def _saying(code: str) -> list[Reply]:
    return [Reply(sentence(code))]

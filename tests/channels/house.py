"""A desk with a stand-in for Rasa, and its own database."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from rasa.core.channels.channel import UserMessage

from bot.channels.base import Desk, Said
from bot.channels.collector import Reply
from bot.conversations.mode import Modes
from bot.conversations.transcript import Transcript
from bot.database import Database
from bot.settings import SHANGHAI


class Rasa:
    """Answers each message with `answers`, in the form of rasa_sdk's dispatcher, and counts."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = [{"text": "好的"}]
        self.heard: list[UserMessage] = []
        self.raises: Exception | None = None
        self.raises_first: Exception | None = None
        self.takes = 0.0

    async def __call__(self, message: UserMessage) -> None:
        self.heard.append(message)
        await asyncio.sleep(self.takes)
        if self.raises_first:
            raise self.raises_first
        for answer in self.answers:
            await message.output_channel.send_response(message.sender_id, dict(answer))
        if self.raises:
            raise self.raises


class House:
    """Everything around one desk. `turn` is short, so that a test need not wait for long."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.rasa = Rasa()
        self.transcript, self.modes = Transcript(self.database), Modes(self.database)
        self.now = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
        self.desk = Desk(self.rasa, self.database, now=lambda: self.now, turn=0.3)

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    async def hear(self, text: str, message_id: str | None = None) -> list[Reply]:
        said = Said(conversation="one", text=text, channel="rest", message_id=message_id)
        return await self.desk.hear(said)

    def say(self, text: str, message_id: str | None = None) -> list[Reply]:
        return asyncio.run(self.hear(text, message_id))

    def rows(self) -> list[tuple[str, str]]:
        return [(row.who.value, row.text) for row in self.transcript.after("one")]

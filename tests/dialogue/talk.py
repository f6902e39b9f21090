"""A conversation without Rasa: the intent of each message is given, everything else is the real thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from actions.calls import CALLS, Stores
from bot.dialogue import Call, Context, plan, reply
from bot.wording import Card, cards
from policies_kb.loader import load
from policies_kb.vocabulary import hazards_in, vocabulary_of
from tests.empty_store import store_at

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def parse(text: str, intent: str, confidence: float = 0.95) -> dict[str, Any]:
    """What language understanding would hand on for `text`, had it understood `intent`."""
    kb = load()
    mentions = (*vocabulary_of(kb).find(text), *hazards_in(text, kb))
    return {
        "text": text,
        "intent": {"name": intent, "confidence": confidence},
        "intent_ranking": [{"name": intent, "confidence": confidence}],
        "entities": [
            {
                "entity": m.kind,
                "value": m.value,
                "start": m.start,
                "end": m.end,
                "extractor": "CatalogExtractor",
            }
            for m in mentions
        ],
    }


@dataclass
class Talk:
    """One conversation with its own store; `say` and `hear` return the cards of the answer."""

    stores: Stores
    conversation: str = "talk"
    now: datetime = NOW
    desk: dict[str, Any] | None = None
    channel: str = "test"
    turns: int = 0
    said: list[Card] = field(default_factory=list)

    @classmethod
    def at(cls, folder: Path, **fields: Any) -> Talk:
        return cls(Stores(store_at(folder / "talk.db")), **fields)

    def say(self, text: str, intent: str, confidence: float = 0.95) -> list[Card]:
        return self.hear(parse(text, intent, confidence))

    def hear(self, message: Mapping[str, Any]) -> list[Card]:
        """The answer to a message as language understanding hands it on."""
        kb = load()
        self.turns += 1
        context = Context(kb, self.now, self.conversation, self.channel, f"m{self.turns}")
        topics, said = plan(self.desk, message, self.now), []
        for index, topic in enumerate(topics):
            last = index == len(topics) - 1
            self.desk, says = reply(self.desk, topic, message, context, self._perform_in(context), last=last)
            said += cards(says, kb, self.now.date(), more=not last)
        self.said = said
        return said

    def text(self) -> str:
        """All that was answered last, as one text."""
        return "\n".join(card.text for card in self.said)

    def tickets(self) -> list[Any]:
        return self.stores.tickets.of_conversation(self.conversation)

    def _perform_in(self, context: Context) -> Any:
        def perform(call: Call) -> Mapping[str, Any]:
            return {"call": call.name, **CALLS[call.name](self.stores, context, call)}

        return perform

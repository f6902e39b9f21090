"""What the assistant answered in one turn: each text with the card that belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rasa.core.channels.channel import OutputChannel

Card = Mapping[str, Any]


@dataclass(frozen=True)
class Reply:
    """One answer: the text is complete in itself, the card (DESIGN §5) holds its parts."""

    text: str
    card: Card | None = None


class Collector(OutputChannel):
    """Rasa's output channel of one turn. Renders nothing: that is the connector's business."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self.replies: list[Reply] = []

    def name(self) -> str:  # a class method in Rasa, which asks the object
        return self._channel

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        if text.strip():
            self.replies.append(Reply(text))

    async def send_text_with_buttons(
        self, recipient_id: str, text: str, buttons: list[dict[str, Any]], **kwargs: Any
    ) -> None:
        # A card follows and says the same; without one the buttons are the card.
        self.replies.append(Reply(text, {"type": "ask", "replies": buttons}))

    async def send_custom_json(self, recipient_id: str, json_message: Card, **kwargs: Any) -> None:
        """The card of the text before it; one without a text is for nobody to see."""
        if self.replies:
            self.replies[-1] = replace(self.replies[-1], card=json_message)

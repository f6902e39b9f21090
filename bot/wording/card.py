"""A card: what every channel renders. The text is complete in itself; the parts serve channels that can show more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Card:
    """DESIGN §5. `replies` are plain Chinese, sent back as they stand. `until` is ISO text."""

    type: str
    text: str
    replies: tuple[str, ...] = ()
    outcome: str | None = None
    until: tuple[str, str] | None = None
    assuming: Mapping[str, str] | None = None
    missing: tuple[str, ...] = ()
    citations: tuple[Mapping[str, Any], ...] = ()
    ticket: Mapping[str, Any] | None = None
    about: str | None = None  # the request (draft or number) that its replies are of

    def to_json(self, payload: Callable[[str], str] = str) -> dict[str, Any]:
        """The custom part: only what the card has. `payload`: what a tap on a reply says."""
        data: dict[str, Any] = {"type": self.type}
        for name in ("outcome", "until", "assuming", "missing", "citations", "ticket"):
            value = getattr(self, name)
            if value:
                data[name] = list(value) if isinstance(value, tuple) else value
        if self.replies:
            data["replies"] = [{"title": title, "payload": payload(title)} for title in self.replies]
        return data

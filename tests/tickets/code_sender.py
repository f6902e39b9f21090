"""A stand-in for the gateway of one-time codes: what it sends can be read, and it can fail."""

from __future__ import annotations

from bot.tickets.codes import NotSent


class CodeSender:
    """`sent`: phone and code of every message, in order. While `is_out`, none goes."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.is_out = False

    def send(self, phone: str, code: str) -> None:
        if self.is_out:
            raise NotSent("no gateway")
        self.sent.append((phone, code))

    @property
    def last(self) -> str:
        return self.sent[-1][1]

    @property
    def wrong(self) -> str:
        """A code that is not the last one."""
        return f"{(int(self.last) + 1) % 10**6:06}"

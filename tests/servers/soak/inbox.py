"""The receiver of ticket events during a soak: it refuses one in ten, as receivers do."""

from __future__ import annotations

import time
from collections import defaultdict
from random import Random
from typing import Any

from bot.database import Database
from bot.tickets import outbox
from tests.tickets.receiver import Listener, Received

REFUSED = 0.1
PATIENT = 300.0  # seconds: what a killed worker had taken comes up again after its lease


class Inbox:
    """What the receiver took while the block lasts: for each ticket the numbers of its events, as they came."""

    def __init__(self, receiver: Listener, chance: Random) -> None:
        self.taken: defaultdict[str, list[int]] = defaultdict(list)
        self.refused = 0
        self._receiver = receiver
        self._chance = chance

    def __enter__(self) -> Inbox:
        self._before = self._receiver.answer
        self._receiver.answer = self._answer
        return self

    def __exit__(self, *_: object) -> None:
        self._receiver.answer = self._before

    def wait_for_the_rest(self, url: str) -> None:
        """Until nothing waits in the database's outbox any more, or so long that it waits in vain."""
        database = Database(url)
        end = time.monotonic() + PATIENT
        while outbox.unsent(database) and time.monotonic() < end:
            time.sleep(1)
        database.dispose()

    def _answer(self, request: Received) -> int:
        if self._chance.random() < REFUSED:
            self.refused += 1
            return 503
        event: Any = request.json
        self.taken[event["ticket"]["no"]].append(event["id"])
        return 204

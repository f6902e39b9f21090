"""Who ends processes: as often as there is work, so that a fast machine sees as many kills as a slow one."""

from __future__ import annotations

import threading
import time
from collections import Counter
from random import Random

from tests.servers.house import House

#: Which process how often, in one round. Rasa is the slowest to come back: nothing is answered meanwhile.
ROUND = {"rasa": 1, "actions": 6, "web": 10, "work": 10}
EVERY = (3, 12)  # answered messages between two kills, at least and at most
SOON = 1.5  # seconds at most after an answer: in the middle of what comes next
BACK = 60.0  # seconds in which a process that was killed is started again


class Killer:
    """Ends a process of the house now and then; its parts in turn, shuffled anew each round."""

    def __init__(self, house: House, chance: Random) -> None:
        unknown = set(house.supervisor.states()) ^ set(ROUND)
        assert not unknown, f"is {', '.join(unknown)} to be killed, and how often?"
        self.kills = dict.fromkeys(ROUND, 0)
        self._house = house
        self._chance = chance
        self._next: list[str] = []
        self._left = chance.randint(*EVERY)
        self._one_at_a_time = threading.Lock()
        self._timers: list[threading.Timer] = []

    @property
    def summary(self) -> str:
        """What was killed so far."""
        return ", ".join(f"{part} killed {times}" for part, times in self.kills.items())

    def work(self) -> None:
        """A message was answered: perhaps the next one is not."""
        with self._one_at_a_time:
            self._left -= 1
            if self._left:
                return
            self._left = self._chance.randint(*EVERY)
            timer = threading.Timer(self._chance.uniform(0, SOON), self._kill, [self._whose_turn()])
            self._timers.append(timer)
            timer.start()

    def rest(self) -> None:
        """Kill nothing any more."""
        for timer in self._timers:
            timer.cancel()
            timer.join()

    def _whose_turn(self) -> str:
        if not self._next:
            self._next = list(Counter(ROUND).elements())
            self._chance.shuffle(self._next)
        return self._next.pop()

    def _kill(self, part: str) -> None:
        end = time.monotonic() + BACK
        while not self._house.kill(part):  # it was killed a moment ago
            if time.monotonic() > end:
                return  # it does not come back: the customers will tell
            time.sleep(0.2)
        with self._one_at_a_time:
            self.kills[part] += 1

"""Bookings through the real servers while their processes are killed at random; then everything is counted.

`soak` is all there is to call. Customers come a few at a time, over REST and over the page; each books a repair, many
want something more (another time, a cancellation, a complaint), and each says a thing again until it is answered.
What is killed, when, and who wants what follow from the seed; how the processes race does not.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed

from tests.servers.house import House
from tests.servers.soak.counting import Report, count
from tests.servers.soak.customers import serve
from tests.servers.soak.inbox import Inbox
from tests.servers.soak.killing import Killer

__all__ = ["Report", "soak"]

AT_ONCE = 3  # customers; more only wait for each other in Rasa


def soak(house: House, *, bookings: int, seed: int, say: Callable[[str], None] = lambda line: None) -> Report:
    """So many customers, one after the other but for a few at once, and what was kept of what they were told."""
    began = time.monotonic()
    killer = Killer(house, random.Random(f"{seed} kills"))
    with Inbox(house.receiver, random.Random(f"{seed} receiver")) as inbox:
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            coming = [pool.submit(serve, house, n, seed=seed, answered=killer.work) for n in range(bookings)]
            told = []
            for customer in as_completed(coming):
                told.append(customer.result())
                if len(told) % 10 == 0:
                    say(f"{len(told)} of {bookings} customers, {killer.summary}, {time.monotonic() - began:.0f} s")
        finally:
            pool.shutdown(cancel_futures=True)
            killer.rest()
        inbox.wait_for_the_rest(house.database_url)
        return count(house.database_url, told, inbox, killer.kills, seconds=time.monotonic() - began)

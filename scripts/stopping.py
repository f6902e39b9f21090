"""Being told to stop: Ctrl-C, SIGTERM and a closed terminal all mean the same."""

from __future__ import annotations

import contextlib
import signal
from typing import Iterator, NoReturn

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(BaseException):
    """Raised where the program stands when it is told to stop; blocks clean up on its way out."""


def listen() -> None:
    """From now on a signal to stop raises `Stop`."""
    for number in _SIGNALS:
        signal.signal(number, _stop)


def _stop(number: int, frame: object) -> NoReturn:
    raise Stop(signal.Signals(number).name)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Clean up to the end, however often Ctrl-C is pressed meanwhile."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

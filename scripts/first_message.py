"""Is it up? It is when the web part is well and a real message got a real answer."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from typing import Callable

from scripts.processes import LOOPBACK, Addresses

GREETING = "你好"
LIMIT = 180.0  # seconds; Rasa alone takes about 35
# A proxy in the environment is for the outside, not for our own loopback.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def wait(
    at: Addresses,
    *,
    busy: Callable[[str], None],
    check: Callable[[], None],
    limit: float = LIMIT,
    pause: float = 1.0,
) -> bool:
    """Ask until both answer; False when `limit` seconds did not do.

    `busy` is told what is being waited for; `check` runs between tries and may raise to give up.
    """
    end = time.monotonic() + limit
    for what, holds in (("the pages", web_is_well), ("Rasa's first answer", answers)):
        busy(f"waiting for {what}")
        while not holds(at):
            if time.monotonic() > end:
                return False
            check()
            time.sleep(pause)
    return True


def web_is_well(at: Addresses) -> bool:
    return _fetch(urllib.request.Request(f"{url(at)}healthz")) is not None


def answers(at: Addresses) -> bool:
    """Say 你好 as a throw-away customer; an empty list (Rasa's way of failing) is no answer."""
    said = {"sender": f"start-{uuid.uuid4().hex[:8]}", "message": GREETING}
    request = urllib.request.Request(
        f"http://{LOOPBACK}:{at.rasa}/webhooks/rest/webhook",
        data=json.dumps(said).encode(),
        headers={"Content-Type": "application/json"},
    )
    reply = _fetch(request)
    return reply is not None and any(entry.get("text") for entry in json.loads(reply))


def url(at: Addresses) -> str:
    """What to type into a browser on this machine."""
    everywhere = at.web_host in ("0.0.0.0", "::")
    return f"http://{'localhost' if everywhere else at.web_host}:{at.web}/"


def _fetch(request: urllib.request.Request) -> bytes | None:
    """The body of a good answer; None while nobody is there or they are not ready."""
    try:
        with _DIRECT.open(request, timeout=20) as response:
            return bytes(response.read())
    except OSError:  # URLError, HTTPError, time-outs and resets are all of this kind
        return None

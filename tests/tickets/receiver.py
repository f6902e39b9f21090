"""A receiver of webhooks on a free port, which does with each request what the test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.http_server import running


@dataclass(frozen=True)
class Received:
    """One request as it came; header names are in small letters."""

    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.content)


@dataclass
class Listener:
    """`answer` gives the status for a request, or None to hang up without a word."""

    url: str = ""
    answer: Callable[[Received], int | None] = lambda request: 204
    received: list[Received] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def told(self) -> list[tuple[str, str]]:
        """Ticket and event of each request, in order."""
        return [(request.json["ticket"]["no"], request.json["event"]) for request in self.received]


@contextmanager
def listening() -> Iterator[Listener]:
    """Listen until the end of the block."""
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Received(self.path, headers, self.rfile.read(int(headers["content-length"])))
            listener.received.append(request)
            status = listener.answer(request)
            if status is None:
                self.close_connection = True
                return
            self.send_response(status)
            if status in {301, 302, 307, 308}:
                self.send_header("Location", f"{listener.url}/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    listener.url = f"http://127.0.0.1:{server.server_port}/hook"
    with running(server):
        try:
            yield listener
        finally:
            listener.closing.set()

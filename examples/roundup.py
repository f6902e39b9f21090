"""Tickets as issues of a Roundup tracker (https://www.roundup-tracker.org): the pattern for other help desks.

Receives the webhook of docs/webhooks.md and stores each ticket as one issue over Roundup's REST
interface, found again by the ticket number that its title begins with, and each event as one
message, found again by its id. So an event that comes twice changes nothing. Made for Roundup's
classic template; another tracker has its own words for STATUS and PRIORITY.

    ROUNDUP_URL=https://desk.example/ ROUNDUP_USER=baoxiu ROUNDUP_PASSWORD=… \\
    BAOXIU_WEBHOOK_SECRET=… python examples/roundup.py 8091
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import requests

STATUS = {"registered": "unread", "requested": "unread"} | dict.fromkeys(
    ("completed", "closed", "cancelled", "declined", "resolved", "done", "refused"), "resolved"
)
PRIORITY = {"urgent": "urgent"}
SHOWN = ("state", "description", "fault", "name", "phone", "address", "appointment", "due", "follow_up", "level")
TOLERANCE = 300  # seconds that the sender's clock may differ from ours


def is_signed(headers: Mapping[str, str], body: bytes, secret: str, *, now: float) -> bool:
    """Whether the sender knows the secret and has signed lately."""
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    timestamp = headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(now - int(timestamp)) > TOLERANCE:
        return False
    signed = f"{headers.get('webhook-id', '')}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(expected.encode(), signature.encode()) for signature in given)


class Tracker:
    """A Roundup tracker over REST. Raises `requests.RequestException` where it does not take something."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._data = url.rstrip("/") + "/rest/data"
        self._user = user
        self._one_at_a_time = threading.Lock()  # between looking for an issue and adding it
        self._session = requests.Session()
        self._session.auth = (user, password)
        # What Roundup asks for against forged requests of browsers.
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        self._session.headers.update({"X-Requested-With": "rest", "Origin": origin, "Referer": url})

    def take(self, event: Mapping[str, Any]) -> None:
        """Store an event and the ticket as it brings it; a second time nothing changes."""
        ticket = event["ticket"]
        what = " ".join(filter(None, (ticket["no"], ticket["kind"], ticket["brand"], ticket["product"])))
        wanted = {
            "title": what,
            "status": STATUS.get(ticket["state"], "in-progress"),
            "priority": PRIORITY.get(ticket["priority"], "bug"),
        }
        with self._one_at_a_time:
            message = self._message(event)
            issue = self._issue(ticket["no"])
            if issue is None:
                self._call("POST", "issue", json={**wanted, "messages": [message]})
            else:
                self._update(issue, wanted, message)

    def _issue(self, no: str) -> str | None:
        """The issue of a ticket. Roundup finds titles that hold the number; ours begins with it."""
        found = self._call("GET", "issue", params={"title": no, "@fields": "title"}).json()["data"]["collection"]
        return next((one["id"] for one in found if one["title"].split()[0] == no), None)

    def _update(self, issue: str, wanted: Mapping[str, Any], message: str) -> None:
        now = self._call("GET", f"issue/{issue}")
        messages = {one["id"] for one in now.json()["data"]["attributes"]["messages"]} | {message}
        change = {**wanted, "messages": sorted(messages, key=int)}
        self._call("PATCH", f"issue/{issue}", json=change, headers={"If-Match": now.headers["ETag"]})

    def _message(self, event: Mapping[str, Any]) -> str:
        """The message of an event, added where it is not there yet."""
        ticket = event["ticket"]
        id_ = f"<{ticket['no']}.{event['id']}@baoxiu>"
        found = self._call("GET", "msg", params={"messageid": id_, "@fields": "messageid"}).json()["data"]["collection"]
        for one in found:
            if one["messageid"] == id_:
                return str(one["id"])
        lines = [f"{event['event']} {json.dumps(event['details'], ensure_ascii=False)}"]
        lines += [f"{name}: {ticket[name]}" for name in SHOWN if ticket[name] is not None]
        new = {"messageid": id_, "author": self._user, "content": "\n".join(lines)}
        return str(self._call("POST", "msg", json=new).json()["data"]["id"])

    def _call(self, method: str, path: str, **options: Any) -> requests.Response:
        response = self._session.request(method, f"{self._data}/{path}", timeout=10, **options)
        response.raise_for_status()
        return response


def server(tracker: Tracker, secret: str, *, port: int) -> ThreadingHTTPServer:
    """Listens on the loopback: 204 stored, 401 not signed, 502 the tracker did not take it (and it comes again)."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(self._status(headers, body))
            self.end_headers()

        def _status(self, headers: Mapping[str, str], body: bytes) -> int:
            if not is_signed(headers, body, secret, now=time.time()):
                return 401
            try:
                tracker.take(json.loads(body))
            except requests.RequestException as error:
                self.log_error("the tracker did not take event %s: %s", headers.get("webhook-id"), type(error).__name__)
                return 502
            return 204

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


if __name__ == "__main__":
    desk = Tracker(os.environ["ROUNDUP_URL"], os.environ["ROUNDUP_USER"], os.environ["ROUNDUP_PASSWORD"])
    server(desk, os.environ["BAOXIU_WEBHOOK_SECRET"], port=int(sys.argv[1])).serve_forever()

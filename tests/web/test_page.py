"""The chat page as the server gives it, and how every answer is guarded."""

from __future__ import annotations

import html
import json
import logging
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import bot.web
from bot.conversations.transcript import Transcript
from bot.database import StoreUnavailable
from bot.tickets.words import Kind, State
from bot.wording import sentence
from policies_kb.loader import load
from policies_kb.model import Flag
from policies_kb.rules import Outcome
from tests.web.conftest import Conversation

STATIC = Path(bot.web.__file__).parent / "static"


class Elements(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def labels_of(page: str) -> dict[str, Any]:
    """What the page gives to its script."""
    return dict(json.loads(html.unescape(re.findall(r'data-labels="([^"]+)"', page)[0])))


def test_the_page_is_there(web: TestClient) -> None:
    """The chat page is Chinese, names the brands, and has a labelled input."""
    answer = web.get("/")
    assert answer.status_code == 200
    page = answer.text
    assert '<html lang="zh-CN">' in page
    assert all(brand.zh in page for brand in load().catalog.brands.values())
    assert re.search(r'<label[^>]* for="words"', page)
    assert 'role="log"' in page and 'aria-live="polite"' in page


def test_nothing_is_inline_or_from_elsewhere(web: TestClient) -> None:
    """The page obeys its own policy: no inline script or style, no address of another place."""
    for tag, attributes in Elements(web.get("/").text).found:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert tag != "style" and (tag != "script" or attributes.get("src"))
        addresses = [attributes[name] for name in ("src", "href") if name in attributes]
        assert all((address or "").startswith("/static/") for address in addresses)


def test_the_policy_is_strict(web: TestClient) -> None:
    """Everything that is not ours is forbidden, and so is turning text into markup."""
    policy = web.get("/").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy and "*" not in policy and "http" not in policy
    assert "frame-ancestors 'none'" in policy and "require-trusted-types-for 'script'" in policy


@pytest.mark.parametrize("path", ["/", "/static/chat.js", "/healthz", "/nowhere", "/api/nowhere"])
def test_every_answer_is_guarded(web: TestClient, path: str) -> None:
    """The policy and its neighbours stand on every answer, errors too."""
    headers = web.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_conversations_are_not_cached(web: TestClient, opened: Callable[..., Conversation]) -> None:
    """No cache keeps what was said; our own files are revalidated."""
    conversation = opened(web)
    said = web.get(f"{conversation.path}/messages", headers=conversation.bearer)
    assert said.headers["cache-control"] == "no-store"
    script = web.get("/static/chat.js")
    assert script.headers["cache-control"] == "no-cache" and script.headers["etag"]


@pytest.mark.parametrize("file", sorted(STATIC.glob("*.js")), ids=lambda file: file.name)
def test_scripts_make_text_only(file: Path) -> None:
    """No script of ours has a way to turn text into markup or into code."""
    found = re.findall(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc",
        file.read_text(encoding="utf-8"),
    )
    assert found == []


def test_every_file_named_is_there(web: TestClient) -> None:
    """What the page, its scripts and its styles refer to is served."""
    texts = [web.get("/").text, *(f.read_text(encoding="utf-8") for f in STATIC.glob("*.[jc]s*"))]
    pattern = r'(?:href|src)="/static/([^"]+)"|from "\./([^"]+)"|url\("([^"]+)"\)'
    names = {next(filter(None, found)) for text in texts for found in re.findall(pattern, text)}
    assert len(names) > 6
    assert [name for name in names if web.get(f"/static/{name}").status_code != 200] == []


def test_every_code_of_a_card_has_a_name(web: TestClient) -> None:
    """The page can name each outcome, flag, document, ticket kind and state."""
    labels = labels_of(web.get("/").text)
    assert set(labels["outcome"]) == {outcome.value for outcome in Outcome}
    assert set(labels["flag"]) == {flag.value for flag in Flag} - {"ok"}
    assert set(labels["documents"]) == set(load().documents)
    assert set(labels["ticket_kind"]) >= {kind.value for kind in Kind}
    assert set(labels["ticket_state"]) >= {state.value for state in State}


def test_the_source_reply_is_the_cards_own(web: TestClient) -> None:
    """The quick reply that unfolds the sources is known by the words that cards give it."""
    labels = labels_of(web.get("/").text)
    assert labels["source_reply"] == sentence("coverage.replies.source")


# What goes wrong


def test_an_unknown_page(web: TestClient) -> None:
    """A wrong address is answered with a plain Chinese page, or JSON where programs ask."""
    page, answer = web.get("/nowhere"), web.get("/api/nowhere")
    assert page.status_code == answer.status_code == 404
    assert "没有找到" in page.text and page.headers["content-type"].startswith("text/html")
    assert answer.json() == {"error": "not_found", "text": "没有找到。"}


def test_a_wrong_method(web: TestClient) -> None:
    """A method that a route does not take is refused in the same form."""
    answer = web.post("/api/faq/search")
    assert (answer.status_code, answer.json()["error"]) == (405, "not_allowed")
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("path", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "no.js", ""])
def test_only_static_files_are_served(web: TestClient, path: str) -> None:
    """No way leads from the static files to others."""
    answer = web.get(f"/static/{path}")
    assert answer.status_code == 404 and "import" not in answer.text


def break_transcript(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Transcript, "after", broken)


def test_an_error_shows_nothing(
    web: TestClient,
    opened: Callable[..., Conversation],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An unexpected error is a plain sentence outside, and a type and a place in the log."""
    conversation = opened(web)
    break_transcript(monkeypatch, RuntimeError("张三 13800138000"))
    answer = web.get(f"{conversation.path}/messages", headers=conversation.bearer)
    assert answer.status_code == 500
    assert answer.json() == {"error": "failed", "text": "系统出了点问题，请稍后再试。"}
    assert "error=RuntimeError" in caplog.text
    assert "13800138000" not in caplog.text


def test_the_database_is_away(
    web: TestClient, opened: Callable[..., Conversation], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database is away the answer is 503 and says to come back."""
    conversation = opened(web)
    break_transcript(monkeypatch, StoreUnavailable("away"))
    answer = web.get(f"{conversation.path}/messages", headers=conversation.bearer)
    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")


def test_the_log_names_nobody(
    web: TestClient,
    opened: Callable[..., Conversation],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A request leaves its route, status and duration in the log: no id, no query, no words."""
    caplog.set_level(logging.INFO, logger="baoxiu.web")
    conversation = opened(web)
    body = {"text": "我姓王", "message_id": "m77"}
    web.post(f"{conversation.path}/messages", json=body, headers=conversation.bearer)
    web.get("/api/faq/search?q=王先生的冰箱")
    ours = [r.getMessage() for r in caplog.records if r.name == "baoxiu.web"]
    route = "/api/conversations/{conversation}/messages"
    assert any(f"method=POST route={route} status=200" in line for line in ours)
    said = "\n".join(ours)
    assert not [word for word in (conversation.id, "m77", "王") if word in said]

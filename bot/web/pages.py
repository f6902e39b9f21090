"""Pages for people: the chat, and what is shown where something went wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.web.conversations import TEXT_LIMIT
from bot.wording.sentences import entry
from bot.wording.typography import typeset
from policies_kb.loader import load

_HERE = Path(__file__).parent


async def chat(request: Request) -> Response:
    """GET /: the conversation with the assistant."""
    return HTMLResponse(await run_in_threadpool(_chat_page))


def error_page(status: int, error: str) -> Response:
    """A plain page that says what is wrong, by its code in the sentences."""
    page = _templates().get_template("error.html")
    words = _words("web")
    return HTMLResponse(page.render(words=words, text=words["error"][error]), status_code=status)


@lru_cache(maxsize=1)
def _chat_page() -> str:
    kb = load()
    page = _templates().get_template("chat.html")
    brands = [brand.zh for brand in kb.catalog.brands.values()]
    labels = {**_labels(), "documents": {doc.id: typeset(doc.title) for doc in kb.documents.values()}}
    return page.render(
        words=_words("web"),
        brands=brands,
        limit=TEXT_LIMIT,
        labels=json.dumps(labels, ensure_ascii=False),
    )


def _labels() -> dict[str, Any]:
    """What the page's script needs to name codes, and to say what happens to it."""
    return {
        **_words("web.labels"),
        "source_reply": _words("coverage.replies.source"),
        "presumed": _words("coverage.presumed"),
        "ticket_kind": _words("progress.kind"),
        "ticket_state": _words("progress.state"),
    }


def _words(path: str) -> Any:
    """The sentences at a path, ready to be shown."""
    return _typeset(entry(path))


def _typeset(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {name: _typeset(value) for name, value in node.items()}
    return [_typeset(value) for value in node] if isinstance(node, list) else typeset(str(node))


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


ROUTES = [
    Route("/", chat, methods=["GET"]),
    Mount("/static", StaticFiles(directory=_HERE / "static"), name="static"),
]

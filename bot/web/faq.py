"""Search in the policies, for the FAQ page and other programs."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import settings
from bot.web.exchange import Json, refusal, whole_number
from bot.wording import sentence
from policies_kb.case import CaseError, read_case
from policies_kb.loader import load
from policies_kb.search import search

QUESTION_LIMIT = 200  # characters
HITS_LIMIT = 50


async def find(request: Request) -> Response:
    """GET /api/faq/search?q=&brand=&limit= → {question, hits}: clauses, best first."""
    question = request.query_params.get("q", "").strip()
    limit = whole_number(request.query_params.get("limit"), default=5, low=1, high=HITS_LIMIT)
    if not question or len(question) > QUESTION_LIMIT:
        return refusal(400, "bad_question", _limited("bad_question", QUESTION_LIMIT))
    if limit is None:
        return refusal(400, "bad_limit", _limited("bad_limit", HITS_LIMIT))
    brand = request.query_params.get("brand", "").strip()
    try:
        hits = await run_in_threadpool(_hits, question, brand, limit)
    except CaseError as error:
        return refusal(400, "bad_brand", detail=str(error))  # the detail names the nearest
    return Json({"question": question, "hits": hits})


def _hits(question: str, brand: str, limit: int) -> list[dict[str, Any]]:
    kb = load()
    case = read_case({"brand": brand} if brand else {}, kb, on=settings.today())
    return [hit.to_json() for hit in search(question, kb, brand=case.brand, limit=limit)]


def _limited(error: str, limit: int) -> str:
    return sentence(f"web.error.{error}", limit=limit)


ROUTES = [Route("/api/faq/search", find, methods=["GET"])]

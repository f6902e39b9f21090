"""What other programs ask the web process: health, tickets for staff, search."""

from __future__ import annotations

from datetime import datetime

import pytest
from starlette.testclient import TestClient

from bot.settings import SHANGHAI
from bot.tickets.model import Kind, NewTicket, State
from bot.tickets.store import TicketStore
from tests.web.conftest import nobody
from tests.web.stand_in import StandIn

AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
STAFF = {"Authorization": "Bearer a token of staff"}


@pytest.fixture
def no(tickets: TicketStore) -> str:
    """The number of a ticket that has moved once."""
    request = NewTicket(kind=Kind.REPAIR, brand="mijia", name="王小明", phone="13900000000")
    ticket = tickets.open("draft", request, actor="bot", at=AT).ticket
    tickets.move(ticket.no, State.DISPATCHED, actor="desk", at=AT)
    return ticket.no


# Health


def test_health_tells_who_is_up(web: TestClient, rasa: StandIn) -> None:
    """The page is well by itself, and says which neighbours answer."""
    assert web.get("/healthz").json() == {"ok": True, "rasa": True, "actions": False}


def test_health_does_not_wait(web: TestClient, rasa: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """With neighbours away or mute the answer comes all the same, and is still 200."""
    monkeypatch.setenv("BAOXIU_RASA_URL", nobody())
    monkeypatch.setenv("BAOXIU_ACTIONS_URL", "http://192.0.2.1:9")  # packets to there are lost
    answer = web.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "rasa": False, "actions": False}


# Tickets


def test_staff_read_a_ticket(web: TestClient, no: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Staff get every field of the contract and the whole history."""
    monkeypatch.setenv("BAOXIU_STAFF_TOKEN", "a token of staff")
    ticket = web.get(f"/api/tickets/{no}", headers=STAFF).json()
    assert (ticket["no"], ticket["brand"], ticket["state"]) == (no, "mijia", "dispatched")
    assert ticket["phone"] == "13900000000"
    assert [change["event"] for change in ticket["history"]] == ["opened", "moved"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}, {"Authorization": "x"}],
    ids=["none", "wrong", "empty", "no bearer"],
)
def test_nobody_else_reads_a_ticket(
    web: TestClient, no: str, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the token a ticket that exists and one that does not are the same refusal."""
    monkeypatch.setenv("BAOXIU_STAFF_TOKEN", "a token of staff")
    answers = [web.get(f"/api/tickets/{one}", headers=headers) for one in (no, "BX000000000")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json() == answers[1].json() == {"error": "unauthorized", "text": "没有权限。"}


@pytest.mark.parametrize("headers", [{}, STAFF, {"Authorization": "Bearer "}])
def test_without_a_token_nobody_is_staff(web: TestClient, no: str, headers: dict[str, str]) -> None:
    """Where no token of staff is set, everybody is refused."""
    assert web.get(f"/api/tickets/{no}", headers=headers).status_code == 403


def test_an_unknown_ticket(web: TestClient, no: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that staff ask for and that does not exist is not found, without details."""
    monkeypatch.setenv("BAOXIU_STAFF_TOKEN", "a token of staff")
    answer = web.get("/api/tickets/BX000000000", headers=STAFF)
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


# Search


def test_search_finds_clauses(web: TestClient) -> None:
    """A question finds clauses with their sentence and source, at most as many as wanted."""
    found = web.get("/api/faq/search", params={"q": "冰箱保修多久", "limit": 3}).json()
    assert found["question"] == "冰箱保修多久"
    assert 1 <= len(found["hits"]) <= 3
    assert {"clause", "says", "sources", "flags"} <= set(found["hits"][0])


@pytest.mark.parametrize("brand", ["skyworth", "创维", "SKYWORTH"])
def test_search_keeps_to_a_brand(web: TestClient, brand: str) -> None:
    """With a brand, by slug or by name, only its clauses are found."""
    found = web.get("/api/faq/search", params={"q": "保修多久", "brand": brand}).json()
    assert {hit["clause"].split(".")[0] for hit in found["hits"]} == {"skyworth"}


def test_an_unknown_brand(web: TestClient) -> None:
    """A brand that is not known is refused with the nearest names."""
    answer = web.get("/api/faq/search", params={"q": "保修", "brand": "viomii"})
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_brand")
    assert "viomi 云米" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({}, "bad_question"),
        ({"q": " "}, "bad_question"),
        ({"q": "长" * 201}, "bad_question"),
        ({"q": "保修", "limit": "0"}, "bad_limit"),
        ({"q": "保修", "limit": "51"}, "bad_limit"),
        ({"q": "保修", "limit": "many"}, "bad_limit"),
    ],
)
def test_a_search_that_makes_no_sense(web: TestClient, params: dict[str, str], error: str) -> None:
    """A missing or endless question and an impossible limit are refused."""
    answer = web.get("/api/faq/search", params=params)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_search_that_finds_nothing(web: TestClient) -> None:
    """No hit is an empty list."""
    assert web.get("/api/faq/search", params={"q": "qzx"}).json()["hits"] == []

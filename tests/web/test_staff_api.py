"""The tickets of staff over HTTP: lists, single tickets, the desk's steps, and what is said where none is possible."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from httpx import Response
from starlette.testclient import TestClient

from bot.settings import SHANGHAI
from bot.tickets.model import Kind, NewTicket, State
from bot.tickets.store import TicketStore
from bot.web.operations import OPERATIONS
from tests.tickets.desk import REPAIR, WORKS

AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
ADDRESS = "北京市朝阳区某路1号"
REQUEST = replace(REPAIR, brand="mijia", address=ADDRESS)
SHEET = {
    "found": "风扇卡住",
    "parts": [],
    "fees": [{"name": "检修", "amount": 80}],
    "warranty": {"days": 90},
}


class Staff:
    """Somebody of staff with a browser of their own."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.headers = {"Authorization": "Bearer a token of staff"}

    def get(self, path: str = "", **params: Any) -> Response:
        return self.client.get(f"/api/tickets{path}", headers=self.headers, params=params)

    def post(self, no: str, step: str, *, etag: str | None = None, **body: Any) -> Response:
        headers = {**self.headers, **({"If-Match": etag} if etag else {})}
        return self.client.post(f"/api/tickets/{no}/{step}", headers=headers, json=body)


@pytest.fixture
def staff(web: TestClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Staff]:
    """Staff with their token."""
    monkeypatch.setenv("BAOXIU_STAFF_TOKEN", "a token of staff")
    yield Staff(web)


@pytest.fixture
def no(tickets: TicketStore) -> str:
    """The number of a repair that was just opened."""
    return tickets.open("draft", REQUEST, actor="customer", at=AT).ticket.no


def done(answer: Response) -> dict[str, Any]:
    """The ticket after a step that was made."""
    assert answer.status_code == 200, answer.text
    ticket: dict[str, Any] = answer.json()
    return ticket


# Reading


def test_a_list_is_masked_and_paged(staff: Staff, tickets: TicketStore) -> None:
    """Y99: a list names, reaches and locates nobody; its pages follow each other to the end."""
    opened = {tickets.open(f"d{n}", REQUEST, actor="customer", at=AT).ticket.no for n in range(5)}
    seen, after = [], ""
    while after is not None:
        page = staff.get(limit=2, after=after).json()
        seen += [ticket["no"] for ticket in page["tickets"]]
        after = page["next"]
        words = json.dumps(page, ensure_ascii=False)
        assert not [value for value in (REPAIR.name, REPAIR.phone, ADDRESS[-4:]) if value in words]
    assert len(seen) == 5 and set(seen) == opened


def test_a_list_is_filtered(staff: Staff, tickets: TicketStore, no: str) -> None:
    """Each filter narrows the list, by state, phone, day and what is still open."""
    other = tickets.open("d2", NewTicket(kind=Kind.COMPLAINT), actor="customer", at=AT).ticket.no

    def found(**params: Any) -> list[str]:
        return [ticket["no"] for ticket in staff.get(**params).json()["tickets"]]

    assert found(kind="complaint") == [other]
    assert found(phone="138 0013 8000") == found(brand="mijia") == [no]
    assert found(since="2026-11-21") == found(state="closed") == []
    tickets.move(no, State.CANCELLED, actor="customer", at=AT)
    assert found(open="true") == [other] and found(open="false") == [no]


@pytest.mark.parametrize(
    ("params", "detail"),
    [
        ({"state": "broken"}, "state: 'broken' is none of "),
        ({"stat": "closed"}, "stat: unknown field; did you mean 'state'?"),
        ({"since": "yesterday"}, "since: expected a day"),
        ({"open": "yes"}, "open: expected true or false"),
        ({"limit": "0"}, "limit: expected a whole number from 1 to 200"),
        ({"brand": "\0"}, "brand: holds characters that are none"),
    ],
)
def test_a_filter_that_is_none(staff: Staff, params: dict[str, str], detail: str) -> None:
    """A filter that is unknown or wrong is refused with its name, and never passed over."""
    answer = staff.get(**params)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_query")
    assert answer.json()["detail"].startswith(detail)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_everything_of_staff_is_for_staff(web: TestClient, no: str, headers: dict[str, str], staff: Staff) -> None:
    """Without the token the list and every step refuse, whether the ticket exists or not."""
    paths = [
        ("GET", "/api/tickets"),
        *(("POST", f"/api/tickets/{n}/{o.name}") for o in OPERATIONS for n in (no, "BX0")),
    ]
    answers = [web.request(method, path, headers=headers) for method, path in paths]
    assert {answer.status_code for answer in answers} == {401}


def test_a_tickets_etag_is_its_version(staff: Staff, no: str) -> None:
    """The ETag changes with every change of the ticket and with nothing else."""
    tags = [staff.get(f"/{no}").headers["etag"], staff.get(f"/{no}").headers["etag"]]
    tags.append(staff.post(no, "note", text="已联系").headers["etag"])
    assert tags == ['"1"', '"1"', '"2"']


# The desk's steps


def test_a_repair_goes_its_way_over_http(staff: Staff, no: str) -> None:
    """From the technician to the rating every step is one request, and the history says who made it and when."""
    assert done(staff.post(no, "assign", technician="T-07", by="小王"))["state"] == "dispatched"
    done(staff.post(no, "move", to="scheduled", appointment={"date": "2026-11-22", "from": "14:00"}))
    done(staff.post(no, "move", to="diagnosing"))
    quoted = done(staff.post(no, "quote", items=[{"name": "检修", "amount": 80}, {"name": "高空", "amount": None}]))
    assert quoted["quote"]["total"] is None
    assert done(staff.post(no, "answer", approved=True, declined=["高空"], note="电话"))["state"] == "repairing"
    done(staff.post(no, "attach", name="a.jpg", type="image/jpeg", bytes=5))
    done(staff.post(no, "move", to="awaiting_acceptance"))
    completed = done(staff.post(no, "complete", sheet=SHEET, acceptance=WORKS))
    assert (completed["state"], completed["sheet"]["found"]) == ("completed", "风扇卡住")
    rated = done(staff.post(no, "rate", rating=4))
    assert rated["rating"] == 4 and rated["attachments"][0]["bytes"] == 5
    first = rated["history"][1]
    assert (first["actor"], first["at"], first["event"]) == ("小王", "2026-11-20T10:00:00+08:00", "moved")


def test_what_is_made_good_over_http(staff: Staff, tickets: TicketStore) -> None:
    """Y37 Y38 Y77: a complaint upheld opens its refund, the service is done again, and a person lets the money go."""
    complaint = replace(REQUEST, kind=Kind.COMPLAINT, brand="skyworth", product="tv")
    no = tickets.open("c", complaint, actor="customer", at=AT).ticket.no
    done(staff.post(no, "move", to="handling"))
    upheld = done(staff.post(no, "uphold", amount=120, note="核实属实", by="小王"))
    assert (upheld["state"], upheld["review"]["verdict"]) == ("resolved", "upheld")
    again = done(staff.post(no, "redo", appointment={"date": "2026-11-30"}))
    opened = [change["note"].split() for change in again["history"] if change["event"] == "led_to"]
    assert [kind for kind, _ in opened] == ["refund", "repair"]
    refund, repair = (number for _, number in opened)
    assert done(staff.get(f"/{repair}"))["charge"] == "free"
    done(staff.post(refund, "move", to="handling"))
    done(staff.post(refund, "review", verdict="approved", amount=100))
    assert done(staff.post(refund, "move", to="done"))["amount"] == 100
    answer = staff.post(no, "redo")
    assert (answer.status_code, answer.json()["reason"], answer.json()["detail"]) == (409, "already_opened", repair)


def test_fields_are_written_by_hand_over_http(staff: Staff, no: str) -> None:
    """The second contact and the model are written, what is left out stays, and null takes a value away."""
    done(staff.post(no, "set", changes={"contact": {"name": "韩梅梅", "phone": "13900139000"}, "model": "BCD-400"}))
    changed = done(staff.post(no, "set", changes={"model": None}))
    assert (changed["model"], changed["contact"]["name"], changed["address"]) == (None, "韩梅梅", ADDRESS)


def test_what_completing_lacks_is_said_field_by_field(staff: Staff, tickets: TicketStore, no: str) -> None:
    """Y24: completing without the sheet is 422 with the place of everything that is missing."""
    path = ["dispatched", "scheduled", "diagnosing", "quoted", "repairing", "awaiting_acceptance"]
    agreed = {"items": [{"name": "检修", "amount": 80, "approved": True}]}
    tickets.amend(no, {"quote": agreed, "appointment": {"date": "2026-11-22"}}, actor="desk", at=AT)
    for state in path:
        tickets.move(no, State(state), actor="desk", at=AT)
    dearer = {**SHEET, "warranty": None, "fees": [{"name": "检修", "amount": 81}]}
    answer = staff.post(no, "complete", sheet=dearer)
    assert (answer.status_code, answer.json()["error"]) == (422, "lacking")
    assert answer.json()["lacking"] == [
        {"field": "sheet.warranty", "why": "missing"},
        {"field": "sheet.fees[0]", "why": "not_quoted"},
        {"field": "acceptance", "why": "missing"},
    ]


def test_a_step_that_is_jumped_is_refused_with_what_is_possible(staff: Staff, no: str) -> None:
    """Y02: a move that the life of the ticket does not hold is 409 with those it does; nothing is changed."""
    answer = staff.post(no, "move", to="repairing")
    assert answer.status_code == 409
    assert answer.json() == {
        "error": "refused",
        "text": "工单现在的状态不允许这样做。",
        "reason": "not_allowed",
        "allowed": ["dispatched", "taken_in", "cancelled"],
        "detail": "",
    }
    assert staff.get(f"/{no}").headers["etag"] == '"1"'


def test_who_comes_second_is_told_what_changed(staff: Staff, no: str) -> None:
    """Of two who saw the same version the second changes nothing and is told what the first did."""
    seen = staff.get(f"/{no}").headers["etag"]
    done(staff.post(no, "assign", etag=seen, technician="T-07", by="小王"))
    answer = staff.post(no, "move", etag=seen, to="cancelled", by="小李")
    assert (answer.status_code, answer.json()["error"]) == (409, "changed_meanwhile")
    changes = [(change["actor"], change["field"], change["new"]) for change in answer.json()["changes"]]
    assert ("小王", "state", "dispatched") in changes and ("小王", "technician", "T-07") in changes
    assert answer.headers["etag"] == '"2"'
    assert done(staff.post(no, "move", etag=answer.headers["etag"], to="cancelled"))["state"] == "cancelled"


def test_of_two_at_the_same_moment_one_wins(staff: Staff, no: str) -> None:
    """Eight who assign at the same moment on the same version assign once."""

    def assign(n: int) -> int:
        return staff.post(no, "assign", etag='"1"', technician=f"T-{n}").status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(assign, range(8))) == [200] + [409] * 7
    assert staff.get(f"/{no}").headers["etag"] == '"2"'


@pytest.mark.parametrize(
    ("step", "body", "detail"),
    [
        ("move", {}, "to: missing"),
        ("move", {"to": "fixed"}, "to: 'fixed' is none of "),
        ("move", {"to": "closed", "notes": "x"}, "notes: unknown field; did you mean 'note'?"),
        ("move", {"to": "scheduled", "appointment": {"date": "morgen"}}, "appointment.date: expected a day"),
        ("quote", {"items": []}, "items: expected a list"),
        ("quote", {"items": [{"name": "x", "amount": -1}]}, "items[0].amount: expected yuan"),
        ("quote", {"items": [{"name": "x", "amount": 1, "approved": True}]}, "items[0].approved: unknown field"),
        ("answer", {"approved": "yes"}, "approved: expected true or false"),
        ("note", {"text": " "}, "text: empty"),
        ("note", {"text": "x", "by": "名" * 65}, "by: longer than 64 characters"),
        ("attach", {"type": "image/png"}, "name: missing"),
        ("complete", {"sheet": {"fees": [{"name": "x"}]}}, "sheet.fees[0].amount: missing"),
        ("rate", {"rating": 6}, "rating: expected a whole number from 1 to 5"),
        ("move", {"to": "dispatched", "appointment": {"date": "2020-01-01"}}, "appointment.date: 2020-01-01 is over"),
        ("set", {"changes": {}}, "changes: expected an object"),
        ("set", {"changes": {"rating": 5}}, "changes.rating: is not set by hand; these are: brand, "),
        ("set", {"changes": {"phone": "1380013800o"}}, "phone: '1380013800o' is no telephone number"),
        ("set", {"changes": {"amount": "两百块钱左右"}}, "amount: expected yuan"),
        ("refund", {"amount": "两百块钱左右"}, "amount: expected yuan"),
        ("review", {"verdict": "upheld"}, "verdict: expected approved or refused"),
        ("uphold", {}, "note: missing"),
    ],
)
def test_a_field_that_is_wrong_is_named(staff: Staff, no: str, step: str, body: dict[str, Any], detail: str) -> None:
    """A body with a wrong field is 400 with its place and what is allowed; nobody approves by way of a quote."""
    answer = staff.post(no, step, **body)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_field")
    assert answer.json()["detail"].startswith(detail)
    assert staff.get(f"/{no}").headers["etag"] == '"1"'


@pytest.mark.parametrize("etag", ["1", '"x"', 'W/"1"', '"1", "2"'])
def test_an_etag_that_is_none_of_ours(staff: Staff, no: str, etag: str) -> None:
    """An If-Match that cannot be understood is refused, and not taken for none."""
    answer = staff.post(no, "note", etag=etag, text="x")
    assert (answer.status_code, answer.json()["detail"]) == (400, "If-Match: expected the ETag of the ticket")


def test_a_number_is_found_as_it_is_typed(staff: Staff, no: str) -> None:
    """Full-width characters and small letters are the same number; one that is mistyped is told to be."""
    wide = no.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    assert {done(staff.get(f"/{typed}"))["no"] for typed in (wide, no.lower(), no[2:])} == {no}
    mistyped = f"{no[:-1]}{(int(no[-1]) + 1) % 10}"
    answer = staff.post(mistyped, "note", text="x")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found") and "写错" in answer.json()["text"]


@pytest.mark.parametrize("number", ["BX000000000", "%00", "%FF", "不存在"])
def test_a_ticket_that_is_not_there(staff: Staff, number: str) -> None:
    """A number that does not exist, or cannot, is 404 for reading and for every step."""
    assert staff.get(f"/{number}").status_code == 404
    assert staff.post(number, "note", text="x").status_code == 404

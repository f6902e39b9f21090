"""The description of the staff's interface: it says what is served, and what is served keeps to it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.settings import SHANGHAI
from bot.tickets.model import FIELDS, Kind, NewTicket
from bot.tickets.store import TicketStore
from bot.web import openapi, staff
from bot.web.app import create_app
from bot.web.operations import OPERATIONS
from tests.tickets.test_ticket_model import FULL

pytestmark = pytest.mark.slow

AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
STAFF = {"Authorization": "Bearer a token of staff"}


@pytest.fixture
def client(web: TestClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A client of staff."""
    monkeypatch.setenv("BAOXIU_STAFF_TOKEN", "a token of staff")
    web.headers.update(STAFF)
    yield web


def validator(schema: dict[str, Any]) -> Any:
    """Checks values against a schema of the document."""
    return jsonschema.Draft202012Validator({**schema, "components": openapi.document()["components"]})


def answer_schema(path: str, method: str, status: int) -> dict[str, Any]:
    """What the document says of an answer."""
    answer = openapi.document()["paths"][path][method]["responses"][str(status)]
    schema: dict[str, Any] = answer["content"]["application/json"]["schema"]
    return schema


def test_the_document_is_served_and_well_formed(client: TestClient) -> None:
    """The document is OpenAPI 3, the same as the one made, and every schema in it is one."""
    served = client.get("/api/openapi.json").json()
    assert served == json.loads(json.dumps(openapi.document())) and served["openapi"].startswith("3.")
    for path in served["paths"].values():
        for method, operation in path.items():
            for answer in operation["responses"].values() if method != "parameters" else ():
                jsonschema.Draft202012Validator.check_schema(answer["content"]["application/json"]["schema"])


def test_what_is_served_is_described(client: TestClient) -> None:
    """The paths and methods of the document are the routes of staff, no more and no fewer."""
    routes = {(r.path, m.lower()) for r in staff.ROUTES if isinstance(r, Route) for m in r.methods or () if m != "HEAD"}
    described = {(p, m) for p, path in openapi.document()["paths"].items() for m in path if m != "parameters"}
    assert described == routes - {("/api/openapi.json", "get")}


def test_the_filters_are_described() -> None:
    """The list takes exactly the filters that the document names."""
    named = {one["name"] for one in openapi.document()["paths"]["/api/tickets"]["get"]["parameters"]}
    assert named == set(staff.QUERY)


def test_a_ticket_is_described_field_by_field() -> None:
    """The schema of a ticket has the fields of the contract in their order, and a full ticket keeps to it."""
    schema = openapi.document()["components"]["schemas"]["Ticket"]
    assert list(schema["properties"]) == list(FIELDS)
    validator(schema).validate(FULL)
    for field in FIELDS:
        with pytest.raises(jsonschema.ValidationError):
            validator(schema).validate({**FULL, field: {"wrong": object}})


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def valid(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a body's schema allows; enough of JSON Schema for the bodies of this interface."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return st.one_of(*map(valid, schema[several]))
    if schema["type"] == "object":
        named = {name: valid(inner) for name, inner in schema["properties"].items()}
        required = {name: named.pop(name) for name in schema["required"]}
        return st.fixed_dictionaries(required, optional=named)
    if schema["type"] == "array":
        return st.lists(valid(schema["items"]), min_size=schema.get("minItems", 0), max_size=3)
    return _SCALARS[schema.get("format") or schema["type"]](schema)


_SCALARS: dict[str, Any] = {
    "string": lambda schema: (
        st.sampled_from(["14:00", "09:30"]) if "pattern" in schema else st.text("检修 a1", max_size=4)
    ),
    "date": lambda schema: st.dates().map(str),
    "date-time": lambda schema: st.datetimes().map(lambda moment: moment.isoformat() + "+08:00"),
    "integer": lambda schema: st.integers(schema["minimum"], schema["maximum"]),
    "number": lambda schema: st.integers(0, 10**6).map(lambda cents: cents / 100),
    "boolean": lambda schema: st.booleans(),
    "null": lambda schema: st.none(),
}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_answer_keeps_to_the_document(client: TestClient, tickets: TicketStore, operation: Any) -> None:
    """Whatever is sent, well formed or not, the answer is one that the document describes; nothing ever fails."""
    path = f"/api/tickets/{{no}}/{operation.name}"
    described = openapi.document()["paths"][path]["post"]["responses"]
    body = valid(operation.schema())
    mangled = st.builds(
        lambda good, name, junk: {**good, name: junk}, body, st.sampled_from([*operation.fields, "x"]), JUNK
    )

    @settings(max_examples=25, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(
        kind=st.sampled_from(Kind), sent=st.one_of(body, mangled, JUNK), etag=st.sampled_from([None, '"1"', '"7"', "x"])
    )
    def check(kind: Kind, sent: Any, etag: str | None) -> None:
        request = NewTicket(kind=kind, brand="skyworth")
        no = tickets.open(secrets.token_hex(8), request, actor="customer", at=AT).ticket.no
        headers = {"If-Match": etag} if etag else {}
        answer = client.post(path.format(no=no), content=json.dumps(sent), headers=headers)
        assert str(answer.status_code) in described, answer.text
        assert answer.status_code not in (401, 403, 404, 503), answer.text
        validator(answer_schema(path, "post", answer.status_code)).validate(answer.json())

    check()


def test_a_list_keeps_to_the_document(client: TestClient, tickets: TicketStore) -> None:
    """A page of tickets, and the refusal of a wrong filter, are as described."""
    (result,) = tickets.import_([FULL], at=AT)
    assert result.outcome == "imported", result
    for params, status in (({}, 200), ({"state": "x"}, 400)):
        answer = client.get("/api/tickets", params=params)
        assert answer.status_code == status
        validator(answer_schema("/api/tickets", "get", status)).validate(answer.json())


@pytest.mark.slow
def test_schemathesis_finds_nothing(tickets: TicketStore, rasa: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where schemathesis is installed it finds no answer that the document does not describe, and no failure."""
    schemathesis = pytest.importorskip("schemathesis")
    checks = pytest.importorskip("schemathesis.checks")
    # Not "whatever the schema allows is accepted": that a visit ends before it begins, no schema says.
    looked_at = [
        checks.not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_headers_conformance,
        checks.response_schema_conformance,
    ]
    monkeypatch.setenv("BAOXIU_STAFF_TOKEN", "a token of staff")
    no = tickets.open("d1", NewTicket(kind=Kind.REPAIR, brand="skyworth"), actor="customer", at=AT).ticket.no
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", create_app())

    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(data=st.data(), is_there=st.booleans())
    def check(operation: Any, data: st.DataObject, is_there: bool) -> None:
        case = data.draw(operation.as_strategy())
        if case.path_parameters and is_there:
            case.path_parameters["no"] = no
        case.call_and_validate(headers=STAFF, checks=looked_at)

    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == 2 + len(OPERATIONS)
    for operation in operations:
        check(operation)

"""A ticket and its JSON: the fields that other programs read and write."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import SHANGHAI
from bot.tickets.model import (
    FIELDS,
    Appointment,
    BadField,
    Category,
    Change,
    Charge,
    Contact,
    DateSpan,
    DecisionSummary,
    FeeTold,
    Kind,
    NewTicket,
    Outcome,
    Priority,
    Quote,
    QuoteItem,
    RepairSheet,
    ServiceMode,
    State,
    Ticket,
)

CONTRACT = """
no kind state brand product part fault description model serial name phone contact address city
appointment visit mode purchased proof decision category amount wish evidence related review quote
fee_told charge sheet acceptance rating follow_up due level priority urged technician assignee
attachments draft_id channel
conversation created updated history
"""

#: A ticket with every field known, as another program would write it.
FULL = {
    "no": "BX123456785",
    "kind": "repair",
    "state": "quoted",
    "brand": "skyworth",
    "product": "tv",
    "part": "screen",
    "fault": "no_picture",
    "description": "有声音没图像",
    "model": "55A5",
    "serial": "SN0001",
    "name": "李雷",
    "phone": "13800138000",
    "contact": {"name": "韩梅梅", "phone": "13900139000"},
    "address": "杭州市西湖区某路1号",
    "city": "杭州",
    "appointment": {"date": "2026-11-22", "from": "15:00", "to": None, "to_confirm": True},
    "visit": "d1",
    "mode": "onsite",
    "purchased": "2025-03",
    "proof": "invoice",
    "decision": {
        "outcome": "conditional",
        "until": ["2026-03-01", "2028-03-01"],
        "assuming": {"opened_by": "nobody"},
        "citations": [{"clause": "skyworth.warranty.card", "doc": "skyworth", "lines": [14]}],
        "on": "2026-11-20",
    },
    "category": "overcharge",
    "amount": 49.9,
    "wish": "退款",
    "evidence": ["转账截图"],
    "related": "BX000000018",
    "review": {
        "since": "2026-11-15",
        "term": "within",
        "until": "2026-11-22",
        "clause": "xiaomi.returns.no-reason-return",
        "complete": True,
        "verdict": "approved",
    },
    "quote": {"items": [{"name": "屏幕", "amount": 800, "approved": None}], "total": 800},
    "fee_told": {"amount": 30, "why": "declined", "clauses": ["skyworth.fees.visit"]},
    "charge": "to_check",
    "sheet": {
        "found": "电源板烧毁",
        "parts": [{"name": "电源板", "model": "P-55", "serial": None}],
        "fees": [{"name": "电源板", "amount": 260.5}],
        "warranty": {"months": 3},
        "old_parts_returned": True,
    },
    "acceptance": {"by": "李雷", "works": True, "at": "2026-11-22T16:10:00+08:00"},
    "rating": 4,
    "follow_up": "2026-11-25T10:00:00+08:00",
    "due": "2026-11-24T18:00:00+08:00",
    "level": 1,
    "priority": "urgent",
    "urged": 2,
    "technician": "T-07",
    "assignee": "小王",
    "attachments": [
        "a1.jpg",
        {"name": "a2.jpg", "type": "image/jpeg", "bytes": 52011, "at": "2026-11-20T10:30:00+08:00", "by": "小王"},
    ],
    "draft_id": "d1",
    "channel": "hotline",
    "conversation": "call-1",
    "created": "2026-11-20T10:00:00+08:00",
    "updated": "2026-11-20T11:00:00+08:00",
    "history": None,
}


def test_a_ticket_has_the_fields_of_the_contract_in_their_order() -> None:
    """A ticket's JSON has exactly the agreed fields, each once."""
    assert list(FIELDS) == CONTRACT.split()
    assert list(Ticket.from_json(FULL).to_json()) == CONTRACT.split()


def test_a_full_ticket_comes_back_as_it_was_written() -> None:
    """Reading and writing a ticket loses and changes nothing."""
    assert Ticket.from_json(json.loads(json.dumps(FULL))).to_json() == FULL


def test_values_are_typed_inside() -> None:
    """Inside, words are enums, days are dates, money is Decimal and moments are aware."""
    ticket = Ticket.from_json(FULL)
    assert (ticket.kind, ticket.state, ticket.mode) == (
        Kind.REPAIR,
        State.QUOTED,
        ServiceMode.ONSITE,
    )
    assert (ticket.category, ticket.charge) == (Category.OVERCHARGE, Charge.TO_CHECK)
    assert ticket.priority is Priority.URGENT
    assert ticket.contact == Contact(name="韩梅梅", phone="13900139000")
    assert ticket.appointment == Appointment(date=date(2026, 11, 22), from_=time(15), to_confirm=True)
    assert ticket.purchased == DateSpan(date(2025, 3, 1), date(2025, 3, 31))
    assert isinstance(ticket.decision, DecisionSummary)
    assert ticket.decision.outcome is Outcome.CONDITIONAL
    assert ticket.amount == Decimal("49.90")
    assert ticket.quote == Quote(items=(QuoteItem(name="屏幕", amount=Decimal(800)),), total=Decimal(800))
    assert ticket.fee_told == FeeTold(amount=Decimal(30), why="declined", clauses=("skyworth.fees.visit",))
    assert ticket.due == datetime(2026, 11, 24, 18, tzinfo=SHANGHAI)


def test_what_is_not_known_is_null() -> None:
    """A ticket of which only the kind is known has every field, and null in the others."""
    now = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)
    bare = Ticket(no="1", kind=Kind.LEAD, state=State.REGISTERED, created=now, updated=now)
    known = {name for name, value in bare.to_json().items() if value is not None}
    assert known == {"no", "kind", "state", "created", "updated"}


def test_a_request_is_read_from_what_was_said() -> None:
    """A draft's payload becomes a request; empty text and null are the same as nothing."""
    request = NewTicket.from_json({"kind": "installation", "brand": "jason", "model": "", "city": None})
    assert request == NewTicket(kind=Kind.INSTALLATION, brand="jason")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": None}, "kind: missing"),
        ({"kind": "fix"}, "kind: 'fix' is none of repair, installation, "),
        ({"phon": "1"}, "phon: unknown field; did you mean 'phone'?"),
        ({"phone": 13800138000}, "phone: expected text"),
        ({"name": "a\0b"}, "name: holds characters that are none"),
        ({"name": "\ud83d"}, "name: holds characters that are none"),
        ({"description": "长" * 4001}, "description: longer than 4000 characters"),
        ({"contact": "韩梅梅"}, "contact: expected an object"),
        ({"contact": {"phone": 1}}, "contact.phone: expected text"),
        ({"appointment": {"from": "15:00"}}, "appointment.date: missing"),
        ({"appointment": {"date": "明天"}}, "appointment.date: expected a day such as"),
        (
            {"appointment": {"date": "2026-11-22", "from": "15:00", "to": "14:00"}},
            "appointment.to: before appointment.from",
        ),
        ({"appointment": {"date": "2026-11-22", "to": "25:00"}}, "appointment.to: expected a time"),
        ({"appointment": {"date": "2026-11-22", "to_confirm": 1}}, "appointment.to_confirm: "),
        ({"purchased": "2025-13"}, "purchased: expected 2024-03-01"),
        ({"purchased": {"from": "2025-03-02", "to": "2025-03-01"}}, "purchased.to: before"),
        ({"decision": {"on": "2026-01-01"}}, "decision.outcome: missing"),
        ({"decision": {"outcome": "covered", "until": ["x"]}}, "decision.until[0]: expected a day"),
        ({"quote": {"items": []}}, "quote.items: empty"),
        ({"quote": {"items": [{"amount": 1}]}}, "quote.items[0].name: missing"),
        ({"sheet": {"fees": [{"name": "x"}]}}, "sheet.fees[0].amount: missing"),
        ({"sheet": {"parts": [{"model": "x"}]}}, "sheet.parts[0].name: missing"),
        ({"sheet": {"warranty": {"days": 1, "months": 1}}}, "sheet.warranty: expected {months} or {days}"),
        ({"sheet": {"warranty": {}}}, "sheet.warranty: expected {months} or {days}"),
        ({"acceptance": {"works": True}}, "acceptance.by: missing"),
        ({"review": {"term": "soon"}}, "review.term: 'soon' is none of within, "),
        ({"attachments": [{"type": "image/png"}]}, "attachments[0].name: missing"),
        ({"amount": "NaN"}, "amount: expected yuan"),
        ({"amount": 1.005}, "amount: expected yuan"),
        ({"amount": -1}, "amount: expected yuan"),
        ({"amount": True}, "amount: expected yuan"),
        ({"rating": 0}, "rating: expected a whole number from 1 to 5"),
        ({"rating": 4.5}, "rating: expected a whole number from 1 to 5"),
        ({"due": "2026-11-24"[:7]}, "due: expected a moment such as"),
        ({"due": 7}, "due: expected a moment such as"),
        ({"due": "0001-01-01T00:00:00+08:00"}, "due: expected a moment such as"),
        ({"due": "9999-12-31T23:59:59-12:00"}, "due: expected a moment such as"),
        ({"category": "angry"}, "category: 'angry' is none of overcharge, "),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(change: dict[str, object], message: str) -> None:
    """What no ticket may hold is refused, naming the field and what is allowed."""
    with pytest.raises(BadField) as error:
        Ticket.from_json({**FULL, **change})
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("answers", "consent"),
    [
        ([True], True),
        ([True, False], True),
        ([None], False),
        ([True, None], False),
        ([False], False),
        ([False, False], False),
    ],
)
def test_consent_is_an_answer_to_every_item_and_one_yes(answers: list[bool | None], consent: bool) -> None:
    """An item without an answer, or nothing but refusals, is no consent."""
    items = tuple(QuoteItem(name="x", amount=Decimal(1), approved=answer) for answer in answers)
    assert Quote(items=items, total=Decimal(1)).has_consent is consent


def test_a_yes_to_an_unknown_amount_is_no_consent() -> None:
    """Whoever agrees to a line that has no amount has agreed to nothing."""
    items = (QuoteItem(name="检修", amount=Decimal(80), approved=True), QuoteItem(name="高空", approved=True))
    assert not Quote(items=items).has_consent
    assert Quote(items=(items[0], QuoteItem(name="高空", approved=False))).has_consent


def test_a_quote_with_an_open_line_has_no_total_of_ours() -> None:
    """While the amount of a line is open there is no total; the line declined, there is one."""
    items = [{"name": "检修", "amount": 80}, {"name": "高空", "amount": None}]
    assert Quote.from_json({"items": items}).total is None
    assert Quote.from_json({"items": [items[0], {**items[1], "approved": False}]}).total == 80


def test_a_list_of_nothing_is_not_the_same_as_no_list() -> None:
    """On a repair sheet an empty list says that there was none, and stays different from what is not written yet."""
    sheet = RepairSheet.from_json({"parts": [], "found": "插头松了"})
    assert (sheet.parts, sheet.fees) == ((), None)
    assert RepairSheet.from_json(sheet.to_json()) == sheet


def test_a_quote_without_a_total_counts_what_was_not_declined() -> None:
    """The total is the sum of the items but for the declined ones."""
    items = [
        {"name": "a", "amount": "80.50"},
        {"name": "b", "amount": 19.5, "approved": True},
        {"name": "c", "amount": 500, "approved": False},
    ]
    assert Quote.from_json({"items": items}).total == Decimal(100)


@pytest.mark.parametrize("text", ["2025", "2025-02", "2024-02-29", {"from": "2025-02-01", "to": "2025-03-31"}])
def test_a_purchase_day_is_kept_as_exactly_as_it_is_known(text: object) -> None:
    """A day, a month, a year and a span each come back in the form in which they were given."""
    span = DateSpan.from_json(text, "purchased")
    assert span.to_json() == text


@given(st.dates(), st.dates())
def test_every_span_of_days_survives_its_json(one: date, other: date) -> None:
    """Whatever the two days, the span that is read is the span that was written."""
    span = DateSpan(min(one, other), max(one, other))
    assert DateSpan.from_json(span.to_json(), "purchased") == span


@given(st.decimals(min_value=0, max_value=999_999_999, places=2))
def test_money_survives_its_json(amount: Decimal) -> None:
    """A number of yuan with two decimals is read back to the cent."""
    written = json.dumps({**FULL, "amount": Ticket.from_json({**FULL, "amount": str(amount)}).to_json()["amount"]})
    assert Ticket.from_json(json.loads(written)).amount == amount


def test_a_history_row_comes_back_as_it_was_written() -> None:
    """A change with old and new values of any shape survives its JSON."""
    change = Change(
        at=datetime(2026, 11, 20, 10, tzinfo=SHANGHAI),
        actor="desk",
        event="amended",
        field="quote",
        old=None,
        new={"items": [], "total": 0},
        note="加项",
    )
    row = Ticket.from_json(FULL).to_json([change])["history"][0]
    assert Change.from_json(json.loads(json.dumps(row))) == change

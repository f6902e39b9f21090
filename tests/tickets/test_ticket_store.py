"""What the ticket store keeps, finds, changes and refuses; on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from bot.database import Database
from bot.text import ticket_no
from bot.tickets.model import (
    Appointment,
    BadField,
    Change,
    Contact,
    DateSpan,
    Draft,
    Kind,
    NewTicket,
    Quote,
    QuoteItem,
    State,
    Ticket,
)
from bot.tickets.outbox import outbox
from bot.tickets.store import Filters, Refused, TicketStore
from bot.tickets.tables import tickets
from tests.tickets.desk import REPAIR, moved, opened

FRIDGE = replace(
    REPAIR,
    contact=Contact(name="韩梅梅", phone="13900139000"),
    address="杭州市西湖区某路1号",
    appointment=Appointment(date=date(2026, 11, 22), from_=time(15), to=time(17)),
    purchased=DateSpan(date(2025, 3, 1), date(2025, 3, 31)),
    channel="rest",
)


def test_a_ticket_is_read_as_it_was_opened(store: TicketStore, at: datetime) -> None:
    """What is stored is what was asked for, with a number, the first state and the time added."""
    ticket = opened(store, at, FRIDGE)
    stored = store.get(ticket.no)
    assert stored == ticket
    assert (stored.state, stored.created, stored.draft_id) == (State.REGISTERED, at, "d1")
    assert {name: getattr(stored, name) for name in vars(FRIDGE)} == vars(FRIDGE)


def test_a_number_is_bx_and_nine_digits(store: TicketStore, at: datetime) -> None:
    """A ticket's number is BX, eight digits and the check digit."""
    no = opened(store, at, FRIDGE).no
    assert no[:2] == "BX" and ticket_no.is_ticket_no(no[2:])


def test_a_second_yes_finds_the_ticket_of_the_first(store: TicketStore, at: datetime) -> None:
    """One draft is one ticket, however often it is confirmed and whatever is said then."""
    first = store.open("d1", FRIDGE, actor="customer", at=at)
    second = store.open("d1", NewTicket(kind=Kind.LEAD), actor="customer", at=at + timedelta(1))
    assert (first.created, second.created) == (True, False)
    assert second.ticket == first.ticket
    assert len(store.search()) == 1


def test_what_could_not_be_read_back_is_not_stored(store: TicketStore, at: datetime) -> None:
    """A request built with a value that no ticket may hold is refused before it is stored."""
    with pytest.raises(BadField, match=r"^description: longer"):
        opened(store, at, NewTicket(kind=Kind.REPAIR, description="长" * 4001))
    assert store.search() == []


def test_several_appliances_of_one_visit_get_a_ticket_each(store: TicketStore, at: datetime) -> None:
    """A draft of two appliances opens two tickets, and the same two when confirmed again."""
    washer = NewTicket(kind=Kind.REPAIR, product="washing_machine")
    first = store.open_many("d1", [FRIDGE, washer], actor="customer", at=at)
    second = store.open_many("d1", [FRIDGE, washer], actor="customer", at=at)
    assert [o.ticket.draft_id for o in first] == ["d1/1", "d1/2"]
    assert [o.ticket for o in second] == [o.ticket for o in first]
    assert [o.created for o in second] == [False, False]


def test_a_draft_that_has_become_one_request_does_not_become_two(store: TicketStore, at: datetime) -> None:
    """Confirmed again with another appliance, or with one fewer, it is what it was."""
    one = store.open("d1", FRIDGE, actor="customer", at=at).ticket
    washer = NewTicket(kind=Kind.REPAIR, product="washing_machine")
    again = store.open_many("d1", [FRIDGE, washer], actor="customer", at=at)
    assert [(opened.ticket, opened.created) for opened in again] == [(one, False)]
    both = store.open_many("d2", [FRIDGE, washer], actor="customer", at=at)
    fewer = store.open("d2", FRIDGE, actor="customer", at=at)
    assert (fewer.ticket, fewer.created) == (both[0].ticket, False)
    assert len(store.search()) == 3


def test_a_draft_lives_until_it_is_a_ticket(store: TicketStore, at: datetime) -> None:
    """A draft is kept in its latest form and gone in the transaction that makes it a ticket."""
    draft = Draft(id="d1", conversation="c", channel="rest", topic="repair", payload={"故障": ["漏水"]}, at=at)
    store.save_draft(draft)
    later = Draft(**{**vars(draft), "payload": {"故障": ["不制冷"], "次数": 2}})
    store.save_draft(later)
    assert store.draft("d1") == later
    opened(store, at, FRIDGE, draft="d1")
    assert store.draft("d1") is None


def test_a_dropped_draft_is_gone(store: TicketStore, at: datetime) -> None:
    """What the customer gave up is forgotten, and may be forgotten twice."""
    store.save_draft(Draft(id="d1", conversation="c", channel="rest", topic="repair", payload={}, at=at))
    store.drop_draft("d1")
    store.drop_draft("d1")
    assert store.draft("d1") is None


@pytest.mark.parametrize("last4", ["8000", "9000"])
def test_a_ticket_is_found_by_the_end_of_its_phones(store: TicketStore, at: datetime, last4: str) -> None:
    """The number and the end of the customer's or the contact's phone find a ticket."""
    ticket = opened(store, at, FRIDGE)
    assert store.find(ticket.no, last4) == ticket


@pytest.mark.parametrize("last4", ["8001", "", "000", "38000", "１２３４", "abcd"])
def test_a_wrong_phone_finds_what_an_unknown_number_finds(store: TicketStore, at: datetime, last4: str) -> None:
    """A wrong or malformed phone and an unknown number are the same None."""
    ticket = opened(store, at, FRIDGE)
    assert store.find(ticket.no, last4) is None
    assert store.find("BX000000000", "8000") is None


def test_a_ticket_without_a_phone_is_found_by_nobody(store: TicketStore, at: datetime) -> None:
    """Where no phone is known no four digits are right, nor is none."""
    ticket = opened(store, at, NewTicket(kind=Kind.LEAD))
    assert [store.find(ticket.no, last4) for last4 in ("", "0000", "None")] == [None] * 3


def test_tickets_are_found_by_phone_however_it_is_written(store: TicketStore, at: datetime) -> None:
    """A phone finds the customer's and the contact's tickets, with or without 86 and spaces."""
    ticket = opened(store, at, FRIDGE)
    assert store.of_phone("+86 138 0013 8000") == [ticket]
    assert store.of_phone("139-0013-9000") == [ticket]
    assert store.of_phone("13700137000") == store.of_phone("") == []


def test_a_search_fits_every_filter_and_shows_the_newest_first(store: TicketStore, at: datetime) -> None:
    """Filters are joined by and; limit and offset count from the newest."""
    old = opened(store, at, FRIDGE)
    new = opened(store, at + timedelta(hours=1), FRIDGE, draft="d2")
    opened(store, at, NewTicket(kind=Kind.COMPLAINT, brand="viomi"), draft="d3")
    repairs = Filters(kind=Kind.REPAIR, brand="viomi")
    assert store.search(repairs) == [new, old]
    assert store.search(repairs, limit=1) == [new]
    assert store.search(repairs, limit=5, offset=1) == [old]
    assert store.search(Filters(state=State.CLOSED)) == []
    assert store.of_conversation("web-1") == [new, old]


def test_a_move_that_is_not_allowed_changes_nothing(store: TicketStore, database: Database, at: datetime) -> None:
    """A jump over steps is refused with what is allowed; ticket, history and outbox stay."""
    ticket = opened(store, at, FRIDGE)
    refused = store.move(ticket.no, State.REPAIRING, actor="desk", at=at)
    assert refused == Refused("not_allowed", (State.DISPATCHED, State.TAKEN_IN, State.CANCELLED))
    assert store.get(ticket.no) == ticket
    assert len(store.history(ticket.no)) == len(announcements(database)) == 1


def test_nothing_is_mended_before_the_customer_says_yes(store: TicketStore, at: datetime) -> None:
    """A repair enters repairing only with recorded consent to its quote."""
    no = opened(store, at, FRIDGE).no
    moved(store, no, "dispatched", "scheduled", "diagnosing", at=at)
    refused = store.move(no, State.QUOTED, actor="desk", at=at)
    assert isinstance(refused, Refused) and refused.reason_code == "no_quote"
    asked = Quote(items=(QuoteItem(name="压缩机", amount=Decimal(230)),), total=Decimal(230))
    store.amend(no, {"quote": asked}, actor="desk", at=at)
    moved(store, no, "quoted", at=at)
    refused = store.move(no, State.REPAIRING, actor="desk", at=at)
    assert isinstance(refused, Refused) and refused.reason_code == "no_consent"
    assert State.REPAIRING not in refused.allowed
    yes = {"items": [{"name": "压缩机", "amount": 230, "approved": True}]}
    store.amend(no, {"quote": yes}, actor="customer", at=at)
    assert moved(store, no, "repairing", at=at).state is State.REPAIRING


def test_added_work_needs_a_new_yes(store: TicketStore, at: datetime) -> None:
    """While a repair goes on its quote gains no item that the customer has not approved."""
    no = opened(store, at, FRIDGE).no
    agreed = {"items": [{"name": "检修", "amount": "80.00", "approved": True}]}
    store.amend(no, {"quote": agreed}, actor="customer", at=at)
    moved(store, no, "dispatched", "scheduled", "diagnosing", "quoted", "repairing", at=at)
    more = {"items": [*agreed["items"], {"name": "电机", "amount": 150}]}
    refused = store.amend(no, {"quote": more}, actor="desk", at=at)
    assert isinstance(refused, Refused) and refused.reason_code == "no_consent"
    moved(store, no, "quoted", at=at)
    amended = store.amend(no, {"quote": more}, actor="desk", at=at)
    assert isinstance(amended, Ticket) and amended.quote.total == 230


def test_every_changed_field_leaves_its_trace(store: TicketStore, at: datetime) -> None:
    """The history names who changed which field when, from what to what, in order."""
    no = opened(store, at, FRIDGE).no
    later = at + timedelta(hours=2)
    visit = Appointment(date=date(2026, 11, 23), from_=time(9))
    store.amend(no, {"appointment": visit, "urged": 1}, actor="customer", at=later, note="改到周一")
    store.amend(no, {}, actor="desk", at=later, note="已致电")
    moved(store, no, "dispatched", at=later, note="")
    old = {"date": "2026-11-22", "from": "15:00", "to": "17:00", "to_confirm": False}
    new = {"date": "2026-11-23", "from": "09:00", "to": None, "to_confirm": False}
    who = {"at": later, "actor": "customer", "event": "amended", "note": "改到周一"}
    assert store.history(no) == [
        Change(at=at, actor="customer", event="opened", field="state", new="registered"),
        Change(**who, field="appointment", old=old, new=new),
        Change(**who, field="urged", old=None, new=1),
        Change(at=later, actor="desk", event="noted", note="已致电"),
        Change(at=later, actor="desk", event="moved", field="state", old="registered", new="dispatched"),
    ]


def test_what_is_already_so_leaves_no_trace(store: TicketStore, at: datetime) -> None:
    """Amending a field to what it is changes neither version nor history."""
    ticket = opened(store, at, FRIDGE)
    same = store.amend(ticket.no, {"phone": FRIDGE.phone}, actor="customer", at=at + timedelta(1))
    assert same == ticket
    assert len(store.history(ticket.no)) == 1


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"state": "closed"}, "state"),
        ({"no": "BX1"}, "no"),
        ({"history": []}, "history"),
        ({"rating": 6}, "rating"),
        ({"apointment": None}, "apointment"),
        ({"appointment": {"date": "2026-02-30"}}, "appointment.date"),
        ({"quote": {"items": [{"name": "x", "amount": -1}]}}, "quote.items[0].amount"),
    ],
)
def test_a_value_no_ticket_may_hold_is_refused(
    store: TicketStore, at: datetime, changes: dict[str, object], place: str
) -> None:
    """A wrong value is refused with the place of the mistake, and nothing is changed."""
    ticket = opened(store, at, FRIDGE)
    refused = store.amend(ticket.no, changes, actor="desk", at=at)
    assert isinstance(refused, Refused) and refused.reason_code == "bad_value"
    assert refused.detail.startswith(f"{place}: ")
    assert store.get(ticket.no) == ticket


def test_only_finished_work_is_rated_and_only_open_work_is_hurried(store: TicketStore, at: datetime) -> None:
    """A rating waits for the end of the work; after it no visit is moved and nobody is urged."""
    no = opened(store, at, NewTicket(kind=Kind.CHECK)).no
    early = store.amend(no, {"rating": 5}, actor="customer", at=at)
    assert isinstance(early, Refused) and early.reason_code == "not_over"
    moved(store, no, "handling", "done", at=at)
    rated = store.amend(no, {"rating": 5}, actor="customer", at=at)
    assert isinstance(rated, Ticket) and rated.rating == 5
    for late in ({"urged": 1}, {"appointment": {"date": "2026-12-01"}}):
        refused = store.amend(no, late, actor="customer", at=at)
        assert isinstance(refused, Refused) and refused.reason_code == "over"


def test_an_unhappy_customer_is_not_filed_away_without_a_word(store: TicketStore, at: datetime) -> None:
    """A repair rated two or worse is closed only with a note on how it was settled."""
    no = opened(store, at, FRIDGE).no
    agreed = {"items": [{"name": "检修", "amount": 0, "approved": True}]}
    store.amend(no, {"quote": agreed}, actor="customer", at=at)
    steps = "dispatched scheduled diagnosing quoted repairing awaiting_acceptance"
    moved(store, no, *steps.split(), at=at)
    sheet = {"found": "风扇坏", "parts": [], "fees": [], "warranty": {"days": 90}}
    store.amend(no, {"sheet": sheet, "acceptance": {"by": "李雷", "works": True}}, actor="desk", at=at)
    moved(store, no, "completed", at=at)
    store.amend(no, {"rating": 2}, actor="customer", at=at)
    refused = store.move(no, State.CLOSED, actor="desk", at=at)
    assert isinstance(refused, Refused) and refused.reason_code == "no_note"
    assert moved(store, no, "closed", at=at, note="已免费返工").state is State.CLOSED


def test_a_change_on_an_old_view_is_refused(store: TicketStore, at: datetime) -> None:
    """Whoever expects a version that has passed is told so, and changes nothing."""
    ticket = opened(store, at, FRIDGE)
    moved(store, ticket.no, "dispatched", at=at)
    for result in (
        store.move(ticket.no, State.CANCELLED, actor="a", at=at, expect_version=ticket.version),
        store.amend(ticket.no, {"urged": 1}, actor="a", at=at, expect_version=ticket.version),
    ):
        assert isinstance(result, Refused) and result.reason_code == "changed_meanwhile"


def test_an_unknown_number_is_a_value_not_an_error(store: TicketStore, at: datetime) -> None:
    """A number that is not there gives None, nothing, or a refusal that says so."""
    unknown = Refused("unknown_ticket")
    assert store.get("BX000000000") is None
    assert store.history("BX000000000") == []
    assert store.move("BX000000000", State.CLOSED, actor="a", at=at) == unknown
    assert store.amend("BX000000000", {"urged": 1}, actor="a", at=at) == unknown


def test_what_is_stored_is_announced_without_personal_data(
    store: TicketStore, database: Database, at: datetime
) -> None:
    """Opening, moving and amending announce themselves by number and field, a note does not."""
    no = opened(store, at, FRIDGE).no
    moved(store, no, "dispatched", at=at)
    store.amend(no, {"phone": "13700137000"}, actor="customer", at=at)
    store.amend(no, {}, actor="desk", at=at, note="13700137000")
    assert announcements(database) == [
        ("ticket.opened", no, {}),
        ("ticket.moved", no, {"fields": ["state"]}),
        ("ticket.amended", no, {"fields": ["phone"]}),
    ]


def test_the_columns_a_ticket_is_looked_up_by_follow_its_body(
    store: TicketStore, database: Database, at: datetime
) -> None:
    """After a change every column of the row still says what the ticket says."""
    no = opened(store, at, FRIDGE).no
    store.amend(
        no,
        {"contact": {"phone": "137 0013 7000"}, "due": "2026-11-24T18:00:00+08:00", "serial": "S1"},
        actor="desk",
        at=at,
    )
    ticket = moved(store, no, "dispatched", at=at)
    with database.reading() as connection:
        row = connection.execute(sa.select(tickets)).one()
    assert (row.state, row.serial, row.due) == ("dispatched", "S1", ticket.due)
    assert (row.phone, row.contact_phone) == ("13800138000", "13700137000")
    assert (row.version, row.created, row.updated) == (3, ticket.created, ticket.updated)


def announcements(database: Database) -> list[tuple[str, str, object]]:
    """What the outbox holds, oldest first."""
    with database.reading() as connection:
        rows = connection.execute(sa.select(outbox).order_by(outbox.c.id)).all()
    return [(row.event, row.ticket_no, row.payload) for row in rows]

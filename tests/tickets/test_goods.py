"""Returns and exchanges by the calendar: the days are the clauses', the verdict is a person's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.tickets import goods, steps
from bot.tickets.model import Kind, NewTicket, Review, State, Ticket
from bot.tickets.store import Refused, TicketStore
from bot.tickets.words import Verdict
from policies_kb.loader import load
from tests.tickets.desk import moved

BOUGHT = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("kind", "days", "term"),
    [
        (Kind.RETURN, 0, "within"),
        (Kind.RETURN, 7, "within"),
        (Kind.RETURN, 8, "outside"),
        (Kind.EXCHANGE, 15, "within"),
        (Kind.EXCHANGE, 16, "outside"),
        (Kind.RETURN, -1, "outside"),
    ],
)
def test_the_brands_clause_gives_the_days(kind: Kind, days: int, term: str) -> None:
    """Y80 Y81: Xiaomi takes goods back within 7 days and exchanges faulty ones within 15, the last day included."""
    review = goods.review(load(), kind, "xiaomi", None, since=BOUGHT, on=BOUGHT + timedelta(days))
    assert (review.term, review.since) == (term, BOUGHT)
    assert review.clause in ("xiaomi.returns.no-reason-return", "xiaomi.returns.quality-exchange")
    assert review.verdict is None


@pytest.mark.parametrize("brand", ["viomi", "mijia", "skyworth", "jason"])
def test_no_other_brands_rule_is_used(brand: str) -> None:
    """Y80: where a brand's sources say nothing of returns there is no rule, whatever another brand's say."""
    assert goods.review(load(), Kind.RETURN, brand, None, since=BOUGHT, on=BOUGHT) == Review(
        since=BOUGHT, term="no_rule"
    )


def test_a_repair_has_no_days_to_return() -> None:
    """A clause on returns says nothing on other requests."""
    assert goods.review(load(), Kind.REPAIR, "xiaomi", None, since=BOUGHT, on=BOUGHT).term == "no_rule"


def test_goods_are_sent_back_after_a_persons_yes(store: TicketStore, at: datetime) -> None:
    """Y82: a return is reviewed before it is awaited, looked at before it is done, and a no is said why."""
    no = store.open("d1", NewTicket(kind=Kind.RETURN, brand="xiaomi"), actor="customer", at=at).ticket.no
    moved(store, no, State.REVIEWING, at=at)
    assert lacking(store, no, at) == {"review.since": "missing", "review.verdict": "missing"}
    review = goods.review(load(), Kind.RETURN, "xiaomi", None, since=BOUGHT, on=at.date())
    store.amend(no, {"review": replace(review, verdict=Verdict.REFUSED)}, actor="desk", at=at)
    assert lacking(store, no, at) == {"review.verdict": "not_approved"}
    store.amend(no, {"review": replace(review, verdict=Verdict.APPROVED)}, actor="desk", at=at)
    moved(store, no, State.AWAITING_GOODS, State.INSPECTING, at=at)
    refused = store.move(no, State.REFUSED, actor="desk", at=at)
    assert isinstance(refused, Refused) and refused.reason_code == "no_note"
    assert isinstance(store.change(no, steps.complete(), actor="desk", at=at), Ticket)


def test_an_exchange_says_what_is_wrong(store: TicketStore, at: datetime) -> None:
    """Y81: goods are exchanged for a fault, which must be written down before they are sent back."""
    no = store.open("d1", NewTicket(kind=Kind.EXCHANGE, brand="xiaomi"), actor="customer", at=at).ticket.no
    moved(store, no, State.REVIEWING, at=at)
    store.amend(no, {"review": {"since": "2026-11-10", "verdict": "approved"}}, actor="desk", at=at)
    assert lacking(store, no, at) == {"fault": "missing"}
    store.amend(no, {"description": "开不了机"}, actor="desk", at=at)
    moved(store, no, State.AWAITING_GOODS, at=at)


def lacking(store: TicketStore, no: str, at: datetime) -> dict[str, str]:
    """What stands between this ticket and its goods."""
    refused = store.move(no, State.AWAITING_GOODS, actor="desk", at=at)
    assert isinstance(refused, Refused) and refused.reason_code == "lacking"
    return dict(refused.lacking)

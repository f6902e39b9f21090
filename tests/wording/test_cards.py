"""The parts of a card as JSON (DESIGN §5): what every channel may rely on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from bot.wording import Card
from bot.wording.verdict import verdict
from policies_kb.case import read_case
from policies_kb.coverage import decide
from policies_kb.loader import load
from policies_kb.model import Flag
from policies_kb.rules import Outcome
from tests.dialogue.talk import Talk

TYPES = {"coverage", "answer", "ticket", "fees", "handoff", "ask", "refusal"}
KEYS = {"type", "outcome", "until", "assuming", "citations", "ticket", "missing", "replies"}
CONTACT = ("王先生", "13800138000", "建干路12号")
#: One conversation through every kind of card.
TALK = [
    ("你好", "greet"),
    ("转人工", "request_human"),
    ("上个月买的云米冰箱保修吗", "ask_coverage"),
    ("米家冰箱去年三月买的，保修吗", "ask_coverage"),
    ("创维电视屏幕摔碎了，保修吗", "ask_coverage"),
    ("杰森热水器还在保吗", "ask_coverage"),
    ("海尔冰箱保修吗", "ask_coverage"),
    ("创维上门费多少", "ask_fee"),
    ("云米换下来的旧零件还我吗", "ask_policy"),
    ("米家冰箱保多久", "ask_warranty_period"),
    ("创维多久响应", "ask_policy"),
    ("4006-189123是你们的吗", "ask_hotline"),
    ("云米在桂林有网点吗", "find_outlet"),
    ("小米手机能退货吗", "return_or_exchange"),
    ("云米冰箱不制冷，约明天下午，王先生，13800138000，桂林市七星区建干路12号3栋201", "book_repair"),
    ("确认", "affirm"),
    ("查进度", "ask_ticket_status"),
    ("云米师傅多收了80块", "complain_fee"),
    ("确认", "affirm"),
    ("家里有煤气味", "describe_fault"),
]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[Card]:
    """All cards of one conversation."""
    talk = Talk.at(tmp_path_factory.mktemp("cards"))
    return [card for text, intent in TALK for card in talk.say(text, intent)]


def parts(said: list[Card], name: str) -> Iterator[Any]:
    for card in said:
        if name in card.to_json():
            yield card.to_json()[name]


def test_all_kinds_of_cards_are_looked_at(said: list[Card]) -> None:
    """The conversation above reaches every type, so that the tests below speak of each."""
    assert {card.type for card in said} == TYPES


def test_a_card_has_the_known_parts_and_no_others(said: list[Card]) -> None:
    """Type, and of the other parts only those that hold something; all of it plain JSON."""
    for card in said:
        data = card.to_json()
        assert data["type"] in TYPES
        assert set(data) <= KEYS
        assert all(value for value in data.values())
        assert json.loads(json.dumps(data, ensure_ascii=False)) == data


def test_the_text_is_complete_in_itself(said: list[Card]) -> None:
    """Every card has words, and no place in them is left open."""
    for card in said:
        assert card.text.strip()
        assert not {"{", "}"} & set(card.text), card.text


def test_outcomes_are_those_of_a_decision(said: list[Card]) -> None:
    """A coverage card names one of the five outcomes."""
    outcomes = list(parts(said, "outcome"))
    assert {"covered", "conditional", "not_covered", "need_facts"} <= set(outcomes) <= {o.value for o in Outcome}


def test_until_is_a_pair_of_days_in_order(said: list[Card]) -> None:
    """The last covered day lies between two ISO days."""
    spans = list(parts(said, "until"))
    assert spans
    for span in spans:
        first, last = map(date.fromisoformat, span)
        assert first <= last


@pytest.mark.parametrize(
    ("bought", "outcome", "shown"),
    [("2026-06-01", "covered", True), ("2019-06-01", "conditional", False)],
)
def test_a_card_shows_no_end_that_is_over_while_parts_may_be_covered(bought: str, outcome: str, shown: bool) -> None:
    """保到 with a past day would say that nothing is covered any more."""
    told = {"brand": "mijia", "product": "refrigerator", "purchased": bought}
    decision = decide(read_case(told, load(), on=date(2026, 11, 22)), load())
    card = verdict(load(), decision, {**told, "purchased": [bought, bought]}).to_json()
    assert (card["outcome"], "until" in card) == (outcome, shown)


def test_assuming_names_facts_and_their_values(said: list[Card]) -> None:
    """What a verdict presumes are facts of a case with the value each was taken to have."""
    assumed = list(parts(said, "assuming"))
    assert assumed
    for facts in assumed:
        assert set(facts) <= set(load().facts)
        assert all(isinstance(value, str) for value in facts.values())


def test_citations_name_clauses_that_exist_and_their_lines(said: list[Card]) -> None:
    """Each source is a clause of the knowledge with its document, its lines and its flags."""
    cited = [citation for part in parts(said, "citations") for citation in part]
    flags = {flag.value for flag in Flag}
    assert cited
    for citation in cited:
        assert {"clause", "doc", "lines", "flags"} <= set(citation) <= {"clause", "doc", "lines", "flags", "says"}
        assert citation["clause"] in load().clauses
        assert citation["lines"] and all(isinstance(line, int) for line in citation["lines"])
        assert set(citation["flags"]) <= flags


def test_a_policy_is_never_told_without_its_source(said: list[Card]) -> None:
    """A verdict that speaks of the sources and an answer made of clauses cite them."""
    for card in said:
        if card.type == "fees" or card.outcome in ("covered", "conditional", "not_covered"):
            assert card.citations, card.text


def test_a_ticket_is_its_number_kind_and_state_and_nothing_personal(said: list[Card]) -> None:
    """No name, phone or address leaves the store in the parts of a card."""
    tickets = list(parts(said, "ticket"))
    assert tickets
    assert all(set(ticket) == {"no", "kind", "state"} for ticket in tickets)
    for card in said:
        assert not [words for words in CONTACT if words in json.dumps(card.to_json(), ensure_ascii=False)]


def test_quick_replies_are_plain_words(said: list[Card]) -> None:
    """A quick reply sends back what it shows, never a command to Rasa."""
    replies = [reply for part in parts(said, "replies") for reply in part]
    assert replies
    for reply in replies:
        assert set(reply) == {"title", "payload"}
        assert reply["payload"] and not reply["payload"].startswith("/")


def test_a_card_without_parts_is_only_its_type() -> None:
    """What is not there is left out rather than sent empty."""
    assert Card("answer", "好的。").to_json() == {"type": "answer"}

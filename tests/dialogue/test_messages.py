"""A word for whoever comes reaches the ticket as it was said."""

from __future__ import annotations

from pathlib import Path

from bot.dialogue.turn import Wish
from tests.dialogue.talk import Talk

BOOKED = "杰森集成灶打不着火，约明天下午，王先生，13800138000，桂林市七星区建干路12号3栋201"
ANOTHER = "再报一台杰森热水器，漏水，后天上午来"
WORD = "给师傅带句话，家里有老人，敲门轻点"


def notes(talk: Talk, product: str) -> list[str]:
    """What the customer wrote on the ticket of a product."""
    (no,) = [ticket.no for ticket in talk.tickets() if ticket.product == product]
    return [row.note for row in talk.stores.tickets.history(no) if (row.actor, row.event) == ("customer", "noted")]


def test_a_word_for_the_technician_stands_on_the_ticket(tmp_path: Path) -> None:
    """Y22: the customer's own words are a note of theirs in the history of the ticket."""
    talk = Talk.at(tmp_path)
    for said in ((BOOKED, "book_repair"), ("确认", "affirm"), (WORD, "inform")):
        talk.say(*said)
    assert notes(talk, "integrated_stove") == [WORD]


def test_a_word_is_kept_while_it_is_asked_which_ticket_is_meant(tmp_path: Path) -> None:
    """Y22: of two tickets the one that is chosen gets what was said before the question."""
    talk = Talk.at(tmp_path)
    for said in ((BOOKED, "book_repair"), ("确认", "affirm"), (ANOTHER, "book_repair"), ("确认", "affirm")):
        talk.say(*said)
    talk.say(WORD, "inform")
    talk.say("集成灶那张", "inform")
    assert (notes(talk, "integrated_stove"), notes(talk, "water_heater")) == ([WORD], [])


def test_a_long_text_of_short_words_is_read_once() -> None:
    """Whether a text only asks is seen word by word: many ways to cut it would take for ever."""
    assert not Wish("ask_policy", 1.0, "", told="不是" * 3000 + "修").says_only_names
    assert Wish("ask_policy", 1.0, "", told="也给不").says_only_names

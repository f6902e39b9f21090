"""Conversations are kept as they were, in little room, and never begun again by accident."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.components.tracker_store import LONGEST, DeskTrackerStore

pytestmark = pytest.mark.slow  # imports Rasa

DOMAIN = Domain.from_dict(
    {"slots": {"desk": {"type": "any", "mappings": [{"type": "custom"}]}}, "actions": ["action_x"]}
)
START: list[Event] = [
    ActionExecuted("action_session_start"),
    SessionStarted(),
    ActionExecuted("action_listen"),
]


class Rasa:
    """What Rasa's agent does with a store, turn by turn."""

    def __init__(self) -> None:
        self.own = DeskTrackerStore(DOMAIN)
        self.store = FailSafeTrackerStore(self.own)

    def read(self, sender: str = "one") -> DialogueStateTracker:
        tracker = asyncio.run(self.store.get_or_create_tracker(sender, append_action_listen=False))
        if not tracker.applied_events():  # as MessageProcessor._update_tracker_session
            tracker.update_with_events(START, DOMAIN)
        return tracker

    def turn(self, number: int, sender: str = "one") -> DialogueStateTracker:
        """One message with its action; the slot counts the turns."""
        tracker = self.read(sender)
        desk = (tracker.get_slot("desk") or {}).get("turns", 0)
        turn: list[Event] = [UserUttered(f"第{number}句", {"name": "inform"})]
        if not tracker.is_paused():
            turn += [
                ActionExecuted("action_x"),
                BotUttered("好"),
                SlotSet("desk", {"turns": desk + 1}),
                ActionExecuted("action_listen"),
            ]
        tracker.update_with_events(turn, DOMAIN)
        asyncio.run(self.store.save(tracker))
        return tracker

    def run_sql(self, statement: str) -> None:
        with self.own.engine.begin() as connection:
            connection.execute(sa.text(statement))

    def rows(self) -> int:
        with self.own.engine.begin() as connection:
            count: int = connection.execute(sa.text("select count(*) from events")).scalar_one()
        return count


@pytest.fixture
def rasa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rasa:
    monkeypatch.setenv("BAOXIU_DATABASE_URL", f"sqlite:///{tmp_path / 'baoxiu.db'}")
    return Rasa()


def test_what_is_saved_is_read(rasa: Rasa) -> None:
    """Events come back in their order."""
    saved = list(rasa.turn(1).events)
    assert [e.as_dict() for e in rasa.read().events] == [e.as_dict() for e in saved]


def test_conversations_do_not_mix(rasa: Rasa) -> None:
    """Two customers, two memories."""
    for _ in range(3):
        rasa.turn(1, "one")
    rasa.turn(1, "two")
    assert [rasa.read(s).get_slot("desk")["turns"] for s in ("one", "two")] == [3, 1]


def test_a_long_conversation_keeps_its_state_in_little_room(rasa: Rasa) -> None:
    """After two hundred turns no turn has been forgotten, and no more is stored than after ten."""
    for number in range(200):
        tracker = rasa.turn(number)
        assert len(tracker.events) <= LONGEST + 8
    assert rasa.read().get_slot("desk") == {"turns": 200}
    assert rasa.rows() <= LONGEST


def test_a_fresh_beginning_is_a_whole_one(rasa: Rasa) -> None:
    """Begun anew, a conversation listens, holds its slot, and starts no session of Rasa's."""
    rows = 0
    for number in range(100):
        rasa.turn(number)
        before, rows = rows, rasa.rows()
        if rows < before:
            break
    tracker = rasa.read()
    assert tracker.applied_events() and tracker.latest_action_name == "action_listen"
    assert tracker.get_slot("desk") == {"turns": number + 1}


def test_a_clock_set_back_hides_nothing(rasa: Rasa) -> None:
    """Stock looks for events later than the last session's start, by the clock."""
    rasa.turn(1)
    rasa.run_sql("update events set timestamp = timestamp - 86400 where type_name != 'session_started'")
    rasa.turn(2)
    assert rasa.read().get_slot("desk") == {"turns": 2}


def test_a_failed_read_begins_nothing_anew(rasa: Rasa, caplog: pytest.LogCaptureFixture) -> None:
    """While the store cannot be read nothing is done and nothing saved; then all is as before."""
    rasa.turn(1)
    rasa.run_sql("alter table events rename to elsewhere")
    with caplog.at_level(logging.ERROR):
        assert rasa.turn(2).is_paused()
    rasa.run_sql("alter table elsewhere rename to events")
    assert rasa.read().get_slot("desk") == {"turns": 1}
    assert "tracker.not_read" in caplog.text


def test_a_failed_write_quotes_nobody(rasa: Rasa, caplog: pytest.LogCaptureFixture) -> None:
    """The log names the error; the customer's words, which its text holds, stay out."""
    tracker = rasa.read()
    tracker.update(UserUttered("我的电话是13812345678", {"name": "inform"}))
    rasa.run_sql("alter table events rename to elsewhere")
    with caplog.at_level(logging.DEBUG):
        asyncio.run(rasa.store.save(tracker))
    assert "tracker.not_saved" in caplog.text
    assert "13812345678" not in caplog.text


def test_a_row_that_is_no_event_closes_the_conversation(rasa: Rasa) -> None:
    """Half a row (a disk that was full) is not a reason to forget the rest."""
    rasa.turn(1)
    rasa.run_sql("update events set data = '{' where id = 2")
    assert rasa.turn(2).is_paused()

"""Rasa's memory of conversations: fails closed, and does not grow with a conversation's length.

Three things of the stock SQL store are not good enough here (rasa/core/tracker_store.py):

- A read that fails gives a blank conversation, and saving that writes a second beginning over a
  booking in progress. Here it gives a conversation that is paused, so that nothing is done and
  nothing saved, and the channel says that the words were not taken down.
- It finds the events of a session by the clock; one that is set back hides what follows. Here a
  conversation is all of its rows, in the order of their ids.
- It loads, replays and sends every event ever stored, for each message. Here a long conversation
  is begun anew once a turn is over: one start, the slots that are set, and listening. Nothing is
  lost by it: what was said stands in the transcript, the dialogue's whole state in one slot.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ConversationPaused,
    Event,
    SessionStarted,
    SlotSet,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Query, Session

from bot import settings
from bot.components import tuning

log = logging.getLogger("baoxiu.tracker_store")

#: Events after which a conversation is begun anew; a turn makes about eight.
LONGEST = 60


class UnreadTracker(DialogueStateTracker):
    """Stands for a conversation that could not be read: no policy runs on it, nothing saves it."""

    @classmethod
    def of(cls, sender_id: str, domain: Domain) -> UnreadTracker:
        # Not empty, or Rasa would start a session, which takes the pause back.
        events = [ActionExecuted(ACTION_LISTEN_NAME), ConversationPaused()]
        tracker: UnreadTracker = cls.from_events(sender_id, events, domain.slots)
        return tracker


class DeskTrackerStore(SQLTrackerStore):
    """The store that endpoints.yml names; its place comes from `bot.settings`."""

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        **_endpoint: Any,
    ) -> None:
        # Rasa makes exactly one store when it starts to serve, and no other part of ours that
        # early: before the first message is the moment for the changes.
        tuning.apply()
        url = settings.tracker_database_url()
        super().__init__(domain=domain, host=url, event_broker=event_broker)
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", _set_up_sqlite)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        return await self._read(sender_id)

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        return await self._read(conversation_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        if isinstance(tracker, UnreadTracker):
            return
        try:
            await super().save(tracker)
            if len(tracker.events) > LONGEST:
                self._begin_anew(tracker)
        except SQLAlchemyError as error:
            # Without the error's own text: it quotes the customer's words. Nor is it raised:
            # Rasa would keep the tracker in a second memory that it never reads again.
            log.error("tracker.not_saved error=%s", type(error).__name__)

    async def _read(self, sender_id: str) -> DialogueStateTracker | None:
        try:
            return await self._retrieve(sender_id, fetch_events_from_all_sessions=True)
        except (SQLAlchemyError, ValueError) as error:  # ValueError: a row that is not an event
            log.error("tracker.not_read error=%s", type(error).__name__)
            return UnreadTracker.of(sender_id, self.domain)

    @contextmanager
    def session_scope(self) -> Iterator[Session]:
        """A session; stock ends the whole process for any ValueError within (a broken row)."""
        with self.sessionmaker() as session:
            yield session

    def _event_query(self, session: Session, sender_id: str, fetch_events_from_all_sessions: bool) -> Query:
        return super()._event_query(session, sender_id, fetch_events_from_all_sessions=True)

    def _begin_anew(self, tracker: DialogueStateTracker) -> None:
        """Put a short beginning in the place of all rows, in one transaction."""
        with self.session_scope() as session:
            session.query(self.SQLEvent).filter_by(sender_id=tracker.sender_id).delete()
            session.add_all(self._row(tracker.sender_id, event) for event in _beginning(tracker))
            session.commit()

    def _row(self, sender_id: str, event: Event) -> Any:
        data = event.as_dict()
        return self.SQLEvent(
            sender_id=sender_id,
            type_name=event.type_name,
            timestamp=data["timestamp"],
            action_name=data.get("name"),
            data=json.dumps(data),
        )


def _beginning(tracker: DialogueStateTracker) -> list[Event]:
    values = tracker.current_slot_values()
    return [
        ActionExecuted(ACTION_SESSION_START_NAME),
        SessionStarted(),
        *(SlotSet(name, value) for name, value in values.items() if value is not None),
        ActionExecuted(ACTION_LISTEN_NAME),
    ]


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    """Readers beside one writer; a writer that meets another waits instead of failing."""
    connection.execute("PRAGMA busy_timeout = 3000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")

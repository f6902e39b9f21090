"""What all topic actions share: the state in, one turn of the dialogue, cards out; the one error boundary and limit.

An action that raises loses its events in Rasa and the customer sees nothing, so nothing is let through here.
"""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.calls import CALLS, Result, Stores
from bot import settings
from bot.conversations import buttons as buttons_
from bot.database import StoreUnavailable
from bot.dialogue import Call, Context, plan, reply
from bot.wording import Card, cards, sentence
from policies_kb.loader import load

log = logging.getLogger("baoxiu.actions")

LIMIT = 4.0  # seconds; channels like WeChat give five


@lru_cache(maxsize=1)
def stores() -> Stores:
    return Stores(settings.database_url())


class TopicAction(Action, ABC):
    """One topic's turn; subclasses only name the topic."""

    @property
    @abstractmethod
    def topic(self) -> str:
        """The topic's name in bot.dialogue (abstract, so that the action server does not register this base)."""

    def name(self) -> str:
        return f"action_{self.topic}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        try:
            desk, said = await asyncio.wait_for(asyncio.to_thread(self._turn, tracker), LIMIT)
        except asyncio.TimeoutError:
            log.error("action.too_slow topic=%s", self.topic)
            dispatcher.utter_message(text=sentence("not_stored"))
            return []
        except Exception as error:  # the one boundary: whatever it is, the customer gets a plain sentence
            log.error("action.failed topic=%s error=%s", self.topic, type(error).__name__, exc_info=False)
            dispatcher.utter_message(text=sentence("not_stored"))
            return []
        for card in said:
            _utter(dispatcher, card, tracker.sender_id)
        return [SlotSet("desk", desk)]

    def _turn(self, tracker: Tracker) -> tuple[dict[str, Any], list[Card]]:
        kb, now, message = load(), settings.now(), tracker.latest_message
        desk = tracker.get_slot("desk")
        done = actions_since_message(tracker)
        # The plan is made from the state as it stood when the message came (see bot.components.desk_policy).
        last = done + 1 >= len(plan(_desk_at_message(tracker), message, now))
        context = Context(
            kb=kb,
            now=now,
            conversation=tracker.sender_id,
            channel=tracker.get_latest_input_channel() or "rest",
            message_id=str((message.get("metadata") or {}).get("message_id") or message.get("message_id") or ""),
        )
        state, says = reply(desk, self.topic, message, context, lambda call: self._perform(context, call), last=last)
        _note_what_was_seen(desk, state)
        return state, cards(says, kb, now.date(), more=not last)

    def _perform(self, context: Context, call: Call) -> Result:
        try:
            return {"call": call.name, **CALLS[call.name](stores(), context, call)}
        except StoreUnavailable:
            log.error("store.unavailable topic=%s call=%s", self.topic, call.name)
            return {"call": call.name, "failed": True}


def _note_what_was_seen(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
    """Keep which versions of tickets the customer was shown in this turn, so that none of them is pushed to them. What
    cannot be kept is told twice at worst."""
    known = (before or {}).get("known", {}).get("seen", {})
    seen = {no: version for no, version in after["known"].get("seen", {}).items() if known.get(no) != version}
    if seen:
        try:
            stores().told.saw(seen)
        except StoreUnavailable:
            log.warning("store.unavailable seen=%d", len(seen))


def actions_since_message(tracker: Tracker) -> int:
    """How many topic actions have run for the customer's last message."""
    count = 0
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return count
        count += (
            event.get("event") == "action"
            and str(event.get("name", "")).startswith("action_")
            and event["name"] not in _NO_TOPIC
        )
    return count


_NO_TOPIC = ("action_listen", "action_session_start")


def _desk_at_message(tracker: Tracker) -> dict[str, Any] | None:
    """The state before the last message: the slot as it was set last before it."""
    seen_message = False
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            seen_message = True
        elif seen_message and event.get("event") == "slot" and event.get("name") == "desk":
            value = event.get("value")
            return value if isinstance(value, dict) else None
    return None if seen_message else tracker.get_slot("desk")


def _utter(dispatcher: CollectingDispatcher, card: Card, conversation: str) -> None:
    """One entry with the complete text, then one with the parts (DESIGN §5)."""

    def payload(title: str) -> str:
        return buttons_.payload(title, card.about, conversation)

    buttons = [{"title": title, "payload": payload(title)} for title in card.replies]
    dispatcher.utter_message(text=card.text, **({"buttons": buttons} if buttons else {}))
    dispatcher.utter_message(json_message=card.to_json(payload))

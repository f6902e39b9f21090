"""Rasa asks what to do next, the dialogue answers: a message's topics in order, then listen."""

from __future__ import annotations

from typing import Any

from rasa.core.constants import POLICY_PRIORITY
from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot import settings
from bot.dialogue import plan

SLOT = "desk"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class DeskPolicy(Policy):
    """Plans once for each message, before its first action, and works the plan off.

    The actions themselves change the slot that the plan was made from, so the plan of a turn is
    kept until the turn ends. Rasa handles one message of a conversation at a time.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plans: dict[str, list[str]] = {}

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {POLICY_PRIORITY: 1}  # compulsory, and alone it has no rank

    @staticmethod
    def supported_data() -> SupportedData:
        return SupportedData.ML_AND_RULE_DATA

    def train(self, training_trackers: Any, domain: Domain, **kwargs: Any) -> Resource:
        return self._resource  # nothing is learnt: the conversation lives in bot.dialogue

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        action = self._next_action(tracker)
        return PolicyPrediction.for_action_name(domain, action, type(self).__name__)

    def _next_action(self, tracker: DialogueStateTracker) -> str:
        done = actions_since_message(tracker)
        if done is None:
            return str(ACTION_LISTEN_NAME)  # nobody has said anything
        if done == 0:
            self._plans[tracker.sender_id] = _plan(tracker)
        topics = self._plans.get(tracker.sender_id, [])
        if done < len(topics):
            return f"action_{topics[done]}"
        self._plans.pop(tracker.sender_id, None)
        return str(ACTION_LISTEN_NAME)


def actions_since_message(tracker: DialogueStateTracker) -> int | None:
    """How many actions were executed since the customer's last message; None without one."""
    executed = 0
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return executed
        executed += isinstance(event, ActionExecuted)
    return None


def _plan(tracker: DialogueStateTracker) -> list[str]:
    assert tracker.latest_message is not None
    message = {**tracker.latest_message.parse_data, "text": tracker.latest_message.text or ""}
    return plan(tracker.get_slot(SLOT), message, settings.now())

"""The policy asks the dialogue once a message, and works its plan off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.components import desk_policy
from bot.components.desk_policy import DeskPolicy

pytestmark = pytest.mark.slow  # imports Rasa

DOMAIN = Domain.from_dict(
    {
        "intents": ["greet"],
        "slots": {"desk": {"type": "any", "mappings": [{"type": "custom"}]}},
        "actions": ["action_coverage", "action_repair"],
    }
)


class Plans:
    """Stands in the dialogue's place: says what it was asked with, answers what it is told to."""

    def __init__(self, *topics: str) -> None:
        self.topics = list(topics)
        self.asked: list[tuple[Any, Any, datetime]] = []

    def __call__(self, desk: Any, message: Any, now: datetime) -> list[str]:
        self.asked.append((desk, message, now))
        return self.topics


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> Plans:
    plans = Plans("coverage", "repair")
    monkeypatch.setattr(desk_policy, "plan", plans)
    monkeypatch.setenv("BAOXIU_NOW", "2026-11-20T10:00:00+08:00")
    return plans


@pytest.fixture
def policy() -> DeskPolicy:
    context = ExecutionContext(GraphSchema({}), model_id="test", node_name="policy")
    made: DeskPolicy = DeskPolicy.create(DeskPolicy.get_default_config(), None, None, context)
    return made


def tracker(text: str = "冰箱还保吗,不保就约个人来") -> DialogueStateTracker:
    """A conversation whose last event is a message."""
    said = UserUttered(text, {"name": "greet", "confidence": 0.9}, message_id="m1")
    events = [SlotSet("desk", {"n": 1}), ActionExecuted("action_listen"), said]
    return DialogueStateTracker.from_events("one", events, DOMAIN.slots)


def played(policy: DeskPolicy, conversation: DialogueStateTracker) -> list[str]:
    """The actions of one turn; each changes the slot, as topic actions do."""
    actions: list[str] = []
    while not actions or actions[-1] != "action_listen":
        prediction = policy.predict_action_probabilities(conversation, DOMAIN)
        action = DOMAIN.action_names_or_texts[prediction.max_confidence_index]
        conversation.update(ActionExecuted(action))
        if action != "action_listen":
            conversation.update(SlotSet("desk", {"n": 2, "after": action}))
        actions.append(action)
    return actions


def test_the_topics_act_in_order_then_it_listens(policy: DeskPolicy, plans: Plans) -> None:
    """A message with two wishes runs two actions, and no more."""
    assert played(policy, tracker()) == ["action_coverage", "action_repair", "action_listen"]


def test_it_plans_once_from_the_state_at_the_message(policy: DeskPolicy, plans: Plans) -> None:
    """What the first action writes into the slot does not change who comes second."""
    played(policy, tracker())
    assert [desk for desk, _, _ in plans.asked] == [{"n": 1}]


def test_the_dialogue_gets_the_parse_and_our_clock(policy: DeskPolicy, plans: Plans) -> None:
    """Raw text, intent and entities as JSON, and the moment that `BAOXIU_NOW` sets."""
    played(policy, tracker("在吗"))
    ((_, message, now),) = plans.asked
    assert (message["text"], message["intent"]["name"]) == ("在吗", "greet")
    assert now.isoformat() == "2026-11-20T10:00:00+08:00"


def test_every_message_is_planned_anew(policy: DeskPolicy, plans: Plans) -> None:
    """Two messages, even with the same words, are two plans."""
    conversation = tracker()
    played(policy, conversation)
    plans.topics = ["repair"]
    conversation.update(UserUttered("好", {"name": "greet"}))
    assert played(policy, conversation) == ["action_repair", "action_listen"]
    assert [desk for desk, _, _ in plans.asked] == [{"n": 1}, {"n": 2, "after": "action_repair"}]


def test_nobody_to_answer_is_no_error(policy: DeskPolicy, plans: Plans) -> None:
    """A tracker without a message (a look at the API) gets action_listen and no plan."""
    empty = DialogueStateTracker.from_events("two", [], DOMAIN.slots)
    assert played(policy, empty) == ["action_listen"]
    assert plans.asked == []


def test_a_turn_leaves_nothing_behind(policy: DeskPolicy, plans: Plans) -> None:
    """Plans are kept for turns in progress only: the policy does not grow with its users."""
    played(policy, tracker())
    assert policy._plans == {}

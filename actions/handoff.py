"""Handing over to a person."""

from __future__ import annotations

from actions.base import TopicAction
from actions.requests import hand_over, open_ticket


class ActionHandoff(TopicAction):
    topic = "handoff"
    performs = {"hand_over": hand_over, "open_ticket": open_ticket}

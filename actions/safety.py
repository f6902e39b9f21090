"""Danger first: advice, and a person."""

from __future__ import annotations

from actions.base import TopicAction
from actions.requests import hand_over


class ActionSafety(TopicAction):
    topic = "safety"
    performs = {"hand_over": hand_over}

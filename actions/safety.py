"""Danger first: advice, and a person."""

from __future__ import annotations

from actions.base import TopicAction


class ActionSafety(TopicAction):
    topic = "safety"

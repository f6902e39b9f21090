"""Returning and exchanging."""

from __future__ import annotations

from actions.base import TopicAction


class ActionReturns(TopicAction):
    topic = "returns"

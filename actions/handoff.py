"""Handing over to a person."""

from __future__ import annotations

from actions.base import TopicAction


class ActionHandoff(TopicAction):
    topic = "handoff"

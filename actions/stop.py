"""Letting go of what was in hand."""

from __future__ import annotations

from actions.base import TopicAction


class ActionStop(TopicAction):
    topic = "stop"

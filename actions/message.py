"""A word for whoever comes."""

from __future__ import annotations

from actions.base import TopicAction


class ActionMessage(TopicAction):
    topic = "message"

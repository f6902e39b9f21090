"""Another phone, name or address for what is stored."""

from __future__ import annotations

from actions.base import TopicAction


class ActionDetails(TopicAction):
    topic = "details"

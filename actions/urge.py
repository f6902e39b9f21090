"""Asking for more speed."""

from __future__ import annotations

from actions.base import TopicAction


class ActionUrge(TopicAction):
    topic = "urge"

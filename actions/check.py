"""Looking up a warranty by serial number."""

from __future__ import annotations

from actions.base import TopicAction


class ActionCheck(TopicAction):
    topic = "check"

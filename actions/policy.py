"""Every other policy question."""

from __future__ import annotations

from actions.base import TopicAction


class ActionPolicy(TopicAction):
    topic = "policy"

"""The customer's word on finished work."""

from __future__ import annotations

from actions.base import TopicAction


class ActionAcceptance(TopicAction):
    topic = "acceptance"

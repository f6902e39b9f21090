"""Cancelling what was booked."""

from __future__ import annotations

from actions.base import TopicAction


class ActionCancel(TopicAction):
    topic = "cancel"

"""Booking a repair or an installation."""

from __future__ import annotations

from actions.base import TopicAction


class ActionRepair(TopicAction):
    topic = "repair"

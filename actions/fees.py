"""What is charged when."""

from __future__ import annotations

from actions.base import TopicAction


class ActionFees(TopicAction):
    topic = "fees"

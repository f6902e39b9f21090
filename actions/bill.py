"""What it cost, line by line."""

from __future__ import annotations

from actions.base import TopicAction


class ActionBill(TopicAction):
    topic = "bill"

"""A prepayment that is wanted back."""

from __future__ import annotations

from actions.base import TopicAction


class ActionRefund(TopicAction):
    topic = "refund"

"""Asking back when nothing was understood."""

from __future__ import annotations

from actions.base import TopicAction


class ActionUnsure(TopicAction):
    topic = "unsure"

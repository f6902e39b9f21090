"""How long what is covered."""

from __future__ import annotations

from actions.base import TopicAction


class ActionPeriod(TopicAction):
    topic = "period"

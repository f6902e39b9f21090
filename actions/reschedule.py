"""Moving a visit to another time."""

from __future__ import annotations

from actions.base import TopicAction


class ActionReschedule(TopicAction):
    topic = "reschedule"

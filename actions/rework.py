"""What was mended has broken again."""

from __future__ import annotations

from actions.base import TopicAction


class ActionRework(TopicAction):
    topic = "rework"

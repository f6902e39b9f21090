"""Where a request stands: shown to its own conversation, or to whoever knows number and phone."""

from __future__ import annotations

from actions.base import TopicAction


class ActionProgress(TopicAction):
    topic = "progress"

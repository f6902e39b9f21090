"""Taking down a complaint."""

from __future__ import annotations

from actions.base import TopicAction


class ActionComplaint(TopicAction):
    topic = "complaint"

"""An extended warranty that somebody wants."""

from __future__ import annotations

from actions.base import TopicAction


class ActionLead(TopicAction):
    topic = "lead"

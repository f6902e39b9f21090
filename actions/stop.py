"""Letting go of what was in hand."""

from __future__ import annotations

from actions.base import TopicAction
from actions.requests import drop_draft


class ActionStop(TopicAction):
    topic = "stop"
    performs = {"drop_draft": drop_draft}

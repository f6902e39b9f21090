"""Greeting, thanks, goodbye, and what the assistant does not do."""

from __future__ import annotations

from actions.base import TopicAction


class ActionSmalltalk(TopicAction):
    topic = "smalltalk"

"""Showing and answering a quote."""

from __future__ import annotations

from actions.base import TopicAction


class ActionQuote(TopicAction):
    topic = "quote"

"""Rating work that is over."""

from __future__ import annotations

from actions.base import TopicAction


class ActionRating(TopicAction):
    topic = "rating"

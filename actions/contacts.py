"""Ways to reach a brand, and outlets."""

from __future__ import annotations

from actions.base import TopicAction


class ActionContacts(TopicAction):
    topic = "contacts"

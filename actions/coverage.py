"""Whether a fault is covered: decided by policies_kb, said by bot.wording."""

from __future__ import annotations

from actions.base import TopicAction


class ActionCoverage(TopicAction):
    topic = "coverage"

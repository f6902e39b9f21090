"""Booking a repair or an installation."""

from __future__ import annotations

from actions.base import TopicAction
from actions.requests import open_ticket, save_draft


class ActionRepair(TopicAction):
    topic = "repair"
    performs = {"save_draft": save_draft, "open_ticket": open_ticket}

"""Taking down a complaint."""

from __future__ import annotations

from actions.base import TopicAction
from actions.requests import open_ticket, save_draft


class ActionComplaint(TopicAction):
    topic = "complaint"
    performs = {"save_draft": save_draft, "open_ticket": open_ticket}

"""Sending goods back or exchanging them."""

from __future__ import annotations

from actions.base import TopicAction


class ActionGoods(TopicAction):
    topic = "goods"

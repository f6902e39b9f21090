"""The tables of conversations: what was said, who holds each one, and what was asked in vain."""

from __future__ import annotations

import sqlalchemy as sa

from bot.database import Moment, Serial, metadata

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("since", Moment),
    sa.Column("agent", sa.Text),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("slots", sa.JSON, nullable=False),
    sa.Index(None, "mode", "since"),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("conversation", sa.Text, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("card", sa.JSON(none_as_null=True)),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("message_id", sa.Text),
    sa.Column("reply_to", Serial, sa.ForeignKey("messages.id"), index=True),
    sa.Column("status", sa.Text),
    sa.Column("tried", Moment),
    sa.UniqueConstraint("conversation", "message_id"),
    sa.Index(None, "conversation", "id"),
    sa.Index(None, "status", "tried"),
    sqlite_autoincrement=True,
)

questions = sa.Table(
    "questions",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("brand", sa.Text),
    sa.Column("product", sa.Text),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("message_id", sa.Text),
    sa.UniqueConstraint("conversation", "message_id"),
    sa.Index(None, "brand", "id"),
)

"""The tables of tickets, their history and their drafts."""

from __future__ import annotations

import sqlalchemy as sa

from bot.database import Moment, Serial, metadata

#: `body` is the whole ticket in its own JSON; the other columns are what it is looked up by,
#: written with it in one place (`rows._row`). So a new field of a ticket needs no migration.
tickets = sa.Table(
    "tickets",
    metadata,
    sa.Column("no", sa.Text, primary_key=True),
    sa.Column("draft_id", sa.Text, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("brand", sa.Text),
    sa.Column("product", sa.Text),
    sa.Column("serial", sa.Text, index=True),
    sa.Column("phone", sa.Text, index=True),
    sa.Column("contact_phone", sa.Text, index=True),
    sa.Column("conversation", sa.Text, index=True),
    sa.Column("related", sa.Text, index=True),
    sa.Column("assignee", sa.Text),
    sa.Column("priority", sa.Text),
    sa.Column("due", Moment, index=True),
    sa.Column("follow_up", Moment, index=True),
    sa.Column("created", Moment, nullable=False, index=True),
    sa.Column("updated", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Index(None, "state", "kind"),
)

#: Rows are added and never changed: the store has no statement that would.
history = sa.Table(
    "ticket_history",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("ticket_no", sa.Text, sa.ForeignKey("tickets.no"), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("field", sa.Text),
    sa.Column("old", sa.JSON(none_as_null=True)),
    sa.Column("new", sa.JSON(none_as_null=True)),
    sa.Column("note", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False, index=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

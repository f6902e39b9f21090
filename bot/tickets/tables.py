"""The tables of tickets, their history and their drafts, and of how customers prove who they are."""

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
    sa.Column("visit", sa.Text, index=True),
    sa.Column("technician", sa.Text),
    sa.Column("assignee", sa.Text),
    sa.Column("priority", sa.Text),
    sa.Column("due", Moment, index=True),
    sa.Column("follow_up", Moment, index=True),
    sa.Column("created", Moment, nullable=False, index=True),
    sa.Column("updated", Moment, nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Index(None, "state", "kind"),
)

#: Rows are added and never changed: the database itself refuses it, by a trigger. `version` is the
#: ticket's after the change; of what was moved in from elsewhere, and of a mere look, it is null.
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
    sa.Column("version", sa.Integer),
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

#: Changes that one message asks for, by the id that is made of it: told twice, it changes nothing twice.
done_once = sa.Table(
    "done_once",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("ticket_no", sa.Text, sa.ForeignKey("tickets.no"), nullable=False),
    sa.Column("at", Moment, nullable=False),
)

#: Wrong tries at what proves a customer (`tries`): for each conversation, number asked for and one-time code.
wrong_tries = sa.Table(
    "wrong_tries",
    metadata,
    sa.Column("about", sa.Text, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("until", Moment, nullable=False),
)

#: One-time codes, each for one phone in one conversation. Of a code only its digest is kept.
codes = sa.Table(
    "one_time_codes",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("conversation", sa.Text, nullable=False, index=True),
    sa.Column("phone", sa.Text, nullable=False, index=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("sent", Moment, nullable=False),
    sa.Column("used", Moment),
    sqlite_autoincrement=True,
)

#: The version of a ticket that its customer was told of last, whichever way (`telling`).
told = sa.Table(
    "told",
    metadata,
    sa.Column("ticket_no", sa.Text, sa.ForeignKey("tickets.no"), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
)

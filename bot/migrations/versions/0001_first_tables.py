"""The first tables: tickets with history, drafts and outbox; conversations and messages."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
LOOKED_UP = (
    "serial",
    "phone",
    "contact_phone",
    "conversation",
    "related",
    "due",
    "follow_up",
    "created",
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "tickets",
        sa.Column("no", sa.Text, nullable=False),
        sa.Column("draft_id", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("brand", sa.Text),
        sa.Column("product", sa.Text),
        sa.Column("serial", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("contact_phone", sa.Text),
        sa.Column("conversation", sa.Text),
        sa.Column("related", sa.Text),
        sa.Column("assignee", sa.Text),
        sa.Column("priority", sa.Text),
        sa.Column("due", MOMENT),
        sa.Column("follow_up", MOMENT),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("updated", MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_tickets"),
        sa.UniqueConstraint("draft_id", name="uq_tickets_draft_id"),
    )
    for column in LOOKED_UP:
        op.create_index(f"ix_tickets_{column}", "tickets", [column])
    op.create_index("ix_tickets_state_kind", "tickets", ["state", "kind"])

    op.create_table(
        "ticket_history",
        sa.Column("id", SERIAL, nullable=False, autoincrement=True),
        sa.Column("ticket_no", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("field", sa.Text),
        sa.Column("old", sa.JSON),
        sa.Column("new", sa.JSON),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_history"),
        sa.ForeignKeyConstraint(["ticket_no"], ["tickets.no"], name="fk_ticket_history_ticket_no"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_history_ticket_no", "ticket_history", ["ticket_no"])

    op.create_table(
        "drafts",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    op.create_index("ix_drafts_conversation", "drafts", ["conversation"])

    op.create_table(
        "outbox",
        sa.Column("id", SERIAL, nullable=False, autoincrement=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("ticket_no", sa.Text, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(["ticket_no"], ["tickets.no"], name="fk_outbox_ticket_no"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_ticket_no", "outbox", ["ticket_no"])

    op.create_table(
        "conversations",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("since", MOMENT),
        sa.Column("agent", sa.Text),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("slots", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_mode_since", "conversations", ["mode", "since"])

    op.create_table(
        "messages",
        sa.Column("id", SERIAL, nullable=False, autoincrement=True),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("card", sa.JSON),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text),
        sa.Column("reply_to", SERIAL),
        sa.Column("status", sa.Text),
        sa.Column("tried", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name="fk_messages_conversation"),
        sa.ForeignKeyConstraint(["reply_to"], ["messages.id"], name="fk_messages_reply_to"),
        sa.UniqueConstraint("conversation", "message_id", name="uq_messages_conversation_message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_reply_to", "messages", ["reply_to"])
    op.create_index("ix_messages_conversation_id", "messages", ["conversation", "id"])
    op.create_index("ix_messages_status_tried", "messages", ["status", "tried"])

"""The deadlines of tickets; how the delivery of each announcement stands."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table of deadlines; what the outbox holds already waits for its first try."""
    op.create_table(
        "deadlines",
        sa.Column("id", SERIAL, nullable=False, autoincrement=True),
        sa.Column("ticket_no", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("started", MOMENT, nullable=False),
        sa.Column("earliest", MOMENT),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("guessed", sa.Text),
        sa.Column("escalated", MOMENT),
        sa.Column("ended", MOMENT),
        sa.Column("outcome", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_deadlines"),
        sa.ForeignKeyConstraint(
            ["ticket_no"], ["tickets.no"], name="fk_deadlines_ticket_no", deferrable=True, initially="DEFERRED"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deadlines_ticket_no", "deadlines", ["ticket_no"])
    op.create_index("ix_deadlines_ended_due", "deadlines", ["ended", "due"])

    op.add_column("outbox", sa.Column("status", sa.Text, nullable=False, server_default="waiting"))
    op.add_column("outbox", sa.Column("tries", sa.Integer, nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("not_before", MOMENT))
    op.add_column("outbox", sa.Column("sent", MOMENT))
    op.add_column("outbox", sa.Column("error", sa.Text))
    op.create_index("ix_outbox_status_not_before", "outbox", ["status", "not_before"])

"""Which version of a ticket its customer was told of; of tickets that are there already, the present one."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table, and find tickets by when they changed last."""
    op.create_table(
        "told",
        sa.Column("ticket_no", sa.Text, sa.ForeignKey("tickets.no"), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.execute(sa.text("INSERT INTO told (ticket_no, version) SELECT no, version FROM tickets"))
    op.create_index("ix_tickets_updated", "tickets", ["updated"])


def downgrade() -> None:
    """Take both away."""
    op.drop_index("ix_tickets_updated", "tickets")
    op.drop_table("told")

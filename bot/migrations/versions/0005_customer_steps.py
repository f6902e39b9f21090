"""What customers did with their tickets, by the message that asked for it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "done_once",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("ticket_no", sa.Text, sa.ForeignKey("tickets.no"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("done_once")

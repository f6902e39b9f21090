"""Questions that the sources do not answer."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "questions",
        sa.Column("id", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("brand", sa.Text),
        sa.Column("product", sa.Text),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text),
        sa.UniqueConstraint("conversation", "message_id", name="uq_questions_conversation_message_id"),
    )
    op.create_index("ix_questions_brand_id", "questions", ["brand", "id"])


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("questions")

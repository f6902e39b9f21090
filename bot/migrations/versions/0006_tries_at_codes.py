"""Wrong tries at a one-time code are counted with all others, in `wrong_tries`."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Take the column of their own away; a code that is being tried at this moment starts anew."""
    op.drop_column("one_time_codes", "tries")


def downgrade() -> None:
    """Give it back, with no wrong tries in it."""
    op.add_column("one_time_codes", sa.Column("tries", sa.Integer, nullable=False, server_default="0"))

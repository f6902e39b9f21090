"""The staff's side: visits, technicians, versions in a history that cannot be rewritten, and proofs of identity."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)

_SQLITE_GUARDS = [
    f"CREATE TRIGGER ticket_history_no_{word} BEFORE {word} ON ticket_history"
    " BEGIN SELECT RAISE(ABORT, 'the history of tickets is never changed'); END"
    for word in ("UPDATE", "DELETE")
]
_POSTGRESQL_GUARDS = [
    "CREATE FUNCTION ticket_history_is_kept() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the history of tickets is never changed'"
    " USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER ticket_history_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ticket_history"
    " FOR EACH STATEMENT EXECUTE FUNCTION ticket_history_is_kept()",
]


def upgrade() -> None:
    """Add the columns and tables, fill the columns from what is stored, close the history."""
    op.add_column("tickets", sa.Column("visit", sa.Text))
    op.add_column("tickets", sa.Column("technician", sa.Text))
    op.create_index("ix_tickets_visit", "tickets", ["visit"])
    op.add_column("ticket_history", sa.Column("version", sa.Integer))
    _fill_technicians()

    op.create_table(
        "wrong_tries",
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("about", name="pk_wrong_tries"),
    )
    op.create_table(
        "one_time_codes",
        sa.Column("id", SERIAL, nullable=False, autoincrement=True),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("sent", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("used", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_codes"),
        sqlite_autoincrement=True,
    )
    for column in ("conversation", "phone"):
        op.create_index(f"ix_one_time_codes_{column}", "one_time_codes", [column])

    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in _SQLITE_GUARDS if is_sqlite else _POSTGRESQL_GUARDS:
        op.execute(sa.text(guard))


def _fill_technicians() -> None:
    tickets = sa.table("tickets", sa.column("no"), sa.column("technician"), sa.column("body", sa.JSON))
    connection = op.get_bind()
    for no, body in connection.execute(sa.select(tickets.c.no, tickets.c.body)).all():
        if technician := body.get("technician"):
            is_it = tickets.c.no == no
            connection.execute(sa.update(tickets).where(is_it).values(technician=technician))

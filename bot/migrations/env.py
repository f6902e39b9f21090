"""How alembic runs a migration: in the transaction that `bot.database` has opened and locked."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()

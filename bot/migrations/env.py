"""How alembic runs a migration: in the transaction that `bot.database` has opened and locked.

A migration spells its tables out as they were in its day, takes nothing from the program, and is never changed:
what it shares with today's tables is no repetition.
"""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()

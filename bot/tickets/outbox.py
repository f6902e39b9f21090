"""What others must hear of: rows written in the transaction of the change itself.

A change that is stored is announced, one that is not stored is not. A row names the ticket and
what happened to it, never a person: whoever delivers it reads the ticket as it then stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.database import Moment, Serial, metadata

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("ticket_no", sa.Text, sa.ForeignKey("tickets.no"), nullable=False, index=True),
    sa.Column("payload", sa.JSON, nullable=False),
    sqlite_autoincrement=True,
)


def enqueue(
    connection: Connection,
    event: str,
    ticket_no: str,
    *,
    at: datetime,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """Announce ticket.opened, ticket.moved or ticket.amended when the transaction commits."""
    row = {"at": at, "event": event, "ticket_no": ticket_no, "payload": dict(payload or {})}
    connection.execute(sa.insert(outbox).values(row))

"""All that was said: one table that channels, the desk and the event streams read.

A customer's words are stored before anybody thinks about them. Their row says how far they came:
`received` (somebody is at it, since `tried`), then `answered` or `failed`; what stays `received`
too long or `failed` is handed over again by whoever takes it, and only one can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bot.conversations.mode import hold
from bot.conversations.tables import messages
from bot.database import Database, StoreUnavailable

__all__ = ["Message", "NewMessage", "Status", "StoreUnavailable", "Stored", "Transcript", "Who"]


class Who(str, Enum):
    """Whose words they are."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class Status(str, Enum):
    """How far a customer's words came; answered also where they were left to a person."""

    RECEIVED = "received"
    ANSWERED = "answered"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One row; kind is text, card or event, status and tried stand in a customer's rows only."""

    id: int
    conversation: str
    at: datetime
    who: Who
    kind: str
    text: str
    card: Mapping[str, Any] | None
    channel: str
    message_id: str | None
    reply_to: int | None
    status: Status | None
    tried: datetime | None


@dataclass(frozen=True, kw_only=True)
class NewMessage:
    """A row to be: what was said, and where. `kind` is card where there is a card and text where there is none; only a
    customer's words carry a `message_id`, and only an answer names the row that it is a `reply_to`."""

    conversation: str
    who: Who
    text: str
    channel: str
    at: datetime
    kind: str | None = None
    card: Mapping[str, Any] | None = None
    message_id: str | None = None
    reply_to: int | None = None

    def __post_init__(self) -> None:
        if self.message_id and self.who is not Who.CUSTOMER:
            raise ValueError("only a customer's words carry a message id")

    def row(self) -> dict[str, Any]:
        """Its columns; a customer's words wait for an answer from now on."""
        is_customers = self.who is Who.CUSTOMER
        return {
            **{field.name: getattr(self, field.name) for field in fields(self)},
            "who": self.who.value,
            "kind": self.kind or ("text" if self.card is None else "card"),
            "text": _storable(self.text),
            "message_id": self.message_id or None,
            "status": Status.RECEIVED.value if is_customers else None,
            "tried": self.at if is_customers else None,
        }


@dataclass(frozen=True)
class Stored:
    """A stored row; where it was `seen_before`, its `status` says what to do."""

    row: Message
    seen_before: bool


class Transcript:
    """The transcript of one database; safe in any number of threads and processes."""

    def __init__(self, database: Database | str) -> None:
        self._database = Database.at(database)

    def record(self, message: NewMessage) -> Stored:
        """Append a row. A `message_id` that the conversation has seen stores nothing and gives the row of the first
        time."""
        return self._database.write(lambda connection: _append(connection, message.row()))

    def append(self, connection: Connection, message: NewMessage) -> Message:
        """Append a row that is nobody's answer, in a transaction that is under way."""
        return _append(connection, message.row()).row

    def get(self, row_id: int) -> Message | None:
        """One row."""
        rows = self._select(messages.c.id == row_id)
        return rows[0] if rows else None

    def replies_to(self, row_id: int) -> list[Message]:
        """What was answered to a customer's row, in order."""
        return self._select(messages.c.reply_to == row_id)

    def after(self, conversation: str, after_id: int = 0, *, limit: int = 100) -> list[Message]:
        """The rows of a conversation that follow `after_id`, oldest first.

        No row appears later with a smaller id than one already seen: an event stream may go on
        from the last id it has read.
        """
        is_wanted = (messages.c.conversation == conversation) & (messages.c.id > after_id)
        return self._select(is_wanted, limit=limit)

    def last_customer(self, conversation: str) -> Message | None:
        """The customer's latest words."""
        is_wanted = (messages.c.conversation == conversation) & (messages.c.who == Who.CUSTOMER.value)
        rows = self._select(is_wanted, order=messages.c.id.desc(), limit=1)
        return rows[0] if rows else None

    # How far a customer's words came

    def settle(self, row_id: int, status: Status) -> None:
        """Say that a customer's words were answered, or that the attempt failed."""
        change = sa.update(messages).where(messages.c.id == row_id).values(status=status.value)
        with self._database.writing() as connection:
            connection.execute(change)

    def settle_with(self, row_ids: Sequence[int], answered_with: int | None, status: Status) -> None:
        """Settle rows that were answered together with a later one, whose replies are theirs."""
        if row_ids:
            values = {"status": status.value, "reply_to": answered_with}
            change = sa.update(messages).where(messages.c.id.in_(list(row_ids))).values(values)
            with self._database.writing() as connection:
                connection.execute(change)

    def is_asked(self, conversation: str) -> bool:
        """Whether the last that was said to the customer is a question."""
        is_said = (messages.c.conversation == conversation) & (messages.c.who == Who.BOT.value)
        rows = self._select(is_said, order=messages.c.id.desc(), limit=1)
        return bool(rows) and (rows[0].card or {}).get("type") == "ask"

    def unanswered(self, *, older_than: datetime, limit: int = 100) -> list[Message]:
        """Customers' words that failed, or wait since before `older_than`; oldest first."""
        return self._select(_is_open(older_than), limit=limit)

    def pending(self, conversation: str) -> list[Message]:
        """The customer's words of a conversation that have no answer yet, oldest first."""
        is_pending = messages.c.status.in_([Status.RECEIVED.value, Status.FAILED.value])
        return self._select((messages.c.conversation == conversation) & is_pending)

    def take(self, row_id: int, *, older_than: datetime, at: datetime) -> bool:
        """Take words of `unanswered` to hand them over again; false where another was faster."""
        change = (
            sa.update(messages)
            .where(messages.c.id == row_id, _is_open(older_than))
            .values(status=Status.RECEIVED.value, tried=at)
        )
        with self._database.writing() as connection:
            return bool(connection.execute(change).rowcount)

    def _select(self, condition: Any, *, order: Any = None, limit: int | None = None) -> list[Message]:
        by = messages.c.id if order is None else order
        query = sa.select(messages).where(condition).order_by(by).limit(limit)
        with self._database.reading() as connection:
            return [_message(row) for row in connection.execute(query)]


def _storable(text: str) -> str:
    """The text without what no database takes: NUL, and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _is_open(older_than: datetime) -> Any:
    is_left = (messages.c.status == Status.RECEIVED.value) & (messages.c.tried < older_than)
    return (messages.c.status == Status.FAILED.value) | is_left


def _append(connection: Connection, values: Mapping[str, Any]) -> Stored:
    # Held, so that rows of one conversation are numbered and become visible in the same order.
    hold(connection, values["conversation"])
    if values["message_id"]:
        seen = sa.select(messages).where(
            messages.c.conversation == values["conversation"],
            messages.c.message_id == values["message_id"],
        )
        if (row := connection.execute(seen).one_or_none()) is not None:
            return Stored(_message(row), seen_before=True)
    result = connection.execute(sa.insert(messages).values(values))
    (row_id,) = result.inserted_primary_key
    return Stored(_message_of({"id": row_id, **values}), seen_before=False)


def _message(row: Row) -> Message:
    return _message_of(row._mapping)


def _message_of(values: Mapping[str, Any]) -> Message:
    known = {f.name: values[f.name] for f in fields(Message)}
    status = None if values["status"] is None else Status(values["status"])
    return Message(**{**known, "who": Who(values["who"]), "status": status})

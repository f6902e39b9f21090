"""Who holds a conversation: the bot, a person, or nobody yet (the customer waits for one)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bot.conversations.tables import conversations
from bot.database import Database, StoreUnavailable

__all__ = ["Held", "Mode", "Modes", "StoreUnavailable", "hold"]


class Mode(str, Enum):
    """Who answers: the bot; the bot while the customer waits for a person; a person alone."""

    BOT = "bot"
    WAITING = "waiting"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Held:
    """How a conversation is held: `reason` is a code, `summary` and `slots` brief the person."""

    conversation: str
    mode: Mode = Mode.BOT
    reason: str | None = None
    since: datetime | None = None
    agent: str | None = None
    summary: str = ""
    slots: Mapping[str, Any] = field(default_factory=dict)


class Modes:
    """The modes of all conversations of one database; one that nobody has set is the bot's."""

    def __init__(self, database: Database | str) -> None:
        self._database = Database.at(database)

    def mode(self, conversation: str) -> Held:
        """How the conversation is held now."""
        query = sa.select(conversations).where(conversations.c.id == conversation)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return Held(conversation=conversation) if row is None else _held(row)

    def set_mode(
        self,
        conversation: str,
        mode: Mode,
        *,
        reason: str | None,
        at: datetime,
        agent: str | None = None,
        summary: str = "",
        slots: Mapping[str, Any] | None = None,
        expect: Mode | None = None,
    ) -> Held | None:
        """Hand the conversation over; None where it is not (any more) in the mode `expect`.

        Two agents who take the same customer both expect `waiting`; the second is told None. A
        summary and slots that are not given stay as they were.
        """

        def write(connection: Connection) -> Held | None:
            before = hold(connection, conversation)
            if expect is not None and before.mode is not expect:
                return None
            held = Held(
                conversation=conversation,
                mode=mode,
                reason=reason,
                since=at,
                agent=agent,
                summary=summary or before.summary,
                slots=before.slots if slots is None else slots,
            )
            is_it = conversations.c.id == conversation
            connection.execute(sa.update(conversations).where(is_it).values(_row(held)))
            return held

        return self._database.write(write)

    def waiting(self) -> list[Held]:
        """The conversations that wait for a person, the longest wait first."""
        query = (
            sa.select(conversations)
            .where(conversations.c.mode == Mode.WAITING.value)
            .order_by(conversations.c.since, conversations.c.id)
        )
        with self._database.reading() as connection:
            return [_held(row) for row in connection.execute(query)]


def hold(connection: Connection, conversation: str) -> Held:
    """How the conversation is held; its row, made if new, stays locked in this transaction."""
    locked = sa.select(conversations).where(conversations.c.id == conversation).with_for_update()
    row = connection.execute(locked).one_or_none()
    if row is not None:
        return _held(row)
    held = Held(conversation=conversation)
    connection.execute(sa.insert(conversations).values(_row(held)))
    return held


def _row(held: Held) -> dict[str, Any]:
    row = {f.name: getattr(held, f.name) for f in fields(held) if f.name != "conversation"}
    return {**row, "id": held.conversation, "mode": held.mode.value}


def _held(row: Row) -> Held:
    values = dict(row._mapping)
    return Held(conversation=values.pop("id"), **{**values, "mode": Mode(values["mode"])})

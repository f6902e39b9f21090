"""One-time codes that prove a phone: sent to it, told back in the conversation, good once and for a short time.

Of a code only a keyed digest is stored. How it reaches the phone is the sender's business; the one
that comes with the program writes it to a file, for a machine without a gateway for short messages.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bot import settings
from bot.database import Database
from bot.tickets import rows, tries
from bot.tickets.rules import CodeRules, rules
from bot.tickets.tables import codes


class Sender(Protocol):
    """Brings a code to a phone."""

    def send(self, phone: str, code: str) -> None:
        """Bring it there. Raises `NotSent` where that is not possible now."""


class NotSent(Exception):
    """The code did not reach the phone; there is none."""


class FileSender:
    """Writes each code as a line of JSON to a file that only its owner reads."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, phone: str, code: str) -> None:
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "a", encoding="utf-8") as file:
                file.write(json.dumps({"phone": phone, "code": code}) + "\n")
        except OSError as error:
            raise NotSent(f"cannot write {self._path}: {error.strerror}") from error


@dataclass(frozen=True)
class Sent:
    """A code is on its way, good until then."""

    until: datetime


@dataclass(frozen=True)
class TooSoon:
    """So many were sent that the next one has to wait until then."""

    until: datetime


@dataclass(frozen=True)
class Proven:
    """The customer holds this phone; the conversation may count on it until then."""

    phone: str
    until: datetime


@dataclass(frozen=True)
class Wrong:
    """Not the code. With no tries left, or where none was good any more, only a new one helps."""

    tries_left: int


class OneTimeCodes:
    """The codes of one database.

    Without a sender they go to the file codes.jsonl in BAOXIU_VAR; without a key the program's own
    secret is taken.
    """

    def __init__(self, database: Database | str, sender: Sender | None = None, *, key: bytes | None = None) -> None:
        self._database = Database.at(database)
        self._sender = sender or FileSender(settings.var_dir() / "codes.jsonl")
        self._key = key or settings.secret()

    def send(self, phone: str, *, conversation: str, at: datetime) -> Sent | TooSoon:
        """Send a code; the conversation's earlier ones are good no longer. Raises `NotSent`."""
        rule, number = rules().code, rows.digits(phone)
        code = f"{secrets.randbelow(10**rule.digits):0{rule.digits}}"
        row = {"conversation": conversation, "phone": number, "sent": at}
        with self._database.writing() as connection:
            if until := _wait(connection, number, conversation, rule, at):
                return TooSoon(until)
            added = sa.insert(codes).values(digest=self._digest(conversation, code), **row)
            (id_,) = connection.execute(added).inserted_primary_key
        try:
            self._sender.send(number, code)
        except NotSent:
            with self._database.writing() as connection:
                connection.execute(sa.delete(codes).where(codes.c.id == id_))
            raise
        return Sent(at + rule.valid)

    def check(self, code: str, *, conversation: str, at: datetime) -> Proven | Wrong:
        """Compare what the customer says with the code sent last."""
        rule = rules().code
        with self._database.writing() as connection:
            row = _last_held(connection, conversation)
            if row is None or row.used is not None or at >= row.sent + rule.valid:
                return Wrong(0)
            tried = tries.held(connection, f"code:{row.id}", allowed=rule.wrong_tries, at=at)
            if tried.closed_until:
                return Wrong(0)
            if not hmac.compare_digest(row.digest, self._digest(conversation, code)):
                return Wrong(tried.count_wrong(until=row.sent + rule.valid))
            connection.execute(sa.update(codes).where(codes.c.id == row.id).values(used=at))
            return Proven(row.phone, at + rule.proves_for)

    def proven(self, conversation: str, *, at: datetime) -> Proven | None:
        """The phone that this conversation has proven and may still count on."""
        is_used = (codes.c.conversation == conversation, codes.c.used.is_not(None))
        query = sa.select(codes).where(*is_used).order_by(codes.c.id.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        until = row.used + rules().code.proves_for if row is not None else at
        return Proven(row.phone, until) if row is not None and at < until else None

    def _digest(self, conversation: str, code: str) -> str:
        message = f"code:{conversation}:{code}".encode("utf-8", "replace")
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()


def _wait(connection: Connection, phone: str, conversation: str, rule: CodeRules, at: datetime) -> datetime | None:
    """Until when no code is sent to this phone, or from this conversation; None where one may be sent now."""
    is_same = sa.or_(codes.c.phone == phone, codes.c.conversation == conversation)
    day = timedelta(days=1)
    query = sa.select(codes.c.sent).where(is_same, codes.c.sent > at - day).order_by(codes.c.sent)
    sent = connection.execute(query).scalars().all()
    waits = [sent[-1] + rule.again_after] if sent else []
    waits += [sent[-rule.a_day] + day] if len(sent) >= rule.a_day else []
    return max((until for until in waits if until > at), default=None)


def _last_held(connection: Connection, conversation: str) -> Row | None:
    query = sa.select(codes).where(codes.c.conversation == conversation).order_by(codes.c.id.desc()).limit(1)
    return connection.execute(query.with_for_update()).one_or_none()

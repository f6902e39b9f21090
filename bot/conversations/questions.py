"""What customers asked and the sources do not answer: the support team's list of what to write next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.conversations.tables import questions
from bot.database import Database
from policies_kb.normalise import normalise

_NUMBER = re.compile(r"\d[\d -]{3,}\d")  # a phone, a serial, a ticket: nothing that belongs on this list


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question without an answer; `brand` and `product` are catalog slugs, as the conversation knew them."""

    text: str
    brand: str | None
    product: str | None
    at: datetime
    channel: str = ""
    conversation: str = ""


class Questions:
    """The unanswered questions of one database."""

    def __init__(self, database: Database | str) -> None:
        self._database = Database.at(database)

    def record(self, question: Question, *, message_id: str | None = None) -> None:
        """Keep a question, numbers left out; a message seen before is not kept again. Raises `StoreUnavailable`."""
        row = {
            "text": _NUMBER.sub("…", normalise(question.text).text),
            "brand": question.brand,
            "product": question.product,
            "at": question.at,
            "channel": question.channel,
            "conversation": question.conversation,
            "message_id": message_id or None,
        }
        try:
            with self._database.writing() as connection:
                connection.execute(sa.insert(questions).values(**row))
        except IntegrityError:
            return  # the same message told twice

    def newest(self, *, brand: str | None = None, limit: int = 100) -> Sequence[Question]:
        """The last ones, newest first; of one brand or of all. Raises `StoreUnavailable`."""
        query = sa.select(questions).order_by(questions.c.id.desc()).limit(limit)
        if brand is not None:
            query = query.where(questions.c.brand == brand)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [
            Question(
                text=row.text,
                brand=row.brand,
                product=row.product,
                at=row.at,
                channel=row.channel,
                conversation=row.conversation,
            )
            for row in rows
        ]

"""Conversations as data, judged by what is stored at the end and by what had to be told.

A conversation has a `name` (its rule), `turns`, `tickets` (all that is stored at the end), and perhaps `now` (the
clock at its beginning) and `fails` (why it is known to fail; one that passes all the same breaks the run, so that its
mark is taken off). A turn is [text, how it is understood?, expectations?]; or {wait: PT72H}: the clock moves on; or
{staff: {quote: …, state: [dispatched, diagnosing]}, of: washer?}: somebody changes the fields of the newest ticket (of
that product), then moves it.

Expectations:
    says, never    words that the answer has to tell (一年/1年: written either way), or must not
    says_one_of    words of which it has to tell at least one
    asks           words of its last card
    offers         a quick reply
    outcome        of a coverage card
    cites          the beginning of clause ids: each has to be cited as an answer, not as what comes closest to one
    hands          the topics that answer, where the way itself matters
    again          whether it is word for word the answer before
    by             another conversation on the same store
    down           the store cannot be reached
    sure           the confidence of language understanding, where it is given
A text may be a list of bubbles, which are answered as one.
{no} is the number of the newest ticket, {NO} the same in full-width characters, {digits} without its letters, {typo}
with a wrong digit; {stranger} belongs to nobody.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from pydantic.datetime_parse import parse_duration
from ruamel.yaml import YAML

from actions import base
from actions.calls import Stores
from actions.stop import ActionStop
from bot.database import StoreUnavailable
from bot.dialogue import Call, Context, plan
from bot.text.ticket_no import is_ticket_no
from bot.tickets.lifecycle import Refused
from bot.tickets.model import State
from bot.wording import Card
from tests.conversations.judging import EXPECTATIONS, Answer, mismatches, never_said, unlike
from tests.dialogue.talk import NOW, Talk
from tests.empty_store import store_at

_PAUSE = "\uff0c"  # what bubbles are joined with

#: What a text means, as Rasa's parse data: from the text, how the turn says it is understood, and its expectations.
Understand = Callable[[str, Sequence[str], Mapping[str, Any]], Mapping[str, Any]]


class Unreachable:
    """A store nobody can reach."""

    def __getattr__(self, name: str) -> Any:
        raise StoreUnavailable("the database is away")


class Served(Talk):
    """A conversation whose calls go through the actions' own error boundary; `down` takes the store away."""

    topics: list[str]
    down = False

    def hear(self, message: Mapping[str, Any]) -> list[Card]:
        self.topics = plan(self.desk, message, self.now)
        return super().hear(message)

    def _perform_in(self, context: Context) -> Any:
        def perform(call: Call) -> Mapping[str, Any]:
            with mock.patch.object(base, "stores", self._reachable):
                return ActionStop()._perform(context, call)

        return perform

    def _reachable(self) -> Any:
        away = mock.Mock(tickets=Unreachable(), identity=Unreachable(), modes=Unreachable())
        return away if self.down else self.stores

    @classmethod
    def opened(cls, folder: Path, *, name: str = "talk") -> Served:
        """A conversation of this name with a store of its own."""
        return cls(Stores(store_at(folder / f"{name}.db")), conversation=name)

    def stored(self) -> list[dict[str, Any]]:
        """All tickets of the store, whoever opened them, newest first."""
        return [ticket.to_json() for ticket in self.stores.tickets.search()]


def conversations(folder: Path, *, learned: bool = False) -> Iterator[Any]:
    """The conversations of all files below a folder, as parameters of a test.

    A known failure that passes breaks the run, so that its mark is taken off; not where a `learned` model decides,
    which a few more sentences may tip either way.
    """
    for path in sorted(folder.rglob("*.yml")):
        for conversation in YAML(typ="safe").load(path.read_text(encoding="utf-8")):
            reason = conversation.get("fails")
            marks = [pytest.mark.xfail(reason=reason, strict=not learned)] if reason else []
            yield pytest.param(conversation, id=f"{path.stem}: {conversation['name']}", marks=marks)


class Run:
    """One conversation from its first turn to what is stored at its end."""

    def __init__(
        self, conversation: Mapping[str, Any], folder: Path, understand: Understand, *, name: str = "talk"
    ) -> None:
        self._conversation, self._understand = conversation, understand
        self._first = Served.opened(folder, name=name)
        self._now = datetime.fromisoformat(conversation["now"]) if "now" in conversation else NOW
        self._others: dict[str, Served] = {}
        self._before = ""  # the answer before
        self._heard = ""  # all that customers said

    def mismatches(self) -> list[str]:
        """Where the conversation went otherwise than its turns and its tickets say."""
        wrong = [mismatch for turn in self._conversation["turns"] for mismatch in self._turn(turn)]
        return wrong + list(unlike(self._first.stored(), self._conversation["tickets"]))

    def _turn(self, turn: Any) -> Iterator[str]:
        if isinstance(turn, Mapping):
            assert set(turn) <= {"wait", "staff", "of"}, f"unknown turn {turn}"
            self._now += parse_duration(turn.get("wait", "PT0S"))
            return self._work(turn.get("staff", {}), turn.get("of"))
        text, *meant = turn
        text = _PAUSE.join(text) if isinstance(text, list) else text  # several bubbles (bot.channels.bubbles)
        expected = meant.pop() if meant and isinstance(meant[-1], Mapping) else {}
        assert set(expected) <= EXPECTATIONS, f"unknown expectation in {expected}"
        return self._message(self._filled(text), meant, {name: self._filled(value) for name, value in expected.items()})

    def _message(self, text: str, meant: Sequence[str], expected: Mapping[str, Any]) -> Iterator[str]:
        talk = self._first
        if "by" in expected:
            talk = self._others.setdefault(expected["by"], Served(talk.stores, conversation=expected["by"]))
        talk.down, talk.now = bool(expected.get("down")), self._now
        self._heard += text
        try:
            with mock.patch.dict(os.environ, BAOXIU_NOW=self._now.isoformat()):
                talk.hear(self._understand(text, meant, expected))
        except Exception as error:  # in production this answer is lost: it is reported, and the talk goes on
            yield f"{text}: raised {error!r}"
            return
        answer = Answer(talk.said, talk.topics, self._before)
        self._before = answer.text
        for mismatch in (*mismatches(answer, expected), *never_said(answer.text, self._heard)):
            yield f"{text}: {mismatch}"

    def _work(self, changes: Mapping[str, Any], product: str | None) -> Iterator[str]:
        """Somebody of the staff changes the newest ticket (of a product), then moves it through states."""
        store, no = self._first.stores.tickets, self._newest(product)
        fields = {name: value for name, value in changes.items() if name not in ("state", "note")}
        if fields and isinstance(refused := store.amend(no, fields, actor="staff", at=self._now), Refused):
            yield f"staff could not change {fields}: {refused}"
        for state in changes.get("state", ()):
            note = changes.get("note", "")
            if isinstance(refused := store.move(no, State(state), actor="staff", at=self._now, note=note), Refused):
                yield f"staff could not move to {state}: {refused}"

    def _filled(self, written: Any) -> Any:
        """What was written (YAML reads a phone as a number) with ticket numbers in the places kept for them."""
        if isinstance(written, list):
            return [self._filled(one) for one in written]
        if isinstance(written, bool | float):
            return written
        if "{" not in (text := str(written)):
            return text
        no = self._newest()
        return text.format(no=no, NO=no.translate(WIDE), digits=no[2:], typo=mistyped(no), stranger=stranger(no))

    def _newest(self, product: str | None = None) -> str:
        stored = self._first.stored()
        return next((ticket["no"] for ticket in stored if product in (None, ticket["product"])), "")


WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def stranger(no: str) -> str:
    """A well-formed number that no ticket has."""
    numbers = (f"BX{digits}" for digits in range(123456780, 123456800))
    return next(number for number in numbers if is_ticket_no(number[2:]) and number != no)


def mistyped(no: str) -> str:
    """The number with its last digit wrong."""
    return f"{no[:-1]}{(int(no[-1]) + 1) % 10}" if no else ""

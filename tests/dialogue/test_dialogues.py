"""Conversations as customers have them (`*.yml` here), judged by what is stored at the end and what had to be told.

A dialogue has a `name` (its rule), `turns` ([text, intent, expectations?]), `tickets` (all that is stored at the end).
Expectations of a turn:
    says, never    words that the answer has to tell, or must not
    asks           words of its last card
    offers         a quick reply
    outcome        of a coverage card
    hands          the topics that answer, where the way itself matters
    again          whether it is word for word the answer before
    by             another conversation on the same store
    down           the store cannot be reached
    sure           the confidence of language understanding
{no} is the number of the ticket that is stored, {NO} the same in full-width characters, {digits} without its
letters, {typo} with a wrong digit; {stranger} belongs to nobody. `fails` says why a dialogue is known to fail; one that
passes all the same breaks the run, so that its mark is taken off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from ruamel.yaml import YAML

from actions import base
from actions.calls import Stores
from actions.stop import ActionStop
from bot.database import StoreUnavailable
from bot.dialogue import Call, Context, plan
from bot.text.ticket_no import is_ticket_no
from bot.wording import Card
from tests.dialogue.talk import Talk, empty_store, parse

HERE = Path(__file__).parent
EXPECTATIONS = {"says", "never", "asks", "offers", "outcome", "hands", "again", "by", "down", "sure"}


class Unreachable:
    """A store nobody can reach."""

    def __getattr__(self, name: str) -> Any:
        raise StoreUnavailable("the database is away")


class Served(Talk):
    """A conversation whose calls go through the actions' own error boundary; `down` takes the store away."""

    topics: list[str]
    down = False

    def say(self, text: str, intent: str, confidence: float = 0.95) -> list[Card]:
        self.topics = plan(self.desk, parse(text, intent, confidence), self.now)
        return super().say(text, intent, confidence)

    def _perform_in(self, context: Context) -> Any:
        def perform(call: Call) -> Mapping[str, Any]:
            with mock.patch.object(base, "stores", self._reachable):
                return ActionStop()._perform(context, call)

        return perform

    def _reachable(self) -> Any:
        return mock.Mock(tickets=Unreachable(), modes=Unreachable()) if self.down else self.stores

    @classmethod
    def opened(cls, folder: Path) -> Served:
        """A conversation with a store of its own."""
        (folder / "talk.db").write_bytes(empty_store())
        return cls(Stores(f"sqlite:///{folder / 'talk.db'}"))

    def stored(self) -> list[dict[str, Any]]:
        """All tickets of the store, whoever opened them."""
        return [ticket.to_json() for ticket in self.stores.tickets.search()]


def dialogues() -> Iterator[Any]:
    for path in sorted(HERE.glob("*.yml")):
        for dialogue in YAML(typ="safe").load(path.read_text(encoding="utf-8")):
            reason = dialogue.get("fails")
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
            yield pytest.param(dialogue, id=f"{path.stem}: {dialogue['name']}", marks=marks)


@pytest.mark.parametrize("dialogue", dialogues())
def test_a_dialogue_ends_as_its_rule_says(dialogue: dict[str, Any], tmp_path: Path) -> None:
    """Each answer tells what it must, and in the end exactly the expected tickets are stored."""
    first = Served.opened(tmp_path)
    others: dict[str, Served] = {}
    wrong: list[str] = []
    before = ""
    for text, intent, *rest in dialogue["turns"]:
        expected = rest[0] if rest else {}
        assert set(expected) <= EXPECTATIONS, f"unknown expectation in {expected}"
        talk = first
        if "by" in expected:
            talk = others.setdefault(expected["by"], Served(first.stores, conversation=expected["by"]))
        talk.down = bool(expected.get("down"))
        said = filled(text, first)
        try:
            talk.say(said, intent, expected.get("sure", 0.95))
        except Exception as error:  # in production this answer is lost: it is reported, and the talk goes on
            wrong.append(f"{said}: raised {error!r}")
            continue
        wrong += [f"{said}: {mismatch}" for mismatch in mismatches(talk, expected, first, before)]
        before = talk.text()
    wrong += unlike(first.stored(), dialogue["tickets"])
    assert not wrong, "\n".join(wrong)


def mismatches(talk: Served, expected: Mapping[str, Any], first: Served, before: str) -> Iterator[str]:
    """What an answer lacks or should not say."""
    told = talk.text()
    if not told.strip() or {"{", "}"} & set(told):
        yield f"no whole answer: {told!r}"
    for words in expected.get("says", ()):
        if filled(words, first) not in told:
            yield f"{words!r} was not told: {told}"
    for words in expected.get("never", ()):
        if filled(words, first) in told:
            yield f"{words!r} was told: {told}"
    if expected.get("asks", "") not in talk.said[-1].text:
        yield f"{expected['asks']!r} was not asked: {talk.said[-1].text}"
    offered = {title for card in talk.said for title in card.replies}
    if "offers" in expected and expected["offers"] not in offered:
        yield f"{expected['offers']!r} was not offered: {sorted(offered)}"
    if "outcome" in expected and expected["outcome"] not in (outcomes := [card.outcome for card in talk.said]):
        yield f"outcome {expected['outcome']} was not given: {outcomes}"
    if "hands" in expected and expected["hands"] != talk.topics:
        yield f"went to {talk.topics}"
    if "again" in expected and (told == before) is not expected["again"]:
        yield f"the same words as before: {told == before}: {told}"


def unlike(stored: list[dict[str, Any]], expected: list[dict[str, Any]]) -> Iterator[str]:
    """Where the tickets that are stored differ from those expected, in whatever order."""
    if len(stored) != len(expected):
        yield f"{len(stored)} tickets instead of {len(expected)}: {[t['kind'] for t in stored]}"
        return
    left = list(stored)
    for ticket in expected:
        found = min(left, key=lambda one: len(list(fields_unlike(one, ticket))))
        left.remove(found)
        yield from fields_unlike(found, ticket)


def fields_unlike(ticket: Mapping[str, Any], expected: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Where a ticket differs from the fields expected of it; `name_contains` looks for a part of a text."""
    for name, value in expected.items():
        field = name.removesuffix("_contains")
        held = ticket.get(field)
        if isinstance(value, dict) and isinstance(held, dict):
            yield from fields_unlike(held, value, f"{path}{name}.")
        elif field != name:
            if str(value) not in str(held):
                yield f"{path}{field} {held!r} does not contain {value!r}"
        elif (held or None) != value and str(held) != str(value):
            yield f"{path}{name} is {held!r} instead of {value!r}"


def filled(written: str | int, talk: Served) -> str:
    """What was written (YAML reads a phone as a number) with ticket numbers in the places kept for them."""
    text = str(written)
    if "{" not in text:
        return text
    no = max((ticket["no"] for ticket in talk.stored()), default="")
    return text.format(no=no, NO=no.translate(WIDE), digits=no[2:], typo=mistyped(no), stranger=stranger(no))


WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def stranger(no: str) -> str:
    """A well-formed number that no ticket has."""
    numbers = (f"BX{digits}" for digits in range(123456780, 123456800))
    return next(number for number in numbers if is_ticket_no(number[2:]) and number != no)


def mistyped(no: str) -> str:
    """The number with its last digit wrong."""
    return f"{no[:-1]}{(int(no[-1]) + 1) % 10}" if no else ""

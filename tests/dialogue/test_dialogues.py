"""Conversations as customers have them (`*.yml` here), judged by what is stored at the end and what had to be told.

A dialogue has a `name` (the rule), `turns` ([text, intent, expectations?]) and `tickets` (all that is stored afterwards).
Expectations: `says`, `never` (words of the answer), `asks` (words of its last card), `offers` (a quick reply), `outcome`,
`hands` (topics, where the way itself matters), `again` (the very words of the turn before), `by` (another conversation on
the same store), `down` (the store cannot be reached), `sure` (confidence). {no} is the number stored last; {NO} the same in
full-width characters; {typo} has a digit wrong; {stranger} belongs to nobody. `fails` is a reason: the dialogue is known
to fail and is told so as soon as it passes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from ruamel.yaml import YAML

from actions import base
from actions.stop import ActionStop
from bot.database import StoreUnavailable
from bot.dialogue import Call, Context, plan
from bot.text.ticket_no import is_ticket_no
from bot.wording import Card
from tests.dialogue.talk import Talk, parse

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
    first = Served.at(tmp_path)
    others: dict[str, Served] = {}
    wrong: list[str] = []
    before = ""
    for text, intent, *rest in dialogue["turns"]:
        expected = rest[0] if rest else {}
        assert set(expected) <= EXPECTATIONS, f"unknown expectation in {expected}"
        talk = others.setdefault(expected["by"], replace(first, conversation=expected["by"], desk=None)) if "by" in expected else first
        talk.down = bool(expected.get("down"))
        said = filled(text, first)
        try:
            talk.say(said, intent, expected.get("sure", 0.95))
        except Exception as error:
            wrong.append(f"{said}: raised {error!r}")
            continue
        wrong += [f"{said}: {mismatch}" for mismatch in mismatches(talk, expected, first, before)]
        before = talk.text()
    wrong += unlike(first.stored(), dialogue["tickets"])
    assert not wrong, "\n".join(wrong)


def mismatches(talk: Served, expected: Mapping[str, Any], first: Served, before: str) -> Iterator[str]:
    """What an answer lacks or should not say."""
    told = talk.text()
    if not told.strip():
        yield "nothing was answered"
    yield from (f"{words!r} was not told: {told}" for words in expected.get("says", ()) if filled(words, first) not in told)
    yield from (f"{words!r} was told: {told}" for words in expected.get("never", ()) if filled(words, first) in told)
    last = talk.said[-1] if talk.said else Card("answer", "")
    if expected.get("asks", "") not in last.text:
        yield f"{expected['asks']!r} was not asked: {last.text}"
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
    for name, value in expected.items():
        field, _, contains = name.partition("_contains")
        held = ticket.get(field if name.endswith("_contains") else name)
        if isinstance(value, dict) and isinstance(held, dict):
            yield from fields_unlike(held, value, f"{path}{name}.")
        elif name.endswith("_contains"):
            if str(value) not in str(held):
                yield f"{path}{field} {held!r} does not contain {value!r}"
        elif (held or None) != value and str(held) != str(value):
            yield f"{path}{name} is {held!r} instead of {value!r}"


def filled(written: str | int, talk: Served) -> str:
    """What was written (YAML reads a phone as a number) with ticket numbers in the places kept for them."""
    text = str(written)
    if "{" not in text:
        return text
    no = max((t["no"] for t in talk.stored()), default="")
    return text.format(no=no, NO=no.translate(WIDE), digits=no[2:], typo=no[:-1] + str((int(no[-1:] or 0) + 1) % 10), stranger=stranger(no))


WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def stranger(no: str) -> str:
    """A well-formed number that no ticket has."""
    numbers = (f"BX{digits}" for digits in range(123456780, 123456800))
    return next(number for number in numbers if is_ticket_no(number[2:]) and number != no)

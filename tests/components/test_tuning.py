"""The changes to Rasa give what the stock code gives, and that code is the one that was read."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
from typing import Any

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.lock_store import InMemoryLockStore, LockStore
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

from bot.components import tuning

pytestmark = pytest.mark.slow  # imports Rasa

# SHA-256 of the source of what is replaced, in Rasa 3.6.21: another Rasa must be read again.
READ = {
    "resolve_by_type": "b5cf570fa7f286c7059ec73d8880528d03a78b28cf4e80285a46079c0fa65968",
    "validate_action_result": "f8cdb4be6812396167ced74161b2ccd65c5ea676ad86d7d359d8c322d9d8dc42",
    "acquire_lock": "ead2fff373291c24619f2a2b53453f64ed2975ed68f53dce0e56041061356f05",
}


@pytest.mark.parametrize("name", READ)
def test_rasas_code_is_the_one_that_was_read(name: str) -> None:
    """A new version of Rasa with other code makes this fail, before it makes anything else."""
    source = inspect.getsource(tuning.STOCK[name])
    assert hashlib.sha256(source.encode()).hexdigest() == READ[name]


@pytest.mark.parametrize("name", sorted({kind.type_name for kind in all_subclasses(Event)}))
def test_every_event_type_is_the_same_class(name: str) -> None:
    """The remembered look-up gives what walking all subclasses gives."""
    assert tuning.resolve_by_type(name) is tuning.STOCK["resolve_by_type"](name)


def test_an_unknown_event_type_is_refused_alike() -> None:
    """An unknown name raises in both, every time, and takes a default in both."""
    for resolve in (
        tuning.resolve_by_type,
        tuning.resolve_by_type,
        tuning.STOCK["resolve_by_type"],
    ):
        with pytest.raises(ValueError, match="Unknown event name 'nothing'"):
            resolve("nothing")
        assert resolve("nothing", Event) is Event


@pytest.mark.parametrize(
    "answer",
    [
        {"events": [], "responses": []},
        {"events": [{"event": "slot", "timestamp": None, "name": "desk", "value": {"a": 1}}]},
        {"responses": [{"text": "好", "buttons": []}]},
        {},
        {"events": "none"},
        {"events": [{"name": "without its type"}]},
        {"responses": ["好"]},
        [],
    ],
)
def test_answers_of_actions_are_judged_alike(answer: Any) -> None:
    """The validator built once accepts and refuses what the stock one does, in its words."""
    action = RemoteAction("action_any", None)
    assert _judged(tuning.validate_action_result, action, answer) == _judged(
        tuning.STOCK["validate_action_result"], action, answer
    )


def _judged(validate: Any, action: RemoteAction, answer: Any) -> str:
    try:
        return str(validate(action, answer))
    except ValidationError as error:
        return str(error.message)


@pytest.fixture
def tuned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rasa with the changes, put back afterwards."""
    monkeypatch.setattr(Event, "resolve_by_type", staticmethod(tuning.STOCK["resolve_by_type"]))
    for owner, name in ((RemoteAction, "_validate_action_result"), (LockStore, "_acquire_lock")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    tuning.apply()


@pytest.mark.usefixtures("tuned")
def test_the_second_message_follows_the_first_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages of one conversation still wait for each other, but not for the next second as stock does."""
    sleep, slept = asyncio.sleep, list[float]()

    async def counted(seconds: float) -> None:
        slept.append(seconds)
        await sleep(seconds)

    monkeypatch.setattr("rasa.core.lock_store.asyncio.sleep", counted)

    async def turn(store: LockStore, order: list[int], number: int) -> None:
        async with store.lock("one"):
            await sleep(0.01)
            order.append(number)

    async def turns() -> list[int]:
        store, order = InMemoryLockStore(), list[int]()
        await asyncio.gather(*(turn(store, order, number) for number in range(4)))
        return order

    assert asyncio.run(turns()) == [0, 1, 2, 3]
    assert set(slept) == {tuning.LOCK_WAIT}

"""Changes to Rasa 3.6.21 while it runs: three look-ups that it repeats for every event or call.

Each does what the stock code does, faster; `tests/components/test_tuning.py` compares the two and
fails when Rasa's own code is not the one that was read. Nothing else of ours changes Rasa.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jsonschema.exceptions import best_match  # type: ignore[import-untyped]
from jsonschema.validators import validator_for  # type: ignore[import-untyped]
from rasa.core.actions.action import RemoteAction
from rasa.core.lock_store import LockStore
from rasa.shared.constants import DOCS_BASE_URL
from rasa.shared.core.events import Event

LOCK_WAIT = 0.02  # seconds

#: The stock functions, as they were before `apply`.
STOCK: Mapping[str, Any] = {
    "resolve_by_type": Event.resolve_by_type,
    "validate_action_result": RemoteAction._validate_action_result,
    "acquire_lock": LockStore._acquire_lock,
}


def apply() -> None:
    """Make the changes; again changes nothing."""
    Event.resolve_by_type = staticmethod(resolve_by_type)
    RemoteAction._validate_action_result = validate_action_result
    LockStore._acquire_lock = acquire_lock


@lru_cache(maxsize=256)
def resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    """The class of an event's type. Stock walks all subclasses for every event of a tracker."""
    return STOCK["resolve_by_type"](type_name, default)


def validate_action_result(action: RemoteAction, result: dict[str, Any]) -> bool:
    """Whether the action server's answer has the right form. Stock checks the schema itself
    against its meta-schema at every call: 31 ms instead of 0.4."""
    error = best_match(_validator().iter_errors(result))
    if error is None:
        return True
    error.message += (
        f". Failed to validate Action server response from API, "
        f"make sure your response from the Action endpoint is valid. "
        f"For more information about the format visit "
        f"{DOCS_BASE_URL}/custom-actions"
    )
    raise error


@lru_cache(maxsize=1)
def _validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


async def acquire_lock(store: LockStore, conversation_id: str, ticket: int, wait_time_in_seconds: float) -> Any:
    """Wait for the message before this one. Stock looks once a second, so that of four bubbles
    sent at once the last is answered after three seconds."""
    wait = min(wait_time_in_seconds, LOCK_WAIT)
    return await STOCK["acquire_lock"](store, conversation_id, ticket, wait)

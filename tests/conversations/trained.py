"""The trained model's understanding, loaded once for the whole run, in this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot import settings
from bot.channels.words import cleaned
from scripts import model

ROOT = Path(__file__).parent.parent.parent


def understood(text: str) -> Mapping[str, Any]:
    """Rasa's parse of a customer's words as production hands it on: cleaned by the channel, as JSON."""
    message: Mapping[str, Any] = json.loads(_parsed(cleaned(text), settings.now()))
    return message


@lru_cache(maxsize=4096)
def _parsed(text: str, now: datetime) -> str:
    """The parse as JSON, for `now` is what days are read by: the same words are parsed once."""
    return json.dumps(asyncio.run(_agent().parse_message(text)))


@lru_cache(maxsize=1)
def _agent() -> Any:
    from rasa.core.agent import Agent

    path = model.path(ROOT)
    assert path.is_file(), f"{path.name} is not trained: make train"
    return Agent.load(path)

"""The trained model's understanding, loaded once for the whole run, in this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.channels.words import cleaned
from scripts import model

ROOT = Path(__file__).parent.parent.parent


def understood(text: str) -> Mapping[str, Any]:
    """Rasa's parse of a customer's words as production hands it on: cleaned by the channel, as JSON."""
    parsed = asyncio.run(_agent().parse_message(cleaned(text)))
    message: Mapping[str, Any] = json.loads(json.dumps(parsed))
    return message


@lru_cache(maxsize=1)
def _agent() -> Any:
    from rasa.core.agent import Agent

    path = model.path(ROOT)
    assert path.is_file(), f"{path.name} is not trained: make train"
    return Agent.load(path)

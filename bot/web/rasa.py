"""The way to Rasa: a customer's words there, the replies back; and whether neighbours are up."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import httpx

from bot import settings
from bot.wording import sentence

log = logging.getLogger("baoxiu.web")

#: Long enough for a message that waits its turn behind another; the page shows that we are typing.
_ANSWER = httpx.Timeout(30.0, connect=2.0)
_GLANCE = 0.5  # seconds


class Rasa:
    """Rasa's REST channel; `close` ends the connections."""

    def __init__(self) -> None:
        # A proxy of the environment is for the outside, not for our own neighbours. Certificates are
        # read only where an address asks for them.
        secure = any(url.startswith("https:") for url in (settings.rasa_url(), settings.actions_url()))
        self._client = httpx.AsyncClient(trust_env=False, timeout=_ANSWER, verify=secure)

    async def say(self, conversation: str, text: str, message_id: str) -> list[Any] | None:
        """Hand a customer's words over; the replies, or None where nobody could answer them.

        The same `message_id` again is answered with the same replies and does nothing twice, or is
        tried again where nobody could answer.
        """
        words = {"sender": conversation, "message": text, "metadata": {"message_id": message_id}}
        url = f"{settings.rasa_url()}/webhooks/rest/webhook"
        try:
            response = await self._client.post(url, json=words)
            replies = response.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            log.warning("rasa.no_answer error=%s", type(error).__name__)
            return None
        return replies if isinstance(replies, list) and not _is_busy(replies) else None

    async def health(self) -> dict[str, bool]:
        """Whether Rasa and the actions are up, told within a second."""
        rasa, actions = await asyncio.gather(
            self._is_up(f"{settings.rasa_url()}/"), self._is_up(f"{settings.actions_url()}/health")
        )
        return {"rasa": rasa, "actions": actions}

    async def close(self) -> None:
        await self._client.aclose()

    async def _is_up(self, url: str) -> bool:
        try:
            glance = self._client.get(url, timeout=_GLANCE)
            return (await asyncio.wait_for(glance, _GLANCE)).is_success
        except (httpx.HTTPError, asyncio.TimeoutError):
            return False


def _is_busy(replies: list[Any]) -> bool:
    """Whether the channel said that it could not have the words answered."""
    return [reply.get("text") for reply in replies] == [sentence("channel.busy")]

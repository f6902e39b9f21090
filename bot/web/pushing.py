"""Changes of a customer's ticket, said in their conversation when they happen: rows of the transcript, which every
event stream shows.

Here and not in `bot.tickets work`, because a sentence is needed, and sentences stand above the tickets. Any number of
web processes may look: what is said is stored in the transaction in which it counts as told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from bot import settings
from bot.conversations.transcript import NewMessage, Transcript, Who
from bot.database import Connection, Database, StoreUnavailable
from bot.dialogue import Say
from bot.tickets.model import Change, Ticket
from bot.tickets.telling import Told
from bot.wording import cards
from policies_kb.loader import load

log = logging.getLogger("baoxiu.web")

LOOK_EVERY = 1.0  # seconds; what stands still for two looks is told, so that a run of moves is one message
AFTER_FAILURE = 5.0
NOT_OLDER = timedelta(days=1)  # what changed before is told when the customer comes back
#: Channels whose customers can be told of themselves: the page listens, programs read the transcript.
CHANNELS = ("rest", "widget")
#: What of a ticket a customer wants to hear of at once.
NEWS = frozenset({"state", "appointment", "technician", "quote"})


class Pusher:
    """Tells customers in their conversations what others did with their tickets."""

    def __init__(self, database: Database) -> None:
        self._told, self._transcript = Told(database), Transcript(database)
        self._seen: dict[str, int] = {}  # what may still be changing: number → version

    async def run(self, stopping: asyncio.Event) -> None:
        """Look and tell until the server stops; an absent database is waited for."""
        while not stopping.is_set():
            try:
                await asyncio.to_thread(self.look)
                pause = LOOK_EVERY
            except (StoreUnavailable, settings.SettingsError) as error:
                log.warning("push.waiting why=%s", type(error).__name__)
                pause = AFTER_FAILURE
            except Exception as error:  # one ticket that cannot be read must not end the telling of all others
                log.error("push.failed error=%s", type(error).__name__)
                pause = AFTER_FAILURE
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)

    def look(self) -> int:
        """Tell of every ticket that has stood still since the last look; of how many. Raises `StoreUnavailable`."""
        found = {one.no: one.version for one in self._told.untold(CHANNELS, since=settings.now() - NOT_OLDER)}
        ready = [no for no, version in found.items() if self._seen.get(no) == version]
        self._seen = found
        return sum(self._told.tell(no, self._say) for no in ready)

    def _say(self, connection: Connection, ticket: Ticket, changes: Sequence[Change]) -> None:
        if not {change.field for change in changes} & NEWS:
            return
        now = settings.now()
        said = Say("progress.pushed", {"ticket": ticket, "changes": changes})
        for card in cards((said,), load(), now.date()):
            self._transcript.append(
                connection,
                NewMessage(
                    conversation=ticket.conversation or "",
                    who=Who.BOT,
                    text=card.text,
                    card=card.to_json(),
                    channel=ticket.channel or "",
                    at=now,
                ),
            )
        log.info("push.told ticket=%s version=%d", ticket.no, ticket.version)

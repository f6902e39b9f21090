"""After a soak: what was told, stored and delivered, in figures, and whatever is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.database import Database
from tests.servers.soak.customers import Told
from tests.servers.soak.faults import Fault, Stored, Wrong, delivered, kept, stored, whole
from tests.servers.soak.inbox import Inbox


@dataclass(frozen=True)
class Report:
    """The figures of a soak by name, what was wrong, and how often each process was killed."""

    figures: Mapping[str, int]
    wrong: Sequence[Fault]
    kills: Mapping[str, int]

    @property
    def table(self) -> str:
        """All of it as a table of Markdown."""
        counted = Counter(fault.wrong for fault in self.wrong)
        rows = {**self.figures, **{wrong.value: counted[wrong] for wrong in Wrong}}
        return "\n".join(["| | |", "|---|--:|", *(f"| {name} | {figure} |" for name, figure in rows.items())])


def count(url: str, told: Sequence[Told], inbox: Inbox, kills: Mapping[str, int], *, seconds: float) -> Report:
    """Compare what customers were told and the receiver took with what the database at `url` holds."""
    database = Database(url)
    left = {customer.conversation: stored(database, customer.conversation) for customer in told}
    database.dispose()
    everything = [one for found in left.values() for one in found]
    wrong = [fault for customer in told for fault in kept(customer, left[customer.conversation])]
    figures = {
        "bookings": len(told),
        **{f"kills of {part}": times for part, times in kills.items()},
        **_figures(told, everything, inbox),
        "minutes": round(seconds / 60),
    }
    return Report(figures, [*wrong, *_faults(everything, inbox)], kills)


def _faults(everything: Sequence[Stored], inbox: Inbox) -> Iterator[Fault]:
    drafts = Counter(one.ticket.draft_id for one in everything)
    yield from (Fault(Wrong.DOUBLE, f"draft {draft}") for draft, times in drafts.items() if times > 1)
    for one in everything:
        yield from whole(one)
        yield from delivered(one, inbox.taken[one.no])


def _figures(told: Sequence[Told], everything: Sequence[Stored], inbox: Inbox) -> dict[str, int]:
    changes = [change for one in everything for change in one.history]
    announced = sum(len(one.announced) for one in everything)
    return {
        "confirmations told": sum(customer.confirmations for customer in told),
        "messages said again": sum(customer.said_again for customer in told),
        "told that it was done before": sum(customer.found for customer in told),
        "tickets stored": len(everything),
        "changes in their histories": len(changes),
        "deadlines escalated": sum(change.event == "overdue" and change.field == "level" for change in changes),
        "events announced": announced,
        "events refused by the receiver": inbox.refused,
        "events taken twice": sum(len(inbox.taken[one.no]) for one in everything) - announced,
    }

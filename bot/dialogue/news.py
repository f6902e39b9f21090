"""What happened to a customer's requests while they were away: told once, when they write again."""

from __future__ import annotations

from bot.dialogue.left import AWAY, away
from bot.dialogue.state import Desk
from bot.dialogue.turn import Call, Context, Perform, Turn

#: These tell of tickets themselves, or of nothing but danger.
TELLS_ITSELF = frozenset({"progress", "safety"})


def comes_back(desk: Desk, topic: str, context: Context) -> bool:
    """Whether the customer was away, and has a request that something could have happened to."""
    if not desk.known.get("seen") or desk.at is None or topic in TELLS_ITSELF:
        return False
    return away(desk, context.now) >= AWAY


def tell_the_news(turn: Turn, perform: Perform) -> None:
    """What others did with the tickets since the customer was last told of them; without it nothing is lost."""
    result = perform(Call("news", {"seen": turn.desk.known["seen"]}))
    for ticket, changes in result.get("news", ()):
        turn.saw(ticket)
        turn.say("progress.news", ticket=ticket, changes=changes)

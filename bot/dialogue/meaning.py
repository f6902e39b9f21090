"""What an intent means where the talk stands: a thanks that is a yes, a message that tells the trouble."""

from __future__ import annotations

from bot.dialogue.state import Desk


def as_a_yes(intent: str, asks: frozenset[str], desk: Desk) -> str:
    """可以,谢谢 is a yes to what was read back, and thanks only otherwise."""
    awaited = desk.top is not None and desk.top.stage == "confirming"
    return "affirm" if awaited and "yes" in asks and intent in ("thank", "goodbye") else intent


def tells_the_trouble(intent: str, told: str, desk: Desk, *, of: str | None) -> bool:
    """门封不严 in a booking is its trouble though no catalog knows it; so is a story that opens a conversation.

    `of`: what a message that asks nothing speaks of, part or product: 前年买的 屏幕有条竖线, whatever it is taken for.
    """
    if intent in ("describe_fault", "report_recurrence"):
        return bool(told)
    opens = desk.top is None and not desk.known and len(told) >= A_STORY
    if opens and of == "part" and intent in ("ask_coverage", "inform"):
        return True
    if of is not None and intent == "out_of_scope":
        return len(told) >= A_TROUBLE
    return len(told) >= A_TROUBLE and (intent == "book_repair" or (intent == "inform" and opens))


A_TROUBLE, A_STORY = 3, 6  # characters, beyond what only asks for service

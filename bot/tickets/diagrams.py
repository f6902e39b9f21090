"""The lives of tickets as Mermaid diagrams, drawn from the tables of moves into `docs/tickets.md`.

Each diagram stands between two marks, `<!-- life: repair -->` and `<!-- end -->`; what lies between
them is replaced, the rest of the page is people's.
"""

from __future__ import annotations

import re
from pathlib import Path

from bot.tickets import lifecycle
from bot.tickets.words import Kind, State

PAGE = Path(__file__).parents[2] / "docs" / "tickets.md"

_PLACE = re.compile(r"(<!-- life: (?P<kind>\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
#: A condition of a move → what is written at its arrow.
_LABELS = {
    "has_quote": "a quote",
    "has_consent": "the customer's yes",
    "is_noted": "a note",
    "is_settled": "a note, if rated poorly",
}
#: What `is_whole` asks for (`bot.tickets.wanting`), by the state that asks.
_WHOLE = {
    State.SCHEDULED: "an appointment",
    State.COMPLETED: "sheet and acceptance",
    State.AWAITING_GOODS: "an approved review",
}
_WHOLE_OF_KIND = {(Kind.REFUND, State.DONE): "an amount and a person's yes"}


def life(kind: Kind) -> str:
    """The Mermaid diagram of a kind's life: every move, and at its arrow what it must find in place."""
    moves = lifecycle.MOVES[kind]
    lines = ["stateDiagram-v2", f"    [*] --> {lifecycle.first_state(kind)}"]
    for state, targets in moves.items():
        lines += [f"    {state} --> {to}{_label(kind, to)}" for to in targets]
        lines += [] if targets else [f"    {state} --> [*]"]
    return "\n".join(lines)


def drawn(page: str) -> str:
    """The page with every diagram as it is now."""

    def draw(place: re.Match[str]) -> str:
        return f"{place[1]}```mermaid\n{life(Kind(place['kind']))}\n```\n{place[3]}"

    return _PLACE.sub(draw, page)


def lives_alike(kind: Kind) -> list[Kind]:
    """The kinds whose diagram is the same, this one included."""
    return [other for other in Kind if life(other) == life(kind)]


def needs(kind: Kind, to: State) -> str:
    """What a move must find in place, in a few words."""
    whole = _WHOLE_OF_KIND.get((kind, to), _WHOLE.get(to, ""))
    asked = [whole if one == "is_whole" else _LABELS[one] for one in lifecycle.conditions(kind, to)]
    return ", ".join(asked)


def _label(kind: Kind, to: State) -> str:
    asked = needs(kind, to)
    return f" : {asked}" if asked else ""

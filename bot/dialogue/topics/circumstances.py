"""What a brand's sources make of what happened to an appliance: 自己拆过, 商用, 进水."""

from __future__ import annotations

from collections.abc import Mapping

from bot.dialogue.sources import clauses_on, contradict
from bot.dialogue.turn import Turn
from policies_kb.model import Knowledge

_TURN_ON_FACTS = ("exclusion", "benefit")


def tell_of(turn: Turn, brand: str, product: str | None, told: Mapping[str, str]) -> bool:
    """Say what the brand's sources write of these circumstances (fact → value), or that they write nothing of what
    other sources make something of. What was said in this turn is not said again; whether anything is said."""
    said = {clause.id for say in turn.says for clause in say.data.get("clauses", ())}
    if clauses := [clause for clause in clauses_on(turn.kb, brand, product, told) if clause.id not in said]:
        turn.say("policy.rivals" if contradict(clauses) else "policy.told", brand=brand, clauses=clauses)
    elif not said:
        odd = [turn.kb.facts[n].values[v].zh for n, v in told.items() if matters_somewhere(turn.kb, n, v)]
        if odd:
            turn.say("coverage.unwritten", brand=brand, what="、".join(odd))
    return bool(turn.says)


def matters_somewhere(kb: Knowledge, name: str, value: str) -> bool:
    """Whether some source excludes, or gives something, because of it."""
    return any(
        value in clause.when.get(name, ()) for clause in kb.clauses.values() if clause.effect.kind in _TURN_ON_FACTS
    )

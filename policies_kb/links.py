"""How the facts that are words hang together: what one settles of another, and what it lets an inspection find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from policies_kb.model import Fact, Implication, Knowledge, Suspicion, ValueKind
from policies_kb.rules import holds

Words = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Links:
    """The word facts, those that are presumed, and the links, each with the name of the fact that it stands with."""

    words: tuple[Fact, ...]
    presumed: tuple[Fact, ...]  # in the order of asking, and not only words
    implications: tuple[tuple[str, Implication], ...]
    suspicions: tuple[tuple[str, Suspicion], ...]

    @cached_property
    def settling(self) -> frozenset[str]:
        """The facts of which one settles the other."""
        return frozenset(name for owner, link in self.implications for name in (owner, link.fact))

    @cached_property
    def entangled(self) -> frozenset[str]:
        """The facts that others hang on, or that hang on others."""
        suspecting = (name for owner, suspicion in self.suspicions for name in (owner, *suspicion.when))
        return self.settling.union(suspecting)

    @cached_property
    def hinting_parts(self) -> frozenset[str]:
        """The parts that let suspect something."""
        return frozenset().union(*(suspicion.when.get("part", ()) for _, suspicion in self.suspicions))

    def allow(self, name: str, value: str, told: Words) -> bool:
        """Whether the told facts leave this value possible: who caused it settles who opened it, and the other way."""
        for owner, link in self.implications:
            if owner == name and value in link.values:
                if told.get(link.fact, link.must_be[0]) not in link.must_be:
                    return False
            elif link.fact == name and told.get(owner) in link.values and value not in link.must_be:
                return False
        return True

    def agree(self, words: Words, told: Words) -> bool:
        """Whether these values can stand together; what was told is taken as told."""
        return all(
            words[link.fact] in link.must_be or link.fact in told
            for owner, link in self.implications
            if words[owner] in link.values
        )

    def suspected(self, words: Words, told: Words) -> dict[str, tuple[str, ...]]:
        """The values that untold facts may have besides the presumed one, once something hints at them."""
        found: dict[str, tuple[str, ...]] = {}
        for name, suspicion in self.suspicions:
            if name not in told and holds(suspicion.when, words):
                found[name] = (*found.get(name, (words[name],)), *suspicion.values)
        return {name: tuple(dict.fromkeys(values)) for name, values in found.items()}


@lru_cache(maxsize=8)
def links_of(kb: Knowledge) -> Links:
    """The links between the facts of a knowledge."""
    facts = kb.facts.values()
    return Links(
        words=tuple(fact for fact in facts if fact.kind is ValueKind.WORD),
        presumed=tuple(sorted((fact for fact in facts if fact.presumed is not None), key=lambda fact: fact.ask)),
        implications=tuple((fact.name, link) for fact in facts for link in fact.implies),
        suspicions=tuple((fact.name, suspicion) for fact in facts for suspicion in fact.suspects),
    )

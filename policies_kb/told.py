"""What a case's words leave open: one *choice* for each combination of values that the customer's facts may have, and
the clauses that each leaves in play.

Holds no days, so that it is worked out once for all cases in which the same was told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import product as combinations
from typing import NamedTuple

from policies_kb.links import Words
from policies_kb.rules import Rules
from policies_kb.subject import Subject

Hidden = tuple[tuple[str, str], ...]  # facts that only an inspection can tell, as it might find them
Spread = tuple[tuple[Hidden, int], ...]  # what an inspection might find, and the mask of the clauses then in play
# What weighs of it: for each choice the masks of the clauses that may be in play, one for all that come to the same.
InPlay = frozenset[tuple[Rules, frozenset[int]]]


class Choice(NamedTuple):
    """A value of every fact that is open; `spread` has the clauses that these facts alone leave in play."""

    rules: Rules
    values: tuple[str, ...]
    spread: Spread


class Told:
    """The facts that were told as words, and all that may be so then."""

    def __init__(self, subject: Subject, facts: frozenset[tuple[str, str]]) -> None:
        self._subject, self._facts = subject, dict(facts)
        spans = {**subject.spans, **{name: (value,) for name, value in facts}}
        for name in subject.links.settling - self._facts.keys():
            spans[name] = self._allowed(name)
        entangled = subject.links.entangled
        self.open = {name: span for name, span in spans.items() if len(span) != 1 or name in entangled}
        self._settled = {name: span[0] for name, span in spans.items() if name not in self.open}
        self.choices = tuple(self._choices())
        self._had: dict[tuple[str, str], InPlay] = {}

    def finds(self, choice: Choice) -> Spread:
        """What an inspection might find in a choice, and the clauses that all facts then leave in play."""
        admitted = self._admitted[choice.rules]
        return tuple([(hidden, admitted & mask) for hidden, mask in choice.spread])

    @cached_property
    def in_play(self) -> InPlay:
        """What the choices come to."""
        return self._in_play(self._admitted)

    def had(self, name: str, value: str) -> InPlay:
        """What they would come to, had this been told instead."""
        if (in_play := self._had.get((name, value))) is None:
            in_play = self._had[name, value] = self._instead(name, value)
        return in_play

    def otherwise(self, name: str) -> Iterator[InPlay]:
        """What else they might come to, were a fact otherwise and did not refuse; worked out only as far as one looks.

        Values of one class lead to the same outcomes: one stands for all, of the told facts too.
        """
        return (self._alike.had(name, value) for value in self._subject.others[name])

    @cached_property
    def if_repaired(self) -> InPlay:
        """The same after the likeliest repair to change anything: of the same fault."""
        return self.in_play if "same_fault" in self._facts else self._alike.had("same_fault", "yes")

    @cached_property
    def _alike(self) -> Told:
        like = self._subject.classes.like
        return told(self._subject, frozenset((name, like[name][value]) for name, value in self._facts.items()))

    def _instead(self, name: str, value: str) -> InPlay:
        if name in self.open:
            return Told(self._subject, frozenset({**self._facts, name: value}.items())).in_play
        return self._in_play(self._admitting({**self._settled, name: value}))  # nothing else hangs on it

    @cached_property
    def _admitted(self) -> dict[Rules, int]:
        return self._admitting(self._settled)

    def _admitting(self, settled: Words) -> dict[Rules, int]:
        """The clauses on each product that the facts with one value leave in play."""
        return {rules: rules.admitting(settled) for rules in self._subject.rules}

    def _in_play(self, admitted: Mapping[Rules, int]) -> InPlay:
        return frozenset(
            (rules, frozenset([rules.weight(admitted[rules] & mask) for _, mask in spread]))
            for rules, _, spread in self.choices
        )

    def _allowed(self, name: str) -> tuple[str, ...]:
        """Of an untold fact the presumed value, or else one of each class, that the told facts leave possible."""
        for values in (self._subject.spans[name], self._subject.classes.values(name)):
            if allowed := tuple(v for v in values if self._subject.links.allow(name, v, self._facts)):
                return allowed
        return ()

    def _choices(self) -> Iterator[Choice]:
        for rules, values in combinations(self._subject.rules, combinations(*self.open.values())):
            words = dict(zip(self.open, values, strict=True))
            if self._subject.links.agree(words, self._facts):
                yield Choice(rules, values, tuple(self._spread(words, rules)))

    def _spread(self, words: dict[str, str], rules: Rules) -> Iterator[tuple[Hidden, int]]:
        suspected = self._suspected(words)
        for values in combinations(*suspected.values()):
            hidden = tuple(zip(suspected, values, strict=True))
            yield hidden, rules.admitting({**words, **dict(hidden)})

    def _suspected(self, words: dict[str, str]) -> dict[str, tuple[str, ...]]:
        if not self._subject.presume:
            return {}
        known = {**words, "part": self._subject.part} if self._subject.part else words
        return self._subject.links.suspected(known, self._facts)


_kept = lru_cache(maxsize=16384)(Told)


def told(subject: Subject, facts: frozenset[tuple[str, str]]) -> Told:
    """What these facts leave open. Remembered, except where nothing is presumed: that leaves thousands of choices."""
    return _kept(subject, facts) if subject.presume else Told(subject, facts)

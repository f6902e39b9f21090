"""What is said in a region, or while thinking, put into common words: 冰箱坏咗点解 → 冰箱坏了为什么."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from policies_kb.plain import Normalised, substituted

#: Behind a word: it is meant only before a further Chinese character.
GOES_ON = "…"
_CHINESE = "[\u4e00-\u9fff]"


class Spoken:
    """Replaces each word of `table` by the common one; the longest stands, and one that stands for itself stays."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._common = {word.removesuffix(GOES_ON): common for word, common in table.items()}
        longest_first = sorted(table, key=lambda word: -len(word.removesuffix(GOES_ON)))
        self._pattern = re.compile("|".join(map(_as_pattern, longest_first)) or r"(?!)")

    def __call__(self, text: Normalised) -> Normalised:
        """The pass."""
        return substituted(text, ((*word.span(), self._common[word[0]]) for word in self._pattern.finditer(text.text)))


class Fillers:
    """Takes out words that say nothing where they stand apart and more follows: 那个,我家冰箱坏了."""

    def __init__(self, words: Iterable[str]) -> None:
        longest_first = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
        self._pattern = re.compile(rf"(?:\A|(?<=[^\w])) (?:{longest_first or '(?!)'}) [^\w?]+ (?=\w)", re.VERBOSE)

    def __call__(self, text: Normalised) -> Normalised:
        """The pass."""
        return substituted(text, ((*word.span(), "") for word in self._pattern.finditer(text.text)))


def _as_pattern(word: str) -> str:
    goes_on = f"(?={_CHINESE})" if word.endswith(GOES_ON) else ""
    return re.escape(word.removesuffix(GOES_ON)) + goes_on

"""A message with the catalog's words replaced by one sign for their class.

What a sentence wants does not depend on whose appliance it speaks of, so the classifier never
sees the names: a brand or product that joins the catalog needs a restart and no training.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from policies_kb.loader import load
from policies_kb.normalise import normalise
from policies_kb.vocabulary import Vocabulary, vocabulary_of

#: Signs that no keyboard types, so that they are never the customer's own.
SIGNS: Mapping[str, str] = {
    "brand": "\ue000",
    "other_brand": "\ue001",
    "product": "\ue002",
    "part": "\ue003",
    "fault": "\ue004",
}
#: One name for all brands, for the sentence encoder: it knows no sign that says "some brand".
ANY_BRAND: Mapping[str, str] = {"brand": "小米", "other_brand": "小米"}

#: Beyond this a message is a pasted document: what is wanted stands at its beginning.
READ = 400


class ClassText:
    """Writes messages with the words of some kinds of the vocabulary replaced."""

    def __init__(self, vocabulary: Vocabulary, replacements: Mapping[str, str]) -> None:
        self._vocabulary = vocabulary
        self._replacements = replacements

    @classmethod
    def of_catalog(cls, replacements: Mapping[str, str]) -> ClassText:
        """With the catalog as it stands now."""
        return cls(vocabulary_of(load()), replacements)

    def write(self, raw: str) -> str:
        """The plain form of `raw` with the words replaced, and every digit a zero."""
        raw = raw[:READ]
        spans = {
            (mention.start, mention.end): self._replacements[mention.kind]
            for mention in self._vocabulary.find(raw)
            if mention.kind in self._replacements
        }
        for (start, end), sign in sorted(spans.items(), reverse=True):
            raw = raw[:start] + sign + raw[end:]
        return re.sub(r"\d", "0", normalise(raw).text)


def fingerprint() -> str:
    """Changes with the vocabulary: for Rasa's cache of what it has trained before."""
    phrases = sorted(vocabulary_of(load()).phrases.items())
    return hashlib.sha256(repr((phrases, SIGNS, ANY_BRAND, READ)).encode()).hexdigest()

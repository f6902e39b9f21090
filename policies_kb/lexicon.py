"""Every word that customers' text is understood by, read from the data folder, as passes over a text."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path

from policies_kb.catalog import Catalog, Word
from policies_kb.latin import Latin
from policies_kb.model import Fact
from policies_kb.plain import Pass, plain_key
from policies_kb.reading import Node, load_yaml
from policies_kb.spelling import Spelling, is_slip
from policies_kb.spoken import Fillers, Spoken
from policies_kb.words import read_catalog, read_facts, read_hazards
from policies_kb.writing import Writing, read_writing

#: A slip in a shorter name of a fault or of a fee is not to be told from other words (不转, 不专).
_LONG_ENOUGH = 3


class Lexicon:
    """The passes that need words. `spoken` touches function words only, so that names and addresses stay; `mending`
    is everything."""

    def __init__(self, catalog: Catalog, facts: Iterable[Fact], hazards: Iterable[Word], writing: Writing) -> None:
        things = [*catalog.brands.values(), *catalog.products.values(), *catalog.parts.values()]
        cases = [*catalog.faults.values(), *catalog.fee_events.values()]
        values = [word for fact in facts for word in fact.values.values()]
        others = [*values, *hazards, *catalog.complaints.values(), *catalog.requests.values(), *catalog.fields.values()]
        slips = {**_slips(things, writing.look_alike), **writing.slips}
        long = [name for name in _names(cases) if len(name) >= _LONG_ENOUGH]
        words = [name for name in (*writing.words, *_names(things)) if name not in slips]
        right = [*_names(cases), *_names(others), *map(plain_key, catalog.other_brands), *writing.right]
        self.spoken: tuple[Pass, ...] = (Spoken(writing.spoken),)
        self.mending: tuple[Pass, ...] = (
            Fillers(writing.fillers),
            *self.spoken,
            Latin(writing.english, [*words, *_names(cases)], writing.pinyin),
            Spelling(
                words,
                phrases=long,
                right=right,
                listed=slips,
                look_alike=writing.look_alike,
                particles=writing.particles,
            ),
        )


@functools.lru_cache(maxsize=4)
def lexicon_of(folder: Path) -> Lexicon:
    """The lexicon of a data folder. What is wrong in its files is passed over: `policies_kb.loader` reports it."""
    catalog = read_catalog(_open(folder, "catalog.yml"))
    facts = read_facts(_open(folder, "case.yml"), catalog)
    hazards = read_hazards(_open(folder, "safety.yml"))
    return Lexicon(catalog, facts.values(), hazards.values(), read_writing(_open(folder, "words.yml")))


def _open(folder: Path, name: str) -> Node:
    problems: list[str] = []
    content = load_yaml(folder / name, name, problems)
    return Node({} if content is None else content, name, problems)


def _names(words: Iterable[Word]) -> list[str]:
    return list(dict.fromkeys(plain_key(name) for word in words for name in word.names))


def _slips(words: Iterable[Word], look_alike: Iterable[str]) -> dict[str, str]:
    """The names that are slips of the word's own (洗一机 of 洗衣机): the catalog lists them as customers write them."""
    keys = [[plain_key(name) for name in word.names] for word in words]
    alike = tuple(look_alike)
    return {name: names[0] for names in keys for name in names[1:] if is_slip(name, names[0], alike)}

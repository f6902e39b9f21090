"""The catalog's words in a message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message
from ruamel.yaml import YAML

from bot.components.extractor import CatalogExtractor
from policies_kb.loader import load
from policies_kb.vocabulary import hazards_in, vocabulary_of

pytestmark = pytest.mark.slow  # imports Rasa

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def extractor(made: Callable[[Any], Any]) -> CatalogExtractor:
    component: CatalogExtractor = made(CatalogExtractor)
    return component


def test_it_finds_what_the_vocabulary_finds(extractor: CatalogExtractor) -> None:
    """Search, dialogue and language understanding agree on every sentence of the set apart."""
    kb = load()
    entries = YAML(typ="safe").load((ROOT / "tests" / "nlu" / "apart.yml").read_text("utf-8"))
    for text in (entry["text"] for entry in entries):
        mentions = [*vocabulary_of(kb).find(text), *hazards_in(text, kb)]
        expected = sorted((m.start, m.end, m.kind, m.value) for m in mentions)
        found = extractor.find(text)
        assert sorted((e["start"], e["end"], e["entity"], e["value"]) for e in found) == expected


@pytest.mark.parametrize("text", ["有没有发票", "mini洗衣机不转", "我的MI修没修过", "空调制热不热", "洗衣机冒烟了"])
def test_it_leaves_out_what_the_vocabulary_leaves_out(extractor: CatalogExtractor, text: str) -> None:
    """A denial that is only asked about and a piece of a latin word are no entities; one danger is one."""
    kb = load()
    mentions = [*vocabulary_of(kb).find(text), *hazards_in(text, kb)]
    found = [(e["entity"], e["value"], e["start"], e["end"]) for e in extractor.find(text)]
    assert sorted(found) == sorted((m.kind, m.value, m.start, m.end) for m in mentions)


@pytest.mark.parametrize(
    ("text", "word", "entity", "value"),
    [
        ("我家抽油烟机漏油", "抽油烟机", "product", "range_hood"),
        ("我家洗衣機壞了", "洗衣機", "product", "washer"),
        ("云米的冰箱", "云米", "brand", "viomi"),
        ("格力的修吗", "格力", "other_brand", "格力"),
        ("压缩机不转", "压缩机", "part", "compressor"),
        ("一直漏水", "漏水", "fault", "leaking"),
        ("酒店用的", "酒店", "use", "business"),
    ],
)
def test_a_word_becomes_its_slug(extractor: CatalogExtractor, text: str, word: str, entity: str, value: str) -> None:
    """Each kind of word, with its place in the raw text."""
    found = {(e["entity"], e["value"], text[e["start"] : e["end"]]) for e in extractor.find(text)}
    assert (entity, value, word) in found


def test_entities_of_others_stay(extractor: CatalogExtractor) -> None:
    """A component before this one keeps what it found; every entity says who found it."""
    message = Message(data={"text": "冰箱", "entities": [{"entity": "phone", "extractor": "x"}]})
    extractor.process([message])
    assert [e["extractor"] for e in message.get("entities")] == ["x", "CatalogExtractor"]

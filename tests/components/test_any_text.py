"""No text breaks the pipeline: it is trained on a few sentences here, and reads anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.classifier import LinearIntentClassifier
from bot.components.details import DetailExtractor
from bot.components.extractor import CatalogExtractor
from bot.components.ngrams import NgramFeaturizer
from bot.components.sentence_encoder import SentenceEncoder
from bot.components.tokenizer import ChineseTokenizer

pytestmark = pytest.mark.slow  # imports Rasa

SENTENCES = {
    "ask_coverage": ["云米冰箱坏了还保修吗", "这台洗衣机保不保", "创维电视免费修吗"],
    "book_repair": ["我要报修云米冰箱", "派个师傅来修洗衣机", "帮我登记维修创维电视"],
    "greet": ["你好", "在吗你好", "您好"],
}
ANY_TEXT = {
    "empty": "",
    "blank": " \n\t　",
    "a picture": "😀👍🏽👨‍👩‍👧",
    "marks": "???!!!。。。",
    "a page": "我家冰箱坏了。" * 1500,
    "one character": "好" * 10_000,
    "HTML": "<script>alert('冰箱')</script><b>&nbsp;</b>",
    "control characters": "冰\x00箱\x07坏\x1b[31m了\u200b\ufeff",
    "half a character": "冰箱\ud83d坏了",
    "a command": '/affirm{"brand": "x"}',
    "a broken command": '/affirm{"brand"',
    "digits": "1" * 3000,
    "other scripts": "مرحبا שלום ไทย ｱｲｳ Ⅷ ﷺ",
    "private signs": "\ue000\ue001\ue002",
}

Parse = Callable[[str], Message]


class Pipeline:
    """The components of config.yml in their order, trained and then loaded as Rasa does."""

    def __init__(self, folder: Path) -> None:
        self._storage = LocalModelStorage.create(folder)
        context = self._context("plain")
        self._plain = [
            kind.create(kind.get_default_config(), self._storage, Resource("plain"), context)
            for kind in (ChineseTokenizer, SentenceEncoder, CatalogExtractor, DetailExtractor)
        ]
        examples = [
            Message(data={"text": text, "intent": intent}) for intent, texts in SENTENCES.items() for text in texts
        ]
        data = TrainingData(examples)
        tokenizer, encoder, *self._extractors = self._plain
        data = encoder.process_training_data(tokenizer.process_training_data(data))
        ngrams = self._trained(NgramFeaturizer, data)
        data = ngrams.process_training_data(data)
        classifier = self._trained(LinearIntentClassifier, data)
        self._steps = [tokenizer, encoder, ngrams, classifier, *self._extractors]

    def __call__(self, text: str) -> Message:
        messages = [Message(data={"text": text})]
        for step in self._steps:
            messages = step.process(messages)
        return messages[0]

    def _trained(self, kind: Any, data: TrainingData) -> Any:
        config, resource = kind.get_default_config(), Resource(kind.__name__)
        context = self._context(kind.__name__)
        kind.create(config, self._storage, resource, context).train(data)
        return kind.load(config, self._storage, resource, context)

    @staticmethod
    def _context(name: str) -> ExecutionContext:
        return ExecutionContext(GraphSchema({}), model_id="test", node_name=name)


@pytest.fixture(scope="module")
def parse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parse]:
    yield Pipeline(tmp_path_factory.mktemp("model"))


@pytest.mark.parametrize("text", ANY_TEXT.values(), ids=ANY_TEXT.keys())
def test_any_text_is_read(parse: Parse, text: str) -> None:
    """Whatever is sent has an intent, a ranking and entities within it, all of it JSON."""
    output = parse(text).as_dict(only_output_properties=True)
    json.dumps({key: output[key] for key in ("intent", "intent_ranking", "entities")})
    assert output["intent"]["name"] in SENTENCES
    assert sum(one["confidence"] for one in output["intent_ranking"]) == pytest.approx(1)
    assert all(0 <= e["start"] < e["end"] <= len(text) for e in output["entities"])


@pytest.mark.parametrize(
    ("one", "other"),
    [("云米冰箱还保修吗", "杰森热水器还保修吗"), ("报修创维电视", "报修海尔电视")],
)
def test_a_brand_it_never_saw_is_understood_alike(parse: Parse, one: str, other: str) -> None:
    """Brands in the training sentences or not: the intent is the same, and nearly as sure."""
    known, unknown = parse(one).get("intent"), parse(other).get("intent")
    assert known["name"] == unknown["name"]
    assert known["confidence"] == pytest.approx(unknown["confidence"], abs=0.1)


def test_two_words_that_sound_alike_are_told_apart(parse: Parse) -> None:
    """保修 asks whether it is covered, 报修 asks for somebody to come."""
    assert parse("冰箱还保修吗").get("intent")["name"] == "ask_coverage"
    assert parse("我要报修冰箱").get("intent")["name"] == "book_repair"

"""Messages cut into words: the tokens carry the plain form, their offsets count the raw text."""

from __future__ import annotations

import functools
import logging
from typing import Any

import jieba
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from policies_kb.loader import load
from policies_kb.normalise import normalise
from policies_kb.vocabulary import Vocabulary, vocabulary_of

jieba.setLogLevel(logging.INFO)  # it announces its dictionary on stderr


@functools.lru_cache(maxsize=1)
def _plain_segmenter() -> jieba.Tokenizer:
    """jieba's own words; nobody adds to it."""
    plain = jieba.Tokenizer()
    plain.initialize()
    return plain


def segmenter(vocabulary: Vocabulary | None = None) -> jieba.Tokenizer:
    """A segmenter that knows the words of a vocabulary, or jieba's alone. The dictionary is read once in a process: it
    takes half a second and 60 MB."""
    plain = _plain_segmenter()
    if vocabulary is None:
        return plain
    own = jieba.Tokenizer()
    own.FREQ, own.total, own.initialized = dict(plain.FREQ), plain.total, True
    for phrase in vocabulary.phrases:
        own.add_word(phrase)
    return own


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class ChineseTokenizer(Tokenizer):
    """我家冰霜壞了 → 我家 · 冰霜 · 坏了, where 坏了 spans the 壞了 that was typed."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    def __init__(self, config: dict[str, Any], cut: jieba.Tokenizer) -> None:
        super().__init__(config)
        self._cut = cut

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ChineseTokenizer:
        return cls(config, segmenter(vocabulary_of(load())))

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        text = normalise(message.get(attribute))
        return [
            Token(word, *text.raw_span(start, end))
            for word, start, end in self._cut.tokenize(text.text)
            if not word.isspace()
        ]

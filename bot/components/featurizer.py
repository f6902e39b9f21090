"""What the featurizers have in common: they read a message's text and nothing else, and nothing is configured."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from rasa.engine.graph import GraphComponent
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.class_text import fingerprint


class TextFeaturizer(Featurizer, GraphComponent):
    """Adds a row of features to each message that has a text; how a row is made is the component's own."""

    @abstractmethod
    def rows(self, texts: list[str]) -> Any:
        """A row for each of at least one text, in the form that Rasa keeps it in."""

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to configure."""

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        return fingerprint()

    def process(self, messages: list[Message]) -> list[Message]:
        messages_with_text = [m for m in messages if m.get(TEXT) is not None]
        if messages_with_text:
            rows = self.rows([m.get(TEXT) for m in messages_with_text])
            for message, row in zip(messages_with_text, rows, strict=True):
                self.add_features_to_message(None, row, TEXT, message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

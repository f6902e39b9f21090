"""The catalog's words in a message, as slugs: brands, products, parts, faults, facts of a case."""

from __future__ import annotations

from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.matcher import PhraseMatcher

from policies_kb.loader import load
from policies_kb.model import Knowledge
from policies_kb.normalise import normalise
from policies_kb.vocabulary import Mention, hazards_in, vocabulary_of


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class CatalogExtractor(GraphComponent, EntityExtractorMixin):
    """Finds the phrases of the vocabulary with spaCy's PhraseMatcher; the longest match wins.

    The catalog is read when the component is made and never stored in a model, so a new brand
    needs a restart and no training.
    """

    def __init__(self, kb: Knowledge) -> None:
        self._kb = kb
        self._vocabulary = vocabulary_of(kb)
        # Character by character: a segmenter would decide where words begin before we look.
        self._nlp = spacy.blank("zh")
        self._matcher = PhraseMatcher(self._nlp.vocab)
        self._matcher.add("catalog", [self._nlp.make_doc(phrase) for phrase in self._vocabulary.phrases])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CatalogExtractor:
        return cls(load())

    @staticmethod
    def required_packages() -> list[str]:
        return ["spacy"]

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            entities = self.add_extractor_name(self.find(message.get(TEXT) or ""))
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data  # nothing that is trained looks at entities

    def find(self, raw: str) -> list[dict[str, Any]]:
        """Entities in the order of the text; a phrase with two meanings (二手) gives two, and a
        danger is found also within another word."""
        found = sorted([*self._words(raw), *hazards_in(raw, self._kb)], key=lambda mention: mention.start)
        return [{"entity": m.kind, "value": m.value, "start": m.start, "end": m.end} for m in found]

    def _words(self, raw: str) -> tuple[Mention, ...]:
        text = normalise(raw)
        doc = self._nlp.make_doc(text.text)
        hits = (doc[start:end] for _, start, end in self._matcher(doc))
        return self._vocabulary.mentions(text, ((hit.start_char, hit.end_char) for hit in hits))

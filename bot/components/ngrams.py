"""Sparse features of a message: its characters, words and sounds, blind to the catalog's names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse
from pypinyin import lazy_pinyin
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.components.class_text import SIGNS, ClassText
from bot.components.featurizer import TextFeaturizer
from bot.components.tokenizer import segmenter

#: A vectorizer's terms in the order of their columns, and their weights. Nothing is unpickled, and reading them takes
#: a tenth of what skops takes, which goes through them one by one.
_TERMS, _WEIGHTS = "{name}.json", "{name}.npy"


class Ngrams:
    """The vectorizers of one model: 1–3 characters with the sentence's edges, 1–2 words, 1–2 syllables.

    Syllables have no tones: what is typed or heard as another word of the same sound (取肖, 崔单) is still read.
    """

    def __init__(self, text: ClassText, vectorizers: dict[str, TfidfVectorizer]) -> None:
        self._text = text
        self._cut = segmenter()
        self.vectorizers = vectorizers

    @classmethod
    def untrained(cls, text: ClassText) -> Ngrams:
        def vectorizer(**options: Any) -> TfidfVectorizer:
            # What stands in one training sentence only teaches that sentence by heart.
            return TfidfVectorizer(lowercase=False, sublinear_tf=True, min_df=2, **options)

        return cls(
            text,
            {
                "characters": vectorizer(analyzer="char", ngram_range=(1, 3)),
                "words": vectorizer(token_pattern=r"\S+", ngram_range=(1, 2)),
                "sounds": vectorizer(token_pattern=r"\S+", ngram_range=(1, 2)),
            },
        )

    def save(self, folder: Path) -> None:
        """Write what was learnt."""
        for name, vectorizer in self.vectorizers.items():
            terms = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
            (folder / _TERMS.format(name=name)).write_text(json.dumps(terms, ensure_ascii=False), encoding="utf-8")
            np.save(folder / _WEIGHTS.format(name=name), vectorizer.idf_, allow_pickle=False)

    def read(self, folder: Path) -> None:
        """Take over what was learnt."""
        for name, vectorizer in self.vectorizers.items():
            terms = json.loads((folder / _TERMS.format(name=name)).read_text(encoding="utf-8"))
            vectorizer.vocabulary_ = {term: column for column, term in enumerate(terms)}
            vectorizer.idf_ = np.load(folder / _WEIGHTS.format(name=name), allow_pickle=False)

    def fit(self, raws: list[str]) -> None:
        forms = [self._forms(raw) for raw in raws]
        for name, vectorizer in self.vectorizers.items():
            vectorizer.fit(form[name] for form in forms)

    def rows(self, raws: list[str]) -> scipy.sparse.csr_matrix:
        """A row for each text; all zero where nothing in it is known."""
        forms = [self._forms(raw) for raw in raws]
        parts = [v.transform(form[name] for form in forms) for name, v in self.vectorizers.items()]
        return scipy.sparse.hstack(parts, format="csr")

    def _forms(self, raw: str) -> dict[str, str]:
        text = self._text.write(raw)
        sounds = lazy_pinyin(text, errors=" ".join)  # what is not Chinese stays, character by character
        return {
            "characters": f"^{text}$",
            "words": " ".join(["^", *self._cut.lcut(text), "$"]),
            "sounds": " ".join(["^", *sounds, "$"]),
        }


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class NgramFeaturizer(TextFeaturizer, SparseFeaturizer):
    """`Ngrams` as a component of Rasa's."""

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        ngrams: Ngrams,
    ) -> None:
        super().__init__(name, config)
        self._model_storage, self._resource = model_storage, resource
        self._ngrams = ngrams

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NgramFeaturizer:
        ngrams = Ngrams.untrained(ClassText.of_catalog(SIGNS))
        return cls(config, execution_context.node_name, model_storage, resource, ngrams)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NgramFeaturizer:
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            component._ngrams.read(folder)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        self._ngrams.fit([example.get(TEXT) for example in training_data.intent_examples])
        with self._model_storage.write_to(self._resource) as folder:
            self._ngrams.save(folder)
        return self._resource

    def rows(self, texts: list[str]) -> scipy.sparse.csr_matrix:
        return self._ngrams.rows(texts)

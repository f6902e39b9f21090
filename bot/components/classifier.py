"""What a message wants, with probabilities that mean what they say."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier

_FILE = "weights.npz"
_FITTED = ("classes_", "coef_", "intercept_", "n_iter_")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(LogisticRegressionClassifier):
    """Rasa's logistic regression with the strength of its regularisation open to choice.

    The stock one is fixed at scikit-learn's default, which on features of unit length is so
    strong that it is hardly ever sure of anything. `C` is chosen by the likelihood of sentences
    that it has not seen (docs/understanding.md), so that what it calls 0.8 is right in about
    eight cases of ten: the dialogue asks back below a floor.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            **LogisticRegressionClassifier.get_default_config(),
            "C": 100.0,
            "max_iter": 300,
            "tol": 1e-2,  # further steps change no answer
        }

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
    ) -> None:
        super().__init__(config, name, model_storage, resource)
        # Intents are as frequent in training as they are broad; balancing would undo that.
        self.clf.set_params(C=self.config["C"], class_weight=None)

    def persist(self) -> None:
        """Write the weights. As arrays: skops, which Rasa takes, imports all of scikit-learn in order to read them."""
        with self._model_storage.write_to(self._resource) as folder:
            fitted = {name: getattr(self.clf, name) for name in _FITTED}
            np.savez(folder / _FILE, **{name: np.asarray(value) for name, value in fitted.items()})

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        """The classifier with the weights of a model."""
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder, np.load(folder / _FILE, allow_pickle=False) as fitted:
            for name in _FITTED:
                setattr(component.clf, name, fitted[name])
        return component

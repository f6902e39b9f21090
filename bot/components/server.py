"""`python -m bot.components.server run …`: Rasa's own command line, without TensorFlow.

Rasa imports all of its components in order to register them, those made of TensorFlow too, and `config.yml` names
none of them: 350 MB and more than half of the time that importing takes. Here modules with nothing in them stand in
for TensorFlow and what belongs to it. Classes may be derived from what they hold; whoever uses it is told what to run
instead, and who only looks whether it is there (spaCy) finds that it is not.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

_FOR_TENSORFLOW = ("TF_INTER_OP_PARALLELISM_THREADS", "TF_INTRA_OP_PARALLELISM_THREADS", "TF_GPU_MEMORY_ALLOC")
ABSENT = frozenset({"tensorflow", "keras", "tensorflow_hub", "tensorflow_text", "tensorflow_addons", "jax"})


class _Nothing(type):
    """The type of whatever a stand-in holds: a class to derive from, an annotation, a decorator, and no more."""

    is_importing = True  # while Rasa's modules are read; afterwards a call is somebody's use

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing(name)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if "_stands_in" not in cls.__dict__:  # a class of Rasa's that is derived from one
            return super().__call__(*args, **kwargs)
        if not _Nothing.is_importing:
            raise RuntimeError("TensorFlow is not loaded here; a pipeline that needs it runs under `python -m rasa`")
        is_decorator = len(args) == 1 and callable(args[0]) and not kwargs
        return args[0] if is_decorator else cls

    def __getitem__(cls, _item: Any) -> Any:
        return cls

    def __or__(cls, _other: Any) -> Any:
        return cls

    __ror__ = __or__

    def __iter__(cls) -> Iterator[Any]:
        return iter(())

    def __len__(cls) -> int:
        return 0


def _nothing(name: str) -> type:
    return _Nothing(name, (), {"_stands_in": True})


class _StandIn(ModuleType):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []  # so that its parts can be imported

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        setattr(self, name, found := _nothing(name))
        return found


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Any = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        is_absent = fullname.partition(".")[0] in ABSENT
        if is_absent and not _Nothing.is_importing:
            raise ModuleNotFoundError(f"{fullname} is not loaded here", name=fullname)
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True) if is_absent else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing in it."""


def without_tensorflow() -> None:
    """Import Rasa with stand-ins for TensorFlow; before anything else has imported it."""
    sys.meta_path.insert(0, _Finder())
    import rasa.core.run
    import rasa.engine.recipes.default_components  # noqa: F401

    _Nothing.is_importing = False


def main() -> None:
    """Rasa's command line."""
    for name in _FOR_TENSORFLOW:  # Rasa would set it up as they say
        os.environ.pop(name, None)
    without_tensorflow()
    from rasa.__main__ import main as rasa

    rasa()


if __name__ == "__main__":
    main()

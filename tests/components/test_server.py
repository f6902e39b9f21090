"""Rasa is served without TensorFlow: its modules import, ours load, and whoever needs it is told so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # imports Rasa

ROOT = Path(__file__).parents[2]


def run(code: str) -> str:
    """What a program prints that imports Rasa so."""
    program = f"from bot.components.server import without_tensorflow\nwithout_tensorflow()\n{code}"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_nothing_of_tensorflow_is_loaded() -> None:
    code = (
        "import sys, spacy\nfrom bot.components.server import ABSENT\n"
        "print([n for n, m in sys.modules.items() if n.partition('.')[0] in ABSENT and getattr(m, '__file__', None)])"
    )
    assert run(code) == "[]"


def test_our_components_load() -> None:
    code = (
        "import bot.components.classifier, bot.components.ngrams, bot.components.extractor\n"
        "from rasa.nlu.classifiers.diet_classifier import DIETClassifier\nprint(DIETClassifier.__name__)"
    )
    assert run(code) == "DIETClassifier"


def test_whoever_needs_it_is_told_so() -> None:
    code = (
        "import tensorflow as tf\n"
        "try:\n    tf.constant(1)\nexcept RuntimeError as error:\n    print(error)\n"
        "try:\n    import tensorflow.experimental\nexcept ImportError as error:\n    print('absent')"
    )
    assert run(code).splitlines() == [
        "TensorFlow is not loaded here; a pipeline that needs it runs under `python -m rasa`",
        "absent",
    ]


def test_what_is_set_for_tensorflow_does_not_stop_it() -> None:
    command = [sys.executable, "-m", "bot.components.server", "run", "--help"]
    env = {**os.environ, "TF_INTER_OP_PARALLELISM_THREADS": "1", "TF_INTRA_OP_PARALLELISM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--enable-api" in done.stdout

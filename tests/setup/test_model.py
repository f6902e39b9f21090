"""Training happens when what the model is made from has changed, and at no other time."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest

from scripts import model
from scripts.console import Problem, Steps

FILES = {
    "config.yml": "pipeline: []",
    "domain.yml": "intents: [greet]",
    "data/nlu/greet.yml": "- 你好",
    "data/rules/start.yml": "rules: []",
    "bot/components/tokenizer.py": "class Tokenizer: ...",
    "policies_kb/normalise.py": "def normalise(): ...",
    "policies_kb/data/catalog.yml": "brands: []",
    "requirements.lock": "rasa==3.6.21",
    "actions/base.py": "",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


@pytest.fixture
def rasa(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stand-in for the Python of `.venv` whose `rasa train` counts and writes a model."""
    script = tmp_path_factory.mktemp("rasa") / "python"
    script.write_text(
        "#!/bin/sh\necho trained >> trainings\n"
        'test ! -e broken || { echo half > "$5/$7"; echo Bad domain; exit 1; }\n'
        'echo "$7" > "$5/$7"\n'
    )
    script.chmod(0o755)
    return script


def train(project: Path, rasa: Path) -> Path:
    return model.train(project, rasa, Steps(1, out=io.StringIO()))


def trainings(project: Path) -> int:
    return len((project / "trainings").read_text().splitlines())


@pytest.mark.parametrize(
    "name",
    [name for name in FILES if not name.startswith(("policies_kb/data", "actions"))],
)
def test_each_input_counts(project: Path, name: str) -> None:
    """A change of one byte in anything that the model is made from changes the digest."""
    before = model.digest(project)
    (project / name).write_text(FILES[name] + " ")
    assert model.digest(project) != before


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "data/nlu/deny.yml").write_text("- 不要"),
        lambda root: (root / "data/nlu/greet.yml").rename(root / "data/nlu/hello.yml"),
        lambda root: (root / "data/rules/start.yml").unlink(),
    ],
    ids=["added", "renamed", "removed"],
)
def test_files_that_come_and_go_count(project: Path, change: Any) -> None:
    """A file added, renamed or removed under data/ changes the digest."""
    before = model.digest(project)
    change(project)
    assert model.digest(project) != before


def test_bytes_that_move_between_files_count(project: Path) -> None:
    """Two files whose contents joined are the same as before still differ from them."""
    nlu = project / "data" / "nlu"
    (nlu / "a").write_text("xy")
    (nlu / "b").write_text("z")
    before = model.digest(project)
    (nlu / "a").write_text("x")
    (nlu / "b").write_text("yz")
    assert model.digest(project) != before


@pytest.mark.parametrize(
    "name",
    [
        "policies_kb/data/catalog.yml",
        "policies_kb/data/brands/viomi/warranty.yml",
        "actions/base.py",
        "bot/components/__pycache__/tokenizer.cpython-310.pyc",
        "data/nlu/.greet.yml.swp",
    ],
)
def test_what_is_read_at_start_or_left_by_tools_does_not_count(project: Path, name: str) -> None:
    """The catalog, clauses, actions, caches and hidden files never cause a training."""
    before = model.digest(project)
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text("changed")
    assert model.digest(project) == before


def test_nothing_is_trained_twice(project: Path, rasa: Path) -> None:
    """The second call finds the model of the first; going back to an older state finds that one."""
    first = train(project, rasa)
    assert first.read_text() == f"{first.name}\n"
    assert train(project, rasa) == first
    (project / "domain.yml").write_text("intents: [greet, deny]")
    assert train(project, rasa) != first
    (project / "domain.yml").write_text(FILES["domain.yml"])
    assert train(project, rasa) == first
    assert trainings(project) == 2


def test_a_failed_training_leaves_no_model(project: Path, rasa: Path) -> None:
    """What a failed training wrote is gone, the reason is said, and the next call trains again."""
    (project / "broken").touch()
    with pytest.raises(Problem, match=r"Training failed.*train\.log"):
        train(project, rasa)
    assert list((project / "models").iterdir()) == []
    assert "Bad domain" in (project / "var" / "log" / "train.log").read_text()
    (project / "broken").unlink()
    assert train(project, rasa).is_file()


def test_the_last_three_models_are_kept(tmp_path: Path) -> None:
    """Of our own models the three used last stay; a file with another name is never removed."""
    names = [f"{number:016x}.tar.gz" for number in range(5)]
    for age, name in enumerate([*names, "mine.tar.gz"]):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    model.prune(tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {*names[:3], "mine.tar.gz"}

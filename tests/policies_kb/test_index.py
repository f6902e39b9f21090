"""The arranged clauses: saved and read back the same, never half, and of use without vectors too."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from policies_kb import search as searching
from policies_kb.index import LAW, Index, question_vector, saved_vectors
from policies_kb.loader import load
from policies_kb.search import Fit, index_of, save_index, search

pytestmark = pytest.mark.slow

QUESTION = "师傅上门抽不抽烟"


class Counting:
    """An encoder that counts what it is given; equal sentences get equal vectors."""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, sentences: list[str]) -> Any:
        self.encoded += sentences
        rows = np.array([[len(s), sum(map(ord, s)) % 97, *[1.0] * 510] for s in sentences], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def built() -> Index:
    """An index of our clauses with the counting encoder's vectors."""
    return Index.build(load(), Counting())


def near_of(index: Index, vector: Any = None, brand: str | None = None) -> list[Sequence[float]]:
    """How near everything lies to the question."""
    near = index.near(QUESTION, vector, brand=brand)
    return [near.words.tolist(), near.meaning.tolist()]


def test_a_saved_index_is_read_back_the_same(built: Index, tmp_path: Path) -> None:
    """After saving and loading every clause lies as near as before."""
    built.save(tmp_path / "index")
    again = Index.load(tmp_path / "index", load())
    assert again is not None
    vector = Counting().encode([QUESTION])[0]
    assert near_of(again, vector) == near_of(built, vector)


@pytest.mark.slow
def test_saving_again_replaces_the_index(built: Index, tmp_path: Path) -> None:
    """A second saving leaves one whole index and nothing beside it."""
    for _ in range(2):
        built.save(tmp_path / "index")
    assert [path.name for path in tmp_path.iterdir()] == ["index"]
    assert Index.load(tmp_path / "index", load()) is not None


@pytest.mark.parametrize("name", ["about.json", "vectors.npy", "vocab.index.json", "data.csc.index.npy"])
def test_an_index_that_is_cut_short_is_no_index(built: Index, tmp_path: Path, name: str) -> None:
    """Half a file, as a full disk leaves it, is made anew and not answered from."""
    built.save(tmp_path / "index")
    whole = (tmp_path / "index" / name).read_bytes()
    (tmp_path / "index" / name).write_bytes(whole[: len(whole) // 2])
    assert Index.load(tmp_path / "index", load()) is None


@pytest.mark.slow
def test_only_new_sentences_are_encoded_again(built: Index, tmp_path: Path) -> None:
    """Of a changed knowledge the vectors that are known are taken over."""
    built.save(tmp_path / "index")
    encoder = Counting()
    Index.build(load(), encoder, saved_vectors(tmp_path / "index"))
    assert encoder.encoded == []
    known = dict(list(saved_vectors(tmp_path / "index").items())[5:])
    Index.build(load(), encoder, known)
    assert len(encoder.encoded) == 5


def test_what_was_never_saved_is_not_known(tmp_path: Path) -> None:
    """No folder, no vectors."""
    assert saved_vectors(tmp_path / "nothing") == {}
    assert Index.load(tmp_path / "nothing", load()) is None


def test_a_brand_is_a_part_of_all(built: Index) -> None:
    """Asked of one brand, its clauses lie just as near as asked of all."""
    vector = Counting().encode([QUESTION])[0]
    everything = built.near(QUESTION, vector)
    names = [clause.id for clause in everything.clauses]
    of_one = built.near(QUESTION, vector, brand="mijia")
    assert of_one.clauses and {clause.brand for clause in of_one.clauses} == {"mijia"}
    for clause, words, meaning in zip(of_one.clauses, of_one.words, of_one.meaning, strict=True):
        at = names.index(clause.id)
        assert (words, meaning) == pytest.approx((everything.words[at], everything.meaning[at]))


def test_the_law_is_apart(built: Index) -> None:
    """What the law says is found only by who asks for the law."""
    assert LAW not in {clause.brand for clause in built.near(QUESTION, None).clauses}
    assert {clause.brand for clause in built.near(QUESTION, None, brand=LAW).clauses} == {LAW}


@pytest.mark.parametrize("question", ["", " ", "😀", "?!", "zzz", "a" * 5000, "修" * 5000])
def test_strange_questions_are_near_to_nothing_or_something(built: Index, question: str) -> None:
    """Every text has a place between 0 and 1 to every clause."""
    near = built.near(question, Counting().encode([question])[0])
    assert len(near.words) == len(near.meaning) == len(near.clauses)
    assert ((near.words >= 0) & (near.words <= 1.001)).all()


def test_a_brand_without_clauses_is_near_to_nothing(built: Index) -> None:
    """A brand that nobody wrote of yet breaks nothing."""
    near = built.near(QUESTION, Counting().encode([QUESTION])[0], brand="nobody")
    assert (len(near.clauses), len(near.words), len(near.meaning)) == (0, 0, 0)


def test_without_an_encoder_words_alone_find(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the encoder is not installed the same question is still answered, by its words."""
    monkeypatch.setattr(searching, "encoder", lambda: None)
    monkeypatch.setattr(searching, "is_installed", lambda: False)
    monkeypatch.setattr(searching, "FOLDER", tmp_path)
    index_of.cache_clear()
    try:
        assert not index_of(load()).has_vectors
        best = search("安装师傅可以在家里吸烟吗", load(), brand="mijia")[0]
        assert best.clause.id == "mijia.conduct.takes-nothing"
        assert best.fit is not Fit.FAR
    finally:
        index_of.cache_clear()


@pytest.mark.slow
def test_indexes_of_long_ago_are_removed(built: Index, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Saving keeps the last few indexes, this one among them."""
    monkeypatch.setattr(searching, "FOLDER", tmp_path)
    monkeypatch.setattr(searching, "encoder", Counting)
    for n in range(5):
        built.save(tmp_path / f"search-{n}")
    place = save_index(load())
    assert place.is_dir() and len(list(tmp_path.iterdir())) == 3
    assert save_index(load()) == place


def test_a_question_asked_again_is_not_encoded_again() -> None:
    """The vectors of the last questions are remembered."""
    encoder = Counting()
    first = question_vector(QUESTION, encoder)
    assert (question_vector(QUESTION, encoder) == first).all()
    assert encoder.encoded == [QUESTION]

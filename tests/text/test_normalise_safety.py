"""Sentences that are right stay as they are, and normalising takes no time worth speaking of."""

from __future__ import annotations

import difflib
import functools
from pathlib import Path

import jieba
import pytest
from ruamel.yaml import YAML

from policies_kb.lexicon import lexicon_of
from policies_kb.loader import DATA, load
from policies_kb.normalise import key
from policies_kb.plain import plain, plain_key

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
TRAINING = ROOT / "data" / "nlu"
QUESTIONS = ROOT / "tests" / "policies_kb" / "questions"
APART = ROOT / "tests" / "nlu" / "apart.yml"

#: What is really mistyped in these sentences: (as typed, as meant), character by character.
_MISTYPED = """
    休修 俢修 飘票 漂票 霜箱 一衣 喜洗 鸡机 基机 气器 条调 抱报 暴报 抱保 包保 报保 是视 生森 造灶 唯维
    废费 宝保 各格 秀修 国过 们门 侧测 画话 店电 付傅 令零 近进 按安 庄装 月约 守收 素诉 头投 止址 贵柜
    治制 汽气 西吸 往网 典点 居据 好号 专转 公工 任人 砖转 贷货 祸货 推退 但单
"""
SLIPS = frozenset(_MISTYPED.split())
#: No more than one sentence in a thousand may be changed wrongly.
MOST = 0.001


@functools.cache
def _sentences() -> list[str]:
    """Everything that customers say in the training data, in the sets apart, and in the clauses' own questions."""
    yaml = YAML(typ="safe")
    blocks = [yaml.load(path.read_text("utf-8"))["nlu"][0]["examples"] for path in sorted(TRAINING.glob("*.yml"))]
    training = [line.removeprefix("- ") for block in blocks for line in block.splitlines()]
    asked = [row["ask"] for path in sorted(QUESTIONS.glob("*.yml")) for row in yaml.load(path.read_text("utf-8"))]
    apart = [entry["text"] for entry in yaml.load(APART.read_text("utf-8"))]
    kb = load()
    clauses = [text for c in (*kb.clauses.values(), *kb.law.values()) for text in (c.says, *c.asks)]
    return [*training, *asked, *apart, *clauses]


def _mended(raw: str) -> set[str]:
    """What the spelling changes in a text, each piece as typed and as meant."""
    *earlier, spelling = lexicon_of(DATA).mending
    text = functools.reduce(lambda done, step: step(done), earlier, plain(raw))
    typed, meant = text.text, spelling(text).text
    matcher = difflib.SequenceMatcher(None, typed, meant, autojunk=False)
    return {typed[a:b] + meant[c:d] for kind, a, b, c, d in matcher.get_opcodes() if kind != "equal"}


def test_sentences_that_are_right_stay() -> None:
    """Of the thousands of sentences at hand hardly one is changed but for what is really mistyped in it."""
    changed = {text: wrong for text in _sentences() if (wrong := _mended(text) - SLIPS)}
    assert len(changed) <= MOST * len(_sentences()), changed


def test_what_is_mistyped_there_is_found() -> None:
    """The test above looks at sentences in which there is something to mend."""
    assert set().union(*map(_mended, _sentences())) >= SLIPS - {"抱保"}


def test_common_words_of_the_language_stay() -> None:
    """Of the words that jieba counted a hundred times and more none is taken for a slip."""
    with jieba.get_dict_file() as file:
        counted = [line.decode("utf-8").split()[:2] for line in file]
    common = [word for word, count in counted if int(count) >= 100]
    assert len(common) > 20_000
    assert {word: wrong for word in common if (wrong := _mended(word))} == {}


def test_names_are_no_slips_of_one_another() -> None:
    """No name of the catalog is mended into anything but another name of the same thing."""
    catalog = load().catalog
    groups = (catalog.brands, catalog.products, catalog.parts, catalog.faults, catalog.fee_events, catalog.complaints)
    for word in (word for group in groups for word in group.values()):
        assert {key(name) for name in word.names if _mended(name)} <= set(map(plain_key, word.names))

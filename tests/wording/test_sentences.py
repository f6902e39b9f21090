"""Every code that is said has its sentence, every place in a sentence is filled, and sentences are set as Chinese."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from ruamel.yaml import YAML

from bot.dialogue import TOPICS
from bot.dialogue.topics.small import SMALLTALK, Handoff
from bot.text.days import Impossible
from bot.text.phones import PhoneProblem
from bot.tickets.words import Category, Kind, State
from bot.wording.sayings import SAYINGS
from bot.wording.sentences import entry, has
from bot.wording.typography import typeset
from policies_kb.loader import load
from policies_kb.model import KnownBy

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "bot/wording/sentences"
#: Words that are written in Latin letters in Chinese too.
LATIN = {"App", "BX", "Wi-Fi", "JavaScript"}
CHINESE = r"[\u4e00-\u9fff]"
NARROW = ",;:?!()"


def texts(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """All strings below a node of a sentence file, with their paths."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from texts(value, f"{path}.{key}")
    elif isinstance(node, list):
        for value in node:
            yield from texts(value, path)
    elif isinstance(node, str):
        yield path, node


def all_texts() -> list[tuple[str, str]]:
    files = sorted(FOLDER.glob("*.yml"))
    return [found for file in files for found in texts(YAML(typ="safe").load(file.read_text("utf-8")), file.stem)]


def places(text: str) -> set[str]:
    """The {names} of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


# -- what the code says


def calls(folder: str, *names: str) -> Iterator[tuple[str, ast.Call]]:
    """Calls of functions or methods of these names, with where they stand."""
    for file in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in names:
                yield f"{file.relative_to(ROOT)}:{node.lineno}", node


def literals(node: ast.expr | None) -> list[str]:
    """The strings an expression can be, as far as they are written there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    return []


def code_of(call: ast.Call) -> ast.expr | None:
    """The code that turn.say(code), turn.ask(…, code=code) and Need(slots, code) are about."""
    by_name = {keyword.arg: keyword.value for keyword in call.keywords}
    if "code" in by_name:
        return by_name["code"]
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    at = 1 if name == "Need" else 0
    return call.args[at] if len(call.args) > at else None


def said_codes() -> list[Any]:
    """Every code that bot/dialogue says, where it is written out: in the call, or given to a name before it."""
    found = {
        code: where for where, call in calls("bot/dialogue", "say", "ask", "Need") for code in literals(code_of(call))
    }
    for file in sorted((ROOT / "bot/dialogue").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"code", "read_back", "confirm"}:
                found |= {code: f"{file.name}:{node.lineno}" for code in literals(node.value) if code}
    return [pytest.param(code, id=f"{code} ({where})") for code, where in sorted(found.items())]


@pytest.mark.parametrize("code", said_codes())
def test_every_code_that_is_said_has_a_sentence(code: str) -> None:
    """A code is either made by a function of its own or stands in the sentences as a text."""
    assert code in SAYINGS or is_a_sentence(code), f"{code} cannot be said"


def is_a_sentence(path: str) -> bool:
    found = entry(path) if has(path) else None
    return isinstance(found, str) or (isinstance(found, Mapping) and isinstance(found.get("text"), str))


def built_paths() -> list[str]:
    """The paths that code puts together, for every word they can be put together from."""
    kb = load()
    asked = [name for name, fact in kb.facts.items() if fact.known_by is KnownBy.CUSTOMER]
    days = get_args(get_type_hints(Impossible)["reason_code"])
    phones = get_args(get_type_hints(PhoneProblem)["reason"])
    return [
        *(f"problem.{reason}" for reason in (*days, "day_to_come", "visit_past", "ticket_no")),
        *(f"problem.phone_{reason}" for reason in phones),
        *(f"smalltalk.{intent}" for intent in sorted(SMALLTALK)),
        *(f"coverage.ask.{fact}" for fact in asked),
        *(f"coverage.presumed.{name}" for name, fact in kb.facts.items() if fact.presumed is not None),
        *(f"names.category.{category}" for category in Category),
        *(f"progress.state.{state}" for state in State),
        *(f"progress.kind.{kind}" for kind in Kind),
        *(f"change_to.{field}" for field in kb.catalog.fields),
        "handoff.ask_phone.other",
    ]


@pytest.mark.parametrize("path", built_paths())
def test_every_word_that_paths_are_built_of_has_a_sentence(path: str) -> None:
    """Whatever a fact, a state, a category or a problem is called, there are words for it."""
    assert is_a_sentence(path), f"no sentence at {path}"


def test_handing_over_has_words_for_every_reason() -> None:
    """A reason without words of its own is asked for a number in the common words."""
    own = {path for path in entry("handoff.ask_phone") if path != "other"}
    assert own <= {*Handoff.reasons.values(), "safety"}, "words for a reason that does not exist"


def test_every_form_says_what_it_reads_back() -> None:
    """Forms name the sentences they read back and ask for a yes with."""
    for topic in TOPICS.values():
        for name in ("read_back", "confirm"):
            code = getattr(topic, name, "")
            assert not code or code in SAYINGS or is_a_sentence(code), f"{topic.name}.{name}"


# -- every place is filled


def said_plainly() -> list[Any]:
    """Sayings without a function of their own: code, the values given with it, and where."""
    return [
        pytest.param(code, {keyword.arg for keyword in call.keywords}, id=f"{code} ({where})")
        for where, call in calls("bot/dialogue", "say", "ask")
        for code in literals(code_of(call))
        if code not in SAYINGS and None not in {keyword.arg for keyword in call.keywords}
    ]


@pytest.mark.parametrize(("code", "given"), said_plainly())
def test_a_plain_saying_is_given_all_that_its_sentence_names(code: str, given: set[str]) -> None:
    """No {place} of a sentence reaches a customer."""
    text = entry(code)
    assert places(text if isinstance(text, str) else text["text"]) <= given | {"brands"}  # these every card is given


def sentences_taken() -> list[Any]:
    """sentence("path", name=value) in the code: path, names, and where."""
    return [
        pytest.param(path, {keyword.arg for keyword in call.keywords}, id=f"{path} ({where})")
        for folder in ("bot", "actions")
        for where, call in calls(folder, "sentence")
        for path in literals(call.args[0] if call.args else None)
        if None not in {keyword.arg for keyword in call.keywords}
    ]


@pytest.mark.parametrize(("path", "given"), sentences_taken())
def test_a_sentence_is_taken_with_all_that_it_names(path: str, given: set[str]) -> None:
    """The places of a sentence are exactly those its caller fills."""
    text = entry(path)
    named = places(text if isinstance(text, str) else text["text"])
    assert named <= given, f"{named - given} is never filled"


# -- the sentences themselves


def test_customers_read_chinese() -> None:
    """No Latin words but the few that are written so in Chinese too."""
    found = {path: set(re.findall(r"[A-Za-z][A-Za-z-]*", re.sub(r"\{[^}]*\}", "", text))) for path, text in all_texts()}
    assert not {path: words - LATIN for path, words in found.items() if words - LATIN}


def test_marks_beside_chinese_are_set_wide() -> None:
    """As it is shown, no narrow mark stands beside a Chinese character, no mark is doubled, quotes come in pairs."""
    narrow = re.compile(rf"{CHINESE}\s*[{re.escape(NARROW)}]|[{re.escape(NARROW)}]\s*{CHINESE}")
    doubled = re.compile(rf"{CHINESE}\.|\.{{2,}}|[，。；：？！]{{2,}}")
    for path, text in all_texts():
        shown = typeset(re.sub(r"\{[^}]*\}", "八", text))
        assert not narrow.search(shown), f"{path}: {shown}"
        assert not doubled.search(shown), f"{path}: {shown}"
        assert shown.count("“") == shown.count("”"), f"{path}: {shown}"
        assert typeset(shown) == shown, f"{path}: set twice it changes"


def test_every_quick_reply_is_short_enough_for_a_button() -> None:
    """A quick reply is at most ten characters and never a command."""
    replies = [reply for node in mappings_with_replies() for reply in node["replies"]]
    assert replies
    assert not [reply for reply in replies if len(reply) > 10 or reply.startswith("/")]


def test_no_quick_reply_is_offered_twice_with_one_sentence() -> None:
    """Two buttons with the same words would be one too many."""
    for node in mappings_with_replies():
        assert len(set(node["replies"])) == len(node["replies"]), node


def mappings_with_replies() -> list[Mapping[str, Any]]:
    def below(node: Any) -> Iterator[Mapping[str, Any]]:
        if isinstance(node, Mapping):
            if "replies" in node and "text" in node:
                yield node
            for value in node.values():
                yield from below(value)

    files = sorted(FOLDER.glob("*.yml"))
    return [node for file in files for node in below(YAML(typ="safe").load(file.read_text("utf-8")))]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("好,我来登记。", "好，我来登记。"),
        ("称呼:王先生", "称呼：王先生"),
        ("上门时间:14:00", "上门时间：14:00"),
        ("明天(11-23 周一) 09:00–11:00", "明天（11-23 周一） 09:00–11:00"),
        ("要登记吗?", "要登记吗？"),
        ("BX123456786", "BX123456786"),
        ("2,000元", "2,000元"),
    ],
)
def test_typesetting(written: str, shown: str) -> None:
    """Marks in Chinese become wide; times, numbers and codes stay as they are."""
    assert typeset(written) == shown

"""The desk's figures that tickets obey: read from the knowledge in use, and missed when they are not there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.tickets.rules import rules
from policies_kb.model import KnowledgeError

SERVICE = """
escalation: {urges: 4, complaints_on_one_ticket: 3, low_rating: 1}
identity:
  wrong_tries: 5
  lock: {hours: 1}
  code: {digits: 4, valid: {minutes: 2}, wrong_tries: 2, again_after: {minutes: 3}, a_day: 9, proves_for: {days: 1}}
"""


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the desk's rules in a folder of knowledge that is in use."""
    monkeypatch.setenv("BAOXIU_KNOWLEDGE", str(tmp_path))
    return tmp_path / "service.yml"


def test_the_figures_are_those_of_the_knowledge_in_use(service: Path) -> None:
    """Another folder of knowledge brings its own figures."""
    service.write_text(SERVICE, "utf-8")
    found = rules()
    assert (found.urges, found.complaints, found.low_rating) == (4, 3, 1)
    assert (found.wrong_tries, found.lock) == (5, timedelta(hours=1))
    assert (found.code.digits, found.code.valid, found.code.a_day) == (4, timedelta(minutes=2), 9)
    assert (found.code.again_after, found.code.proves_for) == (timedelta(minutes=3), timedelta(days=1))


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("urges: 4, ", "", "service.yml.escalation: urges is missing"),
        (
            "complaints_on_one_ticket: 3",
            "complaints_on_one_ticket: 1",
            "service.yml.escalation.complaints_on_one_ticket: must be a whole number, 2 or more",
        ),
        ("wrong_tries: 5", "wrong_trys: 5", "service.yml.identity: wrong_tries is missing"),
        ("lock: {hours: 1}", "lock: {hour: 1}", "service.yml.identity.lock.hour: unknown key; did you mean 'hours'?"),
        ("lock: {hours: 1}", "lock: {}", "service.yml.identity.lock: needs minutes, hours or days"),
        ("a_day: 9, ", "", "service.yml.identity.code: a_day is missing"),
        ("digits: 4", "digits: 3", "service.yml.identity.code.digits: must be a whole number, 4 or more"),
        (SERVICE, "{}", "service.yml.escalation: low_rating is missing"),
    ],
)
def test_a_figure_that_is_missing_or_wrong_is_named(service: Path, right: str, wrong: str, problem: str) -> None:
    """No figure is made up where the file gives none: the mistake is named with its place."""
    service.write_text(SERVICE.replace(right, wrong), "utf-8")
    with pytest.raises(KnowledgeError) as error:
        rules()
    assert problem in error.value.problems

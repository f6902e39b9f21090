"""The desk's own figures that tickets obey: when a person is brought in, and how a customer proves who they are.

They stand in `service.yml` beside the clauses; nothing is read before the first question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from policies_kb.loader import data_folder
from policies_kb.model import KnowledgeError
from policies_kb.reading import Node, load_yaml

_FILE = "service.yml"


@dataclass(frozen=True, kw_only=True)
class CodeRules:
    """A one-time code: how long it is, how long it and what it proves hold, and how often it is sent and tried."""

    digits: int
    valid: timedelta
    wrong_tries: int
    again_after: timedelta
    a_day: int
    proves_for: timedelta


@dataclass(frozen=True, kw_only=True)
class Rules:
    """`urges`: so many bring in a person, and so many `complaints` about one thing. `low_rating`: this or less is
    followed up. `wrong_tries` lock for `lock`."""

    urges: int
    complaints: int
    low_rating: int
    wrong_tries: int
    lock: timedelta
    code: CodeRules


def rules() -> Rules:
    """The figures of the knowledge in use. Raises `KnowledgeError` where one is missing or wrong."""
    return _read(data_folder() / _FILE)


@lru_cache(maxsize=4)
def _read(path: Path) -> Rules:
    problems: list[str] = []
    keys = Node(load_yaml(path, _FILE, problems), _FILE, problems).entries()
    nothing = Node({}, _FILE, problems)
    escalation = keys.get("escalation", nothing).entries()
    identity = keys.get("identity", nothing).mapping(required=["wrong_tries", "lock", "code"])
    code = identity.get("code", nothing).mapping(required=list(CodeRules.__dataclass_fields__))
    missing = [name for name in ("urges", "complaints_on_one_ticket", "low_rating") if name not in escalation]
    problems += [f"{_FILE}.escalation: {name} is missing" for name in missing]
    if problems:
        raise KnowledgeError(problems)
    found = Rules(
        urges=escalation["urges"].whole(least=1),
        complaints=escalation["complaints_on_one_ticket"].whole(least=2),
        low_rating=escalation["low_rating"].whole(least=1),
        wrong_tries=identity["wrong_tries"].whole(least=1),
        lock=_time(identity["lock"]),
        code=_code_rules(code),
    )
    if problems:
        raise KnowledgeError(problems)
    return found


def _code_rules(keys: Mapping[str, Node]) -> CodeRules:
    return CodeRules(
        digits=keys["digits"].whole(least=4),
        valid=_time(keys["valid"]),
        wrong_tries=keys["wrong_tries"].whole(least=1),
        again_after=_time(keys["again_after"]),
        a_day=keys["a_day"].whole(least=1),
        proves_for=_time(keys["proves_for"]),
    )


def _time(node: Node) -> timedelta:
    units = node.mapping(optional=["minutes", "hours", "days"])
    if not units:
        node.wrong("needs minutes, hours or days")
    return timedelta(**{unit: value.whole() for unit, value in units.items()})

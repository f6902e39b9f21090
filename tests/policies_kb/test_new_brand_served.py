"""The brand of docs/adding-a-brand.md over the real servers: restarted with its files, the model as it was trained."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from policies_kb.loader import VARIABLE, load
from scripts import model
from tests.policies_kb.new_brand import ASKED, ROOT, Walk
from tests.servers.house import House, running, text_of

pytestmark = [pytest.mark.servers, pytest.mark.slow]

#: The page's table ends with a booking and its yes.
*QUESTIONS, BOOKING, YES = ASKED


@dataclass(frozen=True)
class Served:
    """The servers with the new brand, and what the others are called."""

    house: House
    others: tuple[str, ...]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    trained = model.path(ROOT).stat().st_mtime
    walk = Walk(tmp_path_factory.mktemp("chenlu"))
    list(walk.go())
    names = [word.zh for slug, word in load(walk.data).catalog.brands.items() if slug != "chenlu"]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(VARIABLE, str(walk.data))
        with running(tmp_path_factory.mktemp("house")) as house:
            yield Served(house, tuple(names))
    assert model.path(ROOT).stat().st_mtime == trained, "the model was trained again"


@pytest.mark.parametrize(("said", "held"), QUESTIONS, ids=[said for said, _ in QUESTIONS])
def test_a_question_is_answered_from_the_brands_own_clauses(served: Served, said: str, held: list[str]) -> None:
    """The answer holds what the page shows, cites the new brand only, and names no other."""
    reply = served.house.say(f"chenlu-{said}", said)
    text = text_of(reply)
    assert [words for words in held if words not in text] == [], text
    cited = [citation["clause"] for citation in _citations(reply)]
    assert cited and all(clause.startswith("chenlu.") for clause in cited), cited
    assert [name for name in served.others if name in text] == [], text


def test_a_topic_that_the_brand_is_silent_on_stays_silent(served: Served) -> None:
    """What only other brands' documents tell (returns, a hotline) is not told for this one."""
    for said in ("晨露冰箱可以七天无理由退货吗", "晨露售后电话多少"):
        reply = served.house.say(f"chenlu-{said}", said)
        assert _citations(reply) == []
        assert "没有晨露" in text_of(reply)


def test_a_repair_is_booked_for_the_brand(served: Served) -> None:
    """The booking of the page is read back, and its yes stores one ticket of the new brand."""
    for said, held in (BOOKING, YES):
        text = text_of(served.house.say("chenlu-booking", said))
        assert [words for words in held if words not in text] == [], text
    (ticket,) = [t for t in served.house.tickets() if t["conversation"] == "chenlu-booking"]
    assert (ticket["kind"], ticket["brand"], ticket["product"]) == ("repair", "chenlu", "refrigerator")


def test_the_brand_is_understood_when_it_is_all_that_was_missing(served: Served) -> None:
    """A question without a brand is asked back, and the bare name answers it."""
    served.house.say("chenlu-bare", "上门费多少钱")
    reply = served.house.say("chenlu-bare", "晨露电器")
    assert "47元" in text_of(reply)


def test_the_page_of_the_chat_names_the_brand(served: Served) -> None:
    """Its list of brands comes from the catalog."""
    with urllib.request.urlopen(f"http://127.0.0.1:{served.house.at.web}/", timeout=10) as page:
        assert "晨露" in page.read().decode()


def _citations(reply: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [citation for entry in reply for citation in entry.get("custom", {}).get("citations", [])]

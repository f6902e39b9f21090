"""A brand that is text alone, in conversation: offered, kept apart from the others, and no person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from policies_kb.loader import VARIABLE
from tests.dialogue.talk import Talk
from tests.policies_kb.new_brand import Walk

pytestmark = pytest.mark.slow  # another knowledge is arranged for search

#: The number of the page's document, as a clause that nobody can confirm.
CONTACTS = """\
- id: listed-number
  products: [all]
  says: 资料上的预约号码无法确认是官方号码。
  effect: {kind: info}
  sources: [{doc: chenlu, lines: [8]}]
  flags: [unverified_contact]
  asks: [400-000-0000是官方电话吗]
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's brand, which is also called 康露 (康 is a family name), with its number as a clause."""
    walk = Walk(tmp_path_factory.mktemp("chenlu"))
    list(walk.go())
    (walk.data / "brands" / "chenlu" / "contacts.yml").write_text(CONTACTS, encoding="utf-8")
    catalog = walk.data / "catalog.yml"
    catalog.write_text(catalog.read_text(encoding="utf-8").replace("[晨露电器", "[康露, 晨露电器"), encoding="utf-8")
    return walk.data


@pytest.fixture
def talk(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Talk]]:
    monkeypatch.setenv(VARIABLE, str(files))
    yield lambda: Talk.at(tmp_path)


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("上门费多少", "ask_fee"),
        ("冰箱不制冷,要报修", "book_repair"),
        ("冰箱还保吗", "ask_coverage"),
        ("我要投诉收费", "complain_fee"),
    ],
)
def test_a_new_brand_is_among_those_offered(talk: Callable[[], Talk], said: str, intent: str) -> None:
    """Where the brand is asked for, the catalog's brands are the quick replies."""
    cards = talk().say(said, intent)
    assert "晨露" in [title for card in cards for title in card.replies]


def test_a_number_of_a_new_brand_is_not_sent_to_another(talk: Callable[[], Talk]) -> None:
    """The warning of an unverified number tells nothing of another brand's document."""
    one = talk()
    one.say("晨露的400-000-0000是官方的吗", "ask_hotline")
    assert "小米" not in one.text()


def test_a_brand_that_begins_with_a_family_name_is_no_person(talk: Callable[[], Talk]) -> None:
    """A catalog brand that stands alone beside an address is not the customer's name."""
    one = talk()
    one.say("康露冰箱不制冷,我要报修,13812345678", "book_repair")
    one.say("明天下午", "inform")
    one.say("康露,桂林市七星区建干路12号", "inform")
    assert "称呼：康露" not in one.text()

"""Conversations over the real servers, judged by the end state of the store and by what had to be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.servers.house import House, text_of

pytestmark = pytest.mark.servers
FILE = Path(__file__).parent / "conversations.yml"
CONVERSATIONS = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", CONVERSATIONS, ids=[row["name"] for row in CONVERSATIONS])
def test_conversation_over_the_servers(house: House, row: dict[str, Any]) -> None:
    """Each message is answered with what must be told and nothing that must not; the store ends as it should."""
    numbers: dict[str, str] = {}
    for turn in row["turns"]:
        sender = f"{row['name']}-{turn.get('as', 'customer')}"
        reply = text_of(house.say(sender, turn["say"].format(**numbers)))
        assert reply.strip(), f"no answer to {turn['say']}"
        for words in turn.get("told", ()):
            assert words.format(**numbers) in reply, f"{turn['say']} → {reply}"
        for words in (*turn.get("never", ()), *NEVER):
            assert words not in reply, f"{turn['say']} → {reply}"
        if "单号 BX" in reply:
            numbers["no"] = reply.split("单号 ")[1][:11]
    mine = [t for t in house.tickets() if str(t["conversation"]).startswith(row["name"])]
    assert [_fields(t, wanted) for t, wanted in zip(mine, row["tickets"], strict=True)] == row["tickets"]


#: Never said to any customer, whatever they ask.
NEVER = ("13年", "310年", "3.6个月", "3*12", "37天", "400-100-5678 是", "/affirm", "Traceback", "None")


def _fields(ticket: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    return {name: ticket[name] for name in wanted}

"""Conversations over HTTP: opening one, saying something, reading all that was said."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot import settings
from bot.conversations.transcript import NewMessage, Transcript, Who
from tests.web.conftest import Conversation, nobody
from tests.web.stand_in import StandIn

Open = Callable[[TestClient], Conversation]
CARD = {
    "type": "coverage",
    "outcome": "conditional",
    "until": ["2027-03-01", "2029-03-01"],
    "assuming": {"opened_by": "nobody"},
    "citations": [{"clause": "mijia.warranty.x", "doc": "mijia", "lines": [24], "flags": ["ok"]}],
    "replies": [{"title": "看来源", "payload": "看来源"}],
}


def say(client: TestClient, conversation: Conversation, text: object, message_id: object = "m1") -> Any:
    body = {"text": text, "message_id": message_id}
    return client.post(f"{conversation.path}/messages", json=body, headers=conversation.bearer)


def rows(client: TestClient, conversation: Conversation, after: object = 0) -> list[dict[str, Any]]:
    url = f"{conversation.path}/messages?after={after}"
    answer = client.get(url, headers=conversation.bearer)
    assert answer.status_code == 200
    return answer.json()["messages"]


def test_words_go_to_rasa(web: TestClient, rasa: StandIn, opened: Open) -> None:
    """A message reaches Rasa's REST channel with its conversation and its id; the replies return."""
    conversation = opened(web)
    rasa.replies = [("冰箱保一年。", None)]
    answer = say(web, conversation, "保多久", "m-1")
    assert answer.status_code == 200
    assert answer.json()["replies"] == [{"recipient_id": conversation.id, "text": "冰箱保一年。"}]
    metadata = {"message_id": "m-1"}
    assert rasa.told == [{"sender": conversation.id, "message": "保多久", "metadata": metadata}]


def test_ids_are_never_the_same(web: TestClient, opened: Open) -> None:
    """Every conversation has an id and a token of its own, too long to be guessed."""
    made = [web.post("/api/conversations").json() for _ in range(20)]
    assert len({one["id"] for one in made}) == len({one["token"] for one in made}) == 20
    assert all(len(one["id"]) > 20 and len(one["token"]) > 40 for one in made)


def test_all_that_was_said_is_read_back(web: TestClient, rasa: StandIn, opened: Open) -> None:
    """The history has the customer's words and the replies in order, and goes on after an id."""
    conversation = opened(web)
    rasa.replies = [("第一句", None), ("第二句", None)]
    say(web, conversation, "你好")
    history = rows(web, conversation)
    shown = [(row["who"], row["text"]) for row in history]
    assert shown == [("customer", "你好"), ("bot", "第一句"), ("bot", "第二句")]
    assert history[0]["message_id"] == "m1"
    assert history[1]["reply_to"] == history[0]["id"]
    assert history[0]["at"] == "2026-11-20T10:00:00+08:00"
    assert rows(web, conversation, history[1]["id"]) == history[2:]


def test_a_card_passes_through(web: TestClient, rasa: StandIn, opened: Open) -> None:
    """A card is read back as it was made, its quick replies beside it too."""
    conversation = opened(web)
    rasa.replies = [("看保修卡。", CARD)]
    say(web, conversation, "保不保")
    last = rows(web, conversation)[-1]
    assert last["card"] == CARD
    assert last["replies"] == CARD["replies"]


def test_a_long_history_comes_in_pages(web: TestClient, transcript: Transcript, opened: Open) -> None:
    """An answer that is full says that there is more, and nothing is missing or doubled."""
    conversation = opened(web)
    for n in range(510):
        transcript.record(
            NewMessage(
                conversation=conversation.id, who=Who.CUSTOMER, text=f"第{n}句", channel="rest", at=settings.now()
            )
        )
    first = web.get(f"{conversation.path}/messages", headers=conversation.bearer).json()
    last_id = first["messages"][-1]["id"]
    url = f"{conversation.path}/messages?after={last_id}"
    rest = web.get(url, headers=conversation.bearer).json()
    assert (first["more"], rest["more"]) == (True, False)
    texts = [row["text"] for row in first["messages"] + rest["messages"]]
    assert texts == [f"第{n}句" for n in range(510)]


# Trying again


def test_a_retry_says_nothing_twice(web: TestClient, rasa: StandIn, opened: Open) -> None:
    """The same message id again gets the same replies, and the transcript does not grow."""
    conversation = opened(web)
    first = say(web, conversation, "登记维修", "once")
    before = rows(web, conversation)
    again = say(web, conversation, "登记维修", "once")
    assert again.json() == first.json()
    assert rows(web, conversation) == before


def test_rasa_is_away(web: TestClient, rasa: StandIn, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """While nobody listens there, the answer says so; the retry gets through when Rasa is back."""
    conversation = opened(web)
    monkeypatch.setenv("BAOXIU_RASA_URL", nobody())
    away = say(web, conversation, "在吗", "m1")
    assert away.status_code == 503
    assert "这句没有记下" in away.json()["text"]
    assert rows(web, conversation) == []
    monkeypatch.setenv("BAOXIU_RASA_URL", rasa.url)
    assert say(web, conversation, "在吗", "m1").status_code == 200
    assert [told["metadata"]["message_id"] for told in rasa.told] == ["m1"]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_rasa_fails(web: TestClient, rasa: StandIn, opened: Open, status: int) -> None:
    """An answer that is none is never passed on as one."""
    rasa.status = status
    assert say(web, opened(web), "在吗").status_code == 503


def test_rasa_is_busy(web: TestClient, rasa: StandIn, opened: Open) -> None:
    """The channel's word that it could not answer is no answer: the page is to try again."""
    rasa.replies = [("系统正忙，这句没有记下，请稍后再发一次。", None)]
    assert say(web, opened(web), "在吗").status_code == 503


# Who may


def test_a_token_opens_its_own_conversation_only(web: TestClient, opened: Open) -> None:
    """With another conversation's token, a forged one or none, nothing is read and nothing said."""
    mine, other = opened(web), opened(web)
    forged = {"Authorization": f"{mine.bearer['Authorization'][:-2]}xx"}
    wrong = (other.bearer, forged, {}, {"Authorization": "Bearer"}, {"Authorization": "Basic eDp4"})
    for headers in wrong:
        stranger = mine._replace(bearer=headers)
        url = f"{mine.path}/messages"
        assert say(web, stranger, "你好").status_code == 401
        assert web.get(url, headers=headers).status_code == 401
        assert web.get(f"{mine.path}/events", headers=headers).status_code == 401


def test_a_stranger_reaches_nobody(web: TestClient, rasa: StandIn, opened: Open) -> None:
    """Words without the token are not forwarded."""
    say(web, opened(web)._replace(bearer={}), "你好")
    assert rasa.told == []


def test_another_key_makes_other_tokens(web: TestClient, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token is worth nothing to an installation with another key."""
    conversation = opened(web)
    monkeypatch.setenv("BAOXIU_SECRET", "another key")
    assert say(web, conversation, "你好").status_code == 401


def test_staff_read_every_conversation(web: TestClient, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token of staff reads what was said, and says nothing in the customer's name."""
    monkeypatch.setenv("BAOXIU_STAFF_TOKEN", "staff")
    conversation = opened(web)
    say(web, conversation, "你好")
    staff = conversation._replace(bearer={"Authorization": "Bearer staff"})
    assert len(rows(web, staff)) == 2
    assert say(web, staff, "你好").status_code == 401


def test_a_program_here_reads_its_conversations(here: TestClient, transcript: Transcript) -> None:
    """A conversation whose id a program chose on Rasa's port is read on this machine, tokenless."""
    transcript.record(
        NewMessage(conversation="kiosk-7", who=Who.CUSTOMER, text="你好", channel="rest", at=settings.now())
    )
    answer = here.get("/api/conversations/kiosk-7/messages?after=0")
    assert [row["text"] for row in answer.json()["messages"]] == ["你好"]


def test_a_program_here_needs_the_token_of_a_page(here: TestClient, opened: Open) -> None:
    """A customer's conversation on the page wants its token on this machine too."""
    assert here.get(f"{opened(here).path}/messages").status_code == 401


@pytest.mark.parametrize(
    ("peer", "base_url", "headers"),
    [
        ("203.0.113.7", "http://127.0.0.1:8080", {}),
        ("127.0.0.1", "http://127.0.0.1:8080", {"X-Forwarded-For": "203.0.113.7"}),
        ("127.0.0.1", "http://127.0.0.1:8080", {"Forwarded": "for=203.0.113.7"}),
        ("127.0.0.1", "http://rebound.example:8080", {}),
    ],
    ids=["another machine", "proxy", "proxy, new style", "a name that leads here"],
)
@pytest.mark.usefixtures("rasa")
def test_nobody_else_reads_without_a_token(
    transcript: Transcript,
    client_from: Callable[..., TestClient],
    peer: str,
    base_url: str,
    headers: dict[str, str],
) -> None:
    """Who is not a program of this machine, or asks for somebody who is not, needs a token."""
    transcript.record(
        NewMessage(conversation="kiosk-7", who=Who.CUSTOMER, text="你好", channel="rest", at=settings.now())
    )
    with client_from((peer, 50000), base_url=base_url) as client:
        answer = client.get("/api/conversations/kiosk-7/messages", headers=headers)
    assert answer.status_code == 401


# What is refused


def test_too_many_words(web: TestClient, rasa: StandIn, opened: Open) -> None:
    """Ten thousand characters are refused with a plain sentence, and nothing is forwarded."""
    answer = say(web, opened(web), "长" * 10_000)
    assert answer.status_code == 400
    assert "最多1000个字" in answer.json()["text"]
    assert rasa.told == []


def test_a_thousand_characters_are_taken(web: TestClient, rasa: StandIn, opened: Open) -> None:
    """The limit itself is allowed, in characters and not in bytes."""
    assert say(web, opened(web), "🧊" * 1000).status_code == 200
    assert len(rasa.told[0]["message"]) == 1000


@pytest.mark.parametrize("announced", [True, False], ids=["with its length", "in chunks"])
def test_a_large_body_is_not_read(web: TestClient, opened: Open, announced: bool) -> None:
    """More than 32 KB is refused, announced or not."""
    conversation = opened(web)
    body = b'{"text": "' + b"x" * 40_000 + b'", "message_id": "m1"}'
    content = body if announced else iter([body[:20_000], body[20_000:]])
    url = f"{conversation.path}/messages"
    answer = web.post(url, content=content, headers=conversation.bearer)
    assert answer.status_code == 413
    assert answer.json()["error"] == "too_large"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'"text"', b"[]", b"null", b"\xff\xfe", b"[" * 20_000, b'{"text": "a"'],
    ids=["nothing", "brace", "text", "list", "null", "bytes", "deep", "cut off"],
)
def test_broken_json(web: TestClient, rasa: StandIn, opened: Open, body: bytes) -> None:
    """What is no JSON object is refused, and nothing is forwarded."""
    conversation = opened(web)
    url = f"{conversation.path}/messages"
    answer = web.post(url, content=body, headers=conversation.bearer)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_json")
    assert rasa.told == []


@pytest.mark.parametrize("text", ["", " \n\t", None, 5, ["你好"], "\ud800"])
def test_no_words(web: TestClient, rasa: StandIn, opened: Open, text: object) -> None:
    """Without any text there is nothing to forward."""
    conversation = opened(web)
    body = json.dumps({"text": text, "message_id": "m1"})
    url = f"{conversation.path}/messages"
    assert web.post(url, content=body, headers=conversation.bearer).status_code == 400
    assert rasa.told == []


@pytest.mark.parametrize("message_id", [None, "", 7, "a b", "x" * 65, "id\n"])
def test_every_message_has_an_id(web: TestClient, rasa: StandIn, opened: Open, message_id: object) -> None:
    """Without a usable id a retry could not be told from a new message, so it is refused."""
    assert say(web, opened(web), "你好", message_id).json()["error"] == "bad_message_id"
    assert rasa.told == []


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "９", str(2**63), "9" * 400])
def test_after_is_an_id(web: TestClient, opened: Open, after: str) -> None:
    """A start that is no row id is refused rather than guessed."""
    conversation = opened(web)
    params = {"after": after}
    url = f"{conversation.path}/messages"
    answer = web.get(url, params=params, headers=conversation.bearer)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_after")


def test_html_stays_text(web: TestClient, opened: Open) -> None:
    """Markup in a customer's words is kept and returned as the words they are, in JSON."""
    conversation = opened(web)
    say(web, conversation, "<script>alert(1)</script>")
    answer = web.get(f"{conversation.path}/messages", headers=conversation.bearer)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["messages"][0]["text"] == "<script>alert(1)</script>"


def test_a_conversation_of_another_day(web: TestClient, transcript: Transcript, opened: Open) -> None:
    """Times are Shanghai's, whenever they were."""
    conversation = opened(web)
    at = settings.now() - timedelta(days=400)
    transcript.record(NewMessage(conversation=conversation.id, who=Who.AGENT, text="您好", channel="desk", at=at))
    assert rows(web, conversation)[0]["at"] == "2025-10-16T10:00:00+08:00"

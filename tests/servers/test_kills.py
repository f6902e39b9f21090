"""Processes are killed at random while customers book: every confirmed ticket exists, and exists once."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import Counter

import pytest

from tests.servers.house import House, text_of

pytestmark = [pytest.mark.servers, pytest.mark.slow]

BOOKINGS = 50
PATIENCE = 120  # messages that a customer sends before giving up


def test_every_confirmed_ticket_exists_once(house: House) -> None:
    """50 bookings with actions and web killed again and again and Rasa once: confirmed numbers and stored tickets
    agree one to one."""
    stop = threading.Event()
    killer = threading.Thread(target=_kill_until, args=(house, stop), daemon=True)
    killer.start()
    try:
        confirmed = {_phone(n): _book(house, n) for n in range(BOOKINGS)}
    finally:
        stop.set()
        killer.join()
    stored = [ticket for ticket in house.tickets() if ticket["phone"] in confirmed]
    assert Counter(ticket["phone"] for ticket in stored) == Counter(list(confirmed))
    assert {ticket["phone"]: ticket["no"] for ticket in stored} == confirmed


def _kill_until(house: House, stop: threading.Event) -> None:
    chance = random.Random(20261122)
    rasa_at = chance.randrange(2, 5)
    for count in range(10_000):
        if stop.wait(chance.uniform(2.0, 6.0)):
            return
        house.kill("rasa" if count == rasa_at else chance.choice(["actions", "web"]))


def _phone(n: int) -> str:
    return f"1390001{n:04d}"


def _book(house: House, n: int) -> str:
    """One customer, who says a message again under its own id until it is answered; the number told at the end."""
    sender = f"kill-{n}"
    wishes = {
        "请核对": "确认",
        "还没提交": "确认",
        "什么时候": "明天上午",
        "称呼": f"李先生 {_phone(n)} 南京市鼓楼区中山路{n + 1}号",
    }
    text, message_id = "你好,我要报修 云米冰箱不制冷", uuid.uuid4().hex
    heard: list[str] = []
    for _ in range(PATIENCE):
        reply = _ask(house, sender, text, message_id)
        heard.append(f"{text} → {reply}")
        if "单号 BX" in reply:
            return reply.split("单号 ")[1][:11]
        following = next((answer for words, answer in wishes.items() if words in reply), None)
        if following is not None:
            text, message_id = following, uuid.uuid4().hex
        else:  # not answered, or told that it was not stored: say the same again
            time.sleep(0.5)
            message_id = message_id if not reply else uuid.uuid4().hex
    raise AssertionError(f"booking {n} came to nothing: " + "\n".join(heard[-5:]))


def _ask(house: House, sender: str, text: str, message_id: str) -> str:
    try:
        return text_of(house.say(sender, text, message_id, limit=20))
    except OSError:  # Rasa is away
        return ""

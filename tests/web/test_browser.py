"""The chat page in a real browser, against the real server and a stand-in for Rasa."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot import settings
from bot.conversations.transcript import NewMessage, Transcript, Who
from bot.wording import sentence
from tests.web.stand_in import StandIn

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
VERDICT = {
    "type": "coverage",
    "outcome": "conditional",
    "until": ["2027-03-01", "2029-03-01"],
    "assuming": {"opened_by": "nobody", "proof": "invoice"},
    "citations": [
        {
            "clause": "mijia.warranty.x",
            "doc": "mijia",
            "lines": [22, 24],
            "flags": ["contradicts"],
            "says": "整机保一到三年。",
        },
    ],
    "replies": [{"title": t, "payload": t} for t in ("看来源", "保修卡写着…", "先登记维修")],
}
TICKET = {
    "type": "ticket",
    "ticket": {"no": "BX123456780", "kind": "repair", "state": "registered"},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    """The page on a narrow phone; a script error or a breach of the policy fails the test."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: faults.append(m.text) if "Content Security" in m.text else None)
    page.goto(served)
    yield page
    context.close()
    assert faults == []


def say(page: Page, text: str) -> None:
    page.get_by_label("输入消息").fill(text)
    page.keyboard.press("Enter")


def bubbles(page: Page, side: str) -> list[str]:
    return page.locator(f".{side} .said .bubble").all_inner_texts()


def test_words_are_said_and_answered(page: Page, rasa: StandIn) -> None:
    """What is typed appears on the right, the answer on the left, and the input is empty again."""
    rasa.replies = [("冰箱整机保一年。", None)]
    say(page, "冰箱保多久")
    expect(page.get_by_role("log")).to_contain_text("冰箱整机保一年。")
    assert bubbles(page, "me") == ["冰箱保多久"]
    expect(page.get_by_label("输入消息")).to_have_value("")


def test_the_history_is_there_after_a_reload(page: Page, rasa: StandIn) -> None:
    """After a reload the same words stand there, once each."""
    rasa.replies = [("好的。", None)]
    say(page, "第一句")
    expect(page.get_by_role("log")).to_contain_text("好的。")
    page.reload()
    expect(page.locator(".me .bubble")).to_have_text(["第一句"])
    assert bubbles(page, "them")[1:] == ["好的。"]


def test_markup_stays_text(page: Page, rasa: StandIn) -> None:
    """Markup from either side is shown as it was written and makes no element."""
    rasa.replies = [("<img src=x onerror=alert(1)>", {"type": "ticket", "ticket": {**TICKET["ticket"], "no": "<i>"}})]
    say(page, "<b>很急</b>")
    expect(page.locator("#log .them .bubble").last).to_have_text("<img src=x onerror=alert(1)>")
    assert bubbles(page, "me") == ["<b>很急</b>"]
    expect(page.locator(".ticket")).to_contain_text("<i>")
    expect(page.locator("#log").locator("b:has-text('很急'), img")).to_have_count(0)


def test_a_verdict_shows_its_parts(page: Page, rasa: StandIn) -> None:
    """A verdict's card shows the outcome, both days, what was presumed; its sources unfold."""
    rasa.replies = [("要看保修卡。", VERDICT)]
    say(page, "保不保")
    card = page.locator(".card")
    expect(card).to_contain_text("看条件")
    expect(card).to_contain_text("2027年3月1日 至 2029年3月1日")
    expect(card).to_contain_text("按没拆修过、有发票算")
    source = card.get_by_text("整机保一到三年。")
    expect(source).to_be_hidden()
    page.get_by_role("button", name="看来源").click()
    expect(source).to_be_visible()
    expect(card.locator("li")).to_contain_text("第22、24行")
    expect(card.locator("li")).to_contain_text("写法不一")
    expect(page.get_by_role("button", name="看来源", expanded=True)).to_be_visible()
    assert len(rasa.told) == 1


def test_a_quick_reply_is_said(page: Page, rasa: StandIn) -> None:
    """A tapped reply is said as it stands; then the replies are gone."""
    rasa.replies = [("要看保修卡。", VERDICT)]
    say(page, "保不保")
    expect(page.locator(".card")).to_be_visible()
    rasa.replies = [("登记好了。", TICKET)]
    page.get_by_role("button", name="先登记维修").click()
    expect(page.locator(".ticket")).to_contain_text("BX123456780")
    expect(page.locator(".ticket")).to_contain_text("已登记")
    assert rasa.told[-1]["message"] == "先登记维修"
    expect(page.get_by_role("button", name="先登记维修")).to_have_count(0)


def test_an_open_reply_is_finished_by_the_customer(page: Page, rasa: StandIn) -> None:
    """A reply that ends in … goes into the input, which waits for the rest."""
    rasa.replies = [("要看保修卡。", VERDICT)]
    say(page, "保不保")
    page.get_by_role("button", name="保修卡写着…").click()
    expect(page.get_by_label("输入消息")).to_have_value("保修卡写着")
    expect(page.get_by_label("输入消息")).to_be_focused()
    page.keyboard.type("三年")
    page.keyboard.press("Enter")
    expect(page.locator(".me .bubble").last).to_have_text("保修卡写着三年")


def test_typing_is_shown_while_a_reply_is_awaited(page: Page, rasa: StandIn) -> None:
    """Until the answer is there, the page says that the other side is typing."""
    go_on = threading.Event()
    rasa.before_reply = lambda: assert_(go_on.wait(10))
    say(page, "在吗")
    expect(page.get_by_role("status")).to_have_text("正在输入…")
    go_on.set()
    expect(page.get_by_role("status")).to_have_text("")


def assert_(holds: bool) -> None:
    assert holds


def test_what_could_not_be_sent_stays_in_the_input(page: Page, rasa: StandIn) -> None:
    """A message that did not arrive is back in the input, and the retry sends it under its id."""
    rasa.status = 500
    say(page, "我要报修")
    expect(page.get_by_role("alert")).to_contain_text("这句没有记下")
    expect(page.get_by_label("输入消息")).to_have_value("我要报修")
    assert bubbles(page, "me") == []
    unsent = page.evaluate("JSON.parse(sessionStorage.getItem('baoxiu.unsent'))")
    rasa.status = 200
    page.get_by_role("button", name="重试").click()
    expect(page.locator(".me .bubble")).to_have_text(["我要报修"])
    expect(page.get_by_label("输入消息")).to_have_value("")
    expect(page.get_by_role("status")).to_have_text("")
    assert [told["metadata"]["message_id"] for told in rasa.told] == [unsent["id"]]


def test_what_could_not_be_sent_outlives_a_reload(page: Page, rasa: StandIn) -> None:
    """A reload keeps the words that did not arrive."""
    rasa.status = 500
    say(page, "我要报修")
    expect(page.get_by_role("button", name="重试")).to_be_visible()
    page.reload()
    expect(page.get_by_label("输入消息")).to_have_value("我要报修")


def test_an_answer_that_was_lost_is_shown(page: Page, rasa: StandIn) -> None:
    """Where the words were answered and only the answer got lost, there is nothing to try again."""
    rasa.loses_answers, rasa.replies = True, [("登记好了。", TICKET)]
    say(page, "确认")
    expect(page.locator(".ticket")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("")
    expect(page.get_by_role("button", name="重试")).to_be_hidden()
    expect(page.get_by_label("输入消息")).to_have_value("")
    assert bubbles(page, "me") == ["确认"]


def test_words_without_an_answer_can_be_said_again(page: Page, rasa: StandIn) -> None:
    """Words that were stored and not answered stay in the log, and the retry has the same id."""
    rasa.replies, rasa.unwritten = [], [sentence("channel.busy")]
    say(page, "确认")
    expect(page.get_by_role("alert")).to_contain_text("还没有得到答复")
    rasa.unwritten = ["好的。"]
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_role("status")).to_have_text("")
    expect(page.get_by_role("button", name="重试")).to_be_hidden()
    assert bubbles(page, "me") == ["确认"]
    assert len({told["metadata"]["message_id"] for told in rasa.told}) == 1 < len(rasa.told)


def test_the_same_words_again_are_said_again(page: Page, rasa: StandIn) -> None:
    """Words that were answered and are typed once more are a new message."""
    for count in (1, 2):
        say(page, "确认")
        expect(page.locator(".me .bubble")).to_have_count(count)
        expect(page.get_by_role("status")).to_have_text("")
    first, second = (told["metadata"]["message_id"] for told in rasa.told)
    assert first != second


def test_too_many_words_stay_in_the_input(page: Page, rasa: StandIn) -> None:
    """Beyond a thousand characters the page says so, keeps them and sends nothing."""
    say(page, "长" * 1001)
    expect(page.get_by_role("alert")).to_contain_text("最多1000个字，现在1001个字")
    assert len(page.get_by_label("输入消息").input_value()) == 1001
    page.get_by_label("输入消息").fill("长" * 1000)
    expect(page.get_by_role("alert")).not_to_contain_text("最多")
    assert rasa.told == []


def test_a_persons_words_arrive_by_themselves(page: Page, rasa: StandIn, transcript: Transcript) -> None:
    """What staff write appears without anything being sent, as a person's words."""
    say(page, "转人工")
    expect(page.locator(".me .bubble")).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text("")
    conversation = rasa.told[0]["sender"]
    transcript.record(
        NewMessage(conversation=conversation, who=Who.AGENT, text="您好，我是小周。", channel="desk", at=settings.now())
    )
    expect(page.locator(".agent .bubble")).to_have_text("您好，我是小周。")


def test_replies_outside_the_transcript_are_shown(page: Page, rasa: StandIn) -> None:
    """A reply that is not written down (a person has been told) is shown as a note."""
    rasa.replies = []
    rasa.unwritten = ["人工同事正在为您处理。"]
    say(page, "还在吗")
    expect(page.locator(".note.passing")).to_have_text("人工同事正在为您处理。")


def test_the_page_works_by_keyboard(page: Page, rasa: StandIn) -> None:
    """Quick replies are reached and used by keyboard, and then the input has the focus."""
    page.get_by_role("button", name="我要报修").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".me .bubble")).to_have_text(["我要报修"])
    expect(page.get_by_label("输入消息")).to_be_focused()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_is_cut_off(page: Page, rasa: StandIn, width: int) -> None:
    """However wide the window is, nothing has to be scrolled sideways."""
    page.set_viewport_size({"width": width, "height": 740})
    rasa.replies = [("https://example.com/" + "a" * 200, VERDICT), ("好", TICKET)]
    say(page, "长" * 200)
    expect(page.locator(".ticket")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("document.getElementById('scroller').scrollWidth") <= width

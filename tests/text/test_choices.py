"""Which of several is meant, whether goods are as they came, what a complaint asks for, how many stars."""

from __future__ import annotations

import pytest

from bot.text.choices import choice_in, completeness_in, kinds_in
from bot.text.claims import evidence_in, wish_in
from bot.text.ratings import stars_given


@pytest.mark.parametrize(
    ("text", "place"),
    [("第二张", 1), ("第1个", 0), ("2", 1), ("最后那张", 2), ("第五张", None), ("冰箱那张", None), ("周二", None)],
)
def test_a_place_in_a_list_is_named(text: str, place: int | None) -> None:
    """Only what stands in a list of three can be meant."""
    assert choice_in(text, 3) == place


@pytest.mark.parametrize(
    ("text", "kinds"),
    [("安装那张", {"installation"}), ("退货", {"return"}), ("申请换货", {"exchange"}), ("冰箱那张", set())],
)
def test_a_kind_is_named(text: str, kinds: set[str]) -> None:
    """Customers tell their requests apart by what they asked for."""
    assert kinds_in(text) == kinds


@pytest.mark.parametrize(
    ("text", "is_complete"),
    [
        ("都齐，没用过", True),
        ("包装都在", True),
        ("包装扔了", False),
        ("配件不全", False),
        ("用过两次", False),
        ("王先生", None),
    ],
)
def test_goods_are_as_they_came_or_not(text: str, is_complete: bool | None) -> None:
    """Used, opened, or with something missing is not as they came."""
    assert completeness_in(text) is is_complete


@pytest.mark.parametrize(
    ("text", "wish"),
    [("要求退钱", "退钱"), ("给我道歉", "道歉"), ("给我个说法", "给我个说法"), ("师傅迟到了", None)],
)
def test_a_complaint_says_what_it_wants(text: str, wish: str | None) -> None:
    """What is wanted is kept as it was put."""
    assert wish_in(text) == wish


@pytest.mark.parametrize(
    ("text", "evidence"),
    [("我有录音和聊天记录", ("录音", "聊天记录")), ("没给收据", ()), ("收据没给", ()), ("收据还在", ("收据",))],
)
def test_a_complaint_says_what_it_can_show(text: str, evidence: tuple[str, ...]) -> None:
    """What was not given is no evidence."""
    assert evidence_in(text) == evidence


@pytest.mark.parametrize(
    ("text", "stars"),
    [("6星", 6), ("给100分", 100), ("零星", 0), ("四颗星", 4), ("下午三点十分", None), ("三星级", None)],
)
def test_stars_beyond_the_scale_are_seen_too(text: str, stars: int | None) -> None:
    """Only who sees a six can say that there is none."""
    assert stars_given(text) == stars

"""What customers say in passing: how bad it is, what is off, that the card is gone, whose it is."""

from __future__ import annotations

import pytest

from bot.text.addresses import Address
from bot.text.claims import is_a_grievance, is_made_safe, is_only_a_wish, wish_in
from bot.text.duration import is_without_card
from bot.text.people import find_name
from bot.text.questions import speaks_of_money
from bot.text.regions import find_regions
from bot.text.story import retold, tells_how_much


@pytest.mark.parametrize(
    ("said", "again"),
    [
        ("我家那个冰箱不制冷咋整", "冰箱不制冷"),
        ("你们家的电视老闪，怎么回事啊", "电视老闪"),
        ("冰箱不冻东西呢", "冰箱不冻东西"),
        ("怎么回事", "怎么回事"),
    ],
)
def test_words_are_said_back_without_whose_it_is_and_what_now(said: str, again: str) -> None:
    """The trouble is said back as somebody else would tell it; words that are nothing else stay."""
    assert retold(said) == again


@pytest.mark.parametrize(
    ("said", "how_much"), [("不是很厉害", True), ("就一点点", True), ("不用了", False), ("不修", False)]
)
def test_how_bad_it_is_refuses_nothing(said: str, how_much: bool) -> None:
    """不是很多 describes, 不用 declines."""
    assert tells_how_much(said) is how_much


@pytest.mark.parametrize(
    ("said", "safe"), [("总闸已经拉了", True), ("阀门我关上了", True), ("人都出来了", True), ("还在冒烟", False)]
)
def test_what_was_dangerous_is_said_to_be_over(said: str, safe: bool) -> None:
    """What is off or out is heard as such."""
    assert is_made_safe(said) is safe


@pytest.mark.parametrize(
    ("said", "accuses"), [("师傅吼我妈", True), ("必须道歉", True), ("换过电机", False), ("是我儿子装的", False)]
)
def test_only_some_words_accuse(said: str, accuses: bool) -> None:
    """A cause or a price that is told accuses nobody."""
    assert is_a_grievance(said) is accuses


def test_what_is_asked_for_is_no_story() -> None:
    """道歉 alone asks; with what happened it tells; several wishes are kept together."""
    assert is_only_a_wish("我要他道歉") and not is_only_a_wish("他打翻了水还不道歉")
    assert wish_in("要道歉，再退我80") == "道歉、退我80"


@pytest.mark.parametrize(
    ("said", "asked", "gone"),
    [("保修卡弄丢了", False, True), ("没卡", True, True), ("没卡", False, False), ("卡上三年", True, False)],
)
def test_a_card_that_is_gone(said: str, asked: bool, gone: bool) -> None:
    """卡 alone is the warranty card where that was asked for."""
    assert is_without_card(said, asked=asked) is gone


@pytest.mark.parametrize(
    ("new", "earlier", "whole"),
    [
        ("3栋2单元801", "长沙市岳麓区桐梓坡路66号", "长沙市岳麓区桐梓坡路66号3栋2单元801"),
        ("3栋2单元801", "长沙市岳麓区桐梓坡路66号5栋1203", "长沙市岳麓区桐梓坡路66号3栋2单元801"),
        ("桐梓坡路68号", "长沙市岳麓区桐梓坡路66号5栋1203", "长沙市岳麓区桐梓坡路68号5栋1203"),
        ("桐梓坡路68号", "长沙市岳麓区桐梓坡路66号红星大厦", "长沙市岳麓区桐梓坡路68号"),
    ],
)
def test_a_new_piece_of_an_address_keeps_what_it_leaves_out(new: str, earlier: str, whole: str) -> None:
    """House and room go behind the street; another house number leaves a house of another name behind."""
    assert Address.of(new).completed_by(earlier).text == whole


@pytest.mark.parametrize(("said", "name"), [("林老板", "林老板"), ("金师母", "金师母"), ("我老伴叫赵建国", "赵建国")])
def test_who_they_are_called(said: str, name: str) -> None:
    """Titles of the street are titles."""
    [found] = find_name(said)
    assert found.value.name + found.value.title == name


def test_a_district_may_begin_like_a_street() -> None:
    """唐山路北区 is a district of Tangshan, 北京路 no city."""
    regions = find_regions("唐山路北区新华道100号")
    assert regions is not None and (regions.city, regions.district) == ("唐山市", "路北区")
    assert find_regions("北京路12号") is None


@pytest.mark.parametrize(("said", "money"), [("维修不收费", True), ("须出示三包凭证", False)])
def test_whether_a_clause_speaks_of_money(said: str, money: bool) -> None:
    """Only what speaks of paying answers 要不要钱."""
    assert speaks_of_money(said) is money

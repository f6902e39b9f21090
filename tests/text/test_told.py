"""What a message tells in the customer's own words, and what it plainly asks for."""

from __future__ import annotations

import pytest

from bot.text.addresses import Address, is_elsewhere
from bot.text.asks import asked_in
from bot.text.story import told_in, words_of


@pytest.mark.cases("asks")
def test_what_is_asked(said: str, meant: list[str]) -> None:
    """A sentence asks for these things and no others."""
    assert sorted(asked_in(said)) == meant


@pytest.mark.parametrize("said", ["我要报修", "麻烦帮我叫个师傅来看看", "我要投诉你们", "记不清了", "嗯，好的", ""])
def test_asking_for_service_tells_nothing(said: str) -> None:
    """What anybody says before a service is no part of the trouble."""
    assert told_in(said) == ""


@pytest.mark.parametrize(
    ("said", "told"),
    [("我想报修，门封不严", "门封不严"), ("帮我看看，像打雷一样响", "像打雷一样响")],
)
def test_the_trouble_is_told(said: str, told: str) -> None:
    """The trouble is what is left."""
    assert told_in(said) == told


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        (["云米冰箱不制冷，约", "，我叫", "，电话", ""], "云米冰箱不制冷"),
        (["打不着火 ", " 来 我在", " ", " 我叫", ""], "打不着火"),
        (["", "来一个人，门关不严"], "一个人，门关不严"),
        (["我要投诉！！！"], "我要投诉！！！"),
        (["", ""], ""),
    ],
)
def test_no_loose_ends(pieces: list[str], words: str) -> None:
    """What led up to a value that was read goes with it; a whole message stays as it was typed."""
    assert words_of(pieces) == words


@pytest.mark.parametrize(
    ("before", "said", "whole"),
    [
        ("北京市朝阳区建国路88号", "建国路89号", "北京市朝阳区建国路89号"),
        ("深圳", "福田区", "深圳福田区"),
        ("深圳福田区", "深南大道2008号", "深圳福田区深南大道2008号"),
        ("广州市天河区体育西路103号", "海珠区新港路1号", "广州市海珠区新港路1号"),
        ("深圳福田区", "南宁市青秀区民族大道1号", "南宁市青秀区民族大道1号"),
        ("", "建国路89号", "建国路89号"),
        ("金色家园3栋201", "建国路89号", "建国路89号"),
    ],
)
def test_an_address_takes_what_it_leaves_out_from_the_one_before(before: str, said: str, whole: str) -> None:
    """Province, city and district that were said stay said, unless the new address lies elsewhere."""
    assert Address.of(said).completed_by(before).text == whole


@pytest.mark.parametrize(
    ("said", "elsewhere"),
    [("地址改成金色家园3栋", True), ("我搬到建国路89号了", True), ("地址错了，是建国路89号", False)],
)
def test_another_place_is_no_mistake_mended(said: str, elsewhere: bool) -> None:
    """改成 and 搬 name another place; 错了 and 不对 mend the same one."""
    assert is_elsewhere(said) is elsewhere

"""The vocabulary found in sentences as customers write them: longest match, places in the raw text, dangers first."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies_kb.loader import load
from policies_kb.vocabulary import hazards_in, longest, vocabulary_of

Seen = list[tuple[str, str, str]]


def _found(text: str) -> Seen:
    """(kind, slug, the words as they stand in the text)"""
    return [(m.kind, m.value, text[m.start : m.end]) for m in vocabulary_of(load()).find(text)]


def _dangers(text: str) -> set[str]:
    return {mention.value for mention in hazards_in(text, load())}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "我家云米燃气热水器昨天起打不着火",
            [
                ("brand", "viomi", "云米"),
                ("product", "gas_water_heater", "燃气热水器"),  # not 热水器
                ("fault", "no_ignition", "打不着火"),
            ],
        ),
        ("小米米家的洗衣机", [("brand", "mijia", "小米米家"), ("product", "washer", "洗衣机")]),
        ("空气净化器的滤芯", [("product", "air_purifier", "空气净化器"), ("part", "filter", "滤芯")]),
        (
            "冰箱排水泵不转",
            [
                ("product", "refrigerator", "冰箱"),
                ("part", "drain_pump", "排水泵"),  # not 水泵
                ("fault", "no_spin", "不转"),
            ],
        ),
        ("发票不在了", [("proof", "none", "发票不在了")]),  # not 发票在
        ("三菱重工的空调", [("other_brand", "三菱重工", "三菱重工"), ("product", "air_conditioner", "空调")]),
        ("今天天气不错", []),
        ("", []),
    ],
)
def test_the_longest_word_wins(text: str, found: Seen) -> None:
    """Of words that overlap only the longest is found, in the order of the text."""
    assert _found(text) == found


def test_a_brands_product_is_both() -> None:
    """小米手机 is a name of phones, yet says the brand too."""
    assert _found("小米手机黑屏了") == [
        ("brand", "xiaomi", "小米"),
        ("product", "phone", "手机"),
        ("fault", "no_power", "黑屏"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "雲米冷氣機不製冷了",
            [
                ("brand", "viomi", "雲米"),
                ("product", "air_conditioner", "冷氣機"),
                ("fault", "not_cooling", "不製冷"),
            ],
        ),
        ("電冰箱壞了", [("product", "refrigerator", "電冰箱"), ("fault", "broken", "壞了")]),
        ("壓縮機的聲音", [("part", "compressor", "壓縮機")]),
        ("我的發票丟了,怎麼辦", [("proof", "none", "發票丟了")]),
        ("ＪＡＳＯＮ　热水器", [("brand", "jason", "ＪＡＳＯＮ"), ("product", "water_heater", "热水器")]),
        ("😀冰箱😀坏了", [("product", "refrigerator", "冰箱"), ("fault", "broken", "坏了")]),
        ("隨身碟丟了,電視也壞了", [("product", "tv", "電視"), ("fault", "broken", "壞了")]),  # 隨身碟 becomes U盘
        ("冰\u200b箱坏了", [("product", "refrigerator", "冰\u200b箱"), ("fault", "broken", "坏了")]),
    ],
)
def test_places_are_those_of_the_words_as_typed(text: str, found: Seen) -> None:
    """In Traditional script, full width, with emoji or invisible signs the spans are of the raw text."""
    assert _found(text) == found


def test_a_phrase_of_two_meanings_is_two_mentions() -> None:
    """修不好 is a complaint and a question of money: both, at one place."""
    assert _found("修不好") == [("category", "quality", "修不好"), ("fee_event", "unrepaired", "修不好")]


_WORDS = st.sampled_from(
    ["云米", "冰箱", "雪柜", "燃气热水器", "不制冷", "没有发票", "摔了", "壓縮機", "好的", " ", "，", "A"]
)


@given(st.lists(_WORDS, max_size=8).map("".join))
def test_mentions_never_overlap(text: str) -> None:
    """Two mentions share all of their place or none of it, and every place lies in the text."""
    spans = sorted({(m.start, m.end) for m in vocabulary_of(load()).find(text)})
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)).map(lambda p: (p[0], p[0] + p[1])), max_size=8))
def test_longest_keeps_each_span_that_nothing_longer_touches(spans: list[tuple[int, int]]) -> None:
    """What remains does not overlap, and whatever is left out overlaps something at least as long that remains."""
    kept = longest(spans)
    assert kept == sorted(set(kept))
    for span in spans:
        beaten = [k for k in kept if k[0] < span[1] and span[0] < k[1]]
        assert span in kept or any(k[1] - k[0] >= span[1] - span[0] for k in beaten)


# --- dangers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("一进厨房就闻到好大一股煤气味怎么办", "gas_leak"),
        ("家裡聞到瓦斯味", "gas_leak"),
        ("洗澡的時候頭暈想吐", "carbon_monoxide"),
        ("洗衣机后面冒烟了!!", "smoke_fire"),
        ("插座里噼里啪啦冒火花", "smoke_fire"),
        ("热水器好像漏电,一碰就麻手", "electric_shock"),
        ("家里的漏电保护器老是跳", "electric_shock"),
        ("洗衣机漏水,水流到插座了", "water_near_power"),
        ("手机电池鼓包把后盖顶开了", "swollen_battery"),
        ("洗衣机门玻璃突然炸了一地渣", "burst"),
        ("铲冰扎破了蒸发器,一直嘶嘶响", "refrigerant_leak"),
    ],
)
def test_a_danger_is_heard(text: str, danger: str) -> None:
    """In frightened words, in either script, the danger is found."""
    assert danger in _dangers(text)


@pytest.mark.parametrize(
    "text",
    [
        "没有煤气味,就是打不着火",
        "漏电保护器是干什么用的",
        "这个热水器有防漏电功能吗",
        "炒菜冒烟吸不走,油烟机坏了吧",
        "我快气得爆炸了,等了一天没人来",
        "遥控器电池漏液了能换吗",
        "师傅手麻利,好评",
        "等得我肺都气炸了",
        "空气炸锅刚炸了鸡翅就不动了",
        "灶台打着火就灭",
        "制冷剂漏完了要加多少钱",
        "冰箱不制冷",
        "",
    ],
)
def test_what_only_sounds_like_a_danger_is_none(text: str) -> None:
    """Denials, safety devices, figures of speech and ordinary faults raise no alarm."""
    assert _dangers(text) == set()


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("不漏电,但是冒烟", {"smoke_fire"}),
        ("漏电保护器跳了,摸洗衣机外壳有电", {"electric_shock"}),
        ("昨天没有煤气味,今天有煤气味了", {"gas_leak"}),
    ],
)
def test_a_harmless_phrase_hides_no_danger_beside_it(text: str, danger: set[str]) -> None:
    """A denial of one thing takes nothing from what else is said."""
    assert _dangers(text) == danger


def test_a_danger_is_named_at_its_place() -> None:
    """The span is that of the words as typed."""
    text = "厨房里聞到瓦斯,怎麼辦"
    assert {text[m.start : m.end] for m in hazards_in(text, load())} == {"聞到瓦斯"}


def test_every_danger_has_steps_without_other_figures() -> None:
    """Each danger tells what to do, and no step holds a figure but 110, 119 and 120."""
    for hazard in load().hazards.values():
        assert len(hazard.steps) >= 3
        numbers = "".join(c if c.isdigit() else " " for step in hazard.steps for c in step).split()
        assert set(numbers) <= {"110", "119", "120"}


@pytest.mark.parametrize("text", ["洗衣机冒烟了", "洗衣機冒煙了", "闻到煤气味", "摸着麻手"])
def test_a_danger_is_named_once(text: str) -> None:
    """One danger at one place is one mention, whatever the script and however many of its phrases meet there."""
    assert len(hazards_in(text, load())) == 1


def test_two_dangers_at_one_place_are_two() -> None:
    """A burning battery is a danger of its own and a fire."""
    assert _dangers("电池着火了") == {"swollen_battery", "smoke_fire"}


# --- what is no mention -------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["mini洗衣机不转", "我的MIUI升级了", "family套装", "小mi1s", "ＭＩＮＩ烤箱"])
def test_a_latin_name_is_a_word_of_its_own(text: str) -> None:
    """MI inside another word is no brand."""
    assert not [kind for kind, _, _ in _found(text) if kind == "brand"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("我的MI不转", ("brand", "xiaomi", "MI")),
        ("ＭＩ电视", ("brand", "xiaomi", "ＭＩ")),
        ("TCL,电视", ("other_brand", "TCL", "TCL")),
        ("显示E1了", ("fault", "error_code", "显示E")),  # a word of Chinese and latin goes on as it likes
    ],
)
def test_a_latin_name_beside_chinese_is_found(text: str, found: tuple[str, str, str]) -> None:
    """Only latin letters and digits make a longer word of it."""
    assert found in _found(text)


@pytest.mark.parametrize(
    "text",
    [
        "保修要看有没有发票吗",
        "你们有沒有發票開",
        "有没有延保可以买",
        "有发票没有发票都一样吧",
        "修没修过我不清楚",
        "是不是会员有区别吗",
        "能不能用微信付",
        "空调制冷不制冷怎么看",
        "厦门热不热",
        "你们到底修不修",
        "准不准时",
    ],
)
def test_asking_whether_is_not_denying(text: str) -> None:
    """有没有, 是不是, 能不能 with any verb is a question: what follows its 没 or 不 is not said."""
    assert not [words for _, _, words in _found(text) if words[0] in "没沒不"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("没有发票", "没有发票"),
        ("家里没有发票", "没有发票"),
        ("没有没有发票", "没有发票"),
        ("我有保修卡没有发票", "没有发票"),
        ("是没有发票还是丢了", "没有发票"),
        ("还有没人联系我", "没人联系我"),
        ("空调制热不热", "不热"),
        ("热水器加热不热", "不热"),
        ("冰箱制冷不冷", "不冷"),
        ("一直不冷不热", "不冷"),
    ],
)
def test_a_denial_is_said(text: str, words: str) -> None:
    """Denials count: said twice, after another verb or after one that only ends alike."""
    assert words in [words for _, _, words in _found(text)]


def test_what_is_only_asked_hides_the_shorter_word_within() -> None:
    """Who asks 有没有发票 has not said 有发票 either."""
    assert _found("有没有发票") == []


@pytest.mark.parametrize("text", ["创维修完多久回访", "创维维修完多久回访", "问下创维修后保多久"])
def test_a_brand_is_not_cut_in_two(text: str) -> None:
    """A word that begins in the middle of a brand's name is none: 创维 in 创|维修完."""
    assert ("brand", "skyworth") in [(kind, slug) for kind, slug, _ in _found(text)]

"""A question finds the clause that answers it, first or second, in words of the customer's own."""

from __future__ import annotations

import pytest

from policies_kb.loader import load
from policies_kb.search import search

#: (brand, question) → the clauses any of which answers it. No question stands in a clause's `asks`.
QUESTIONS: dict[tuple[str, str], set[str]] = {
    ("mijia", "冰箱保修多久啊"): {"warranty.refrigerator-one-year", "warranty.refrigerator-by-model"},
    ("mijia", "洗衣机的马达坏了保几年"): {"warranty.washer-key-parts", "warranty.washer-ten-year-models"},
    ("mijia", "老鼠把线咬断了保不保"): {"exclusions.voltage-and-pests"},
    ("mijia", "没开发票,保修从哪天算起"): {"proof.counted-from-made"},
    ("mijia", "雪柜延保一般能延几年"): {"extended_warranty.refrigerator"},
    ("jason", "热水器內膽保幾年"): {"warranty.water-heater-core-parts"},
    ("jason", "取消预约要不要付空跑费"): {"fees.cancel"},
    ("jason", "修好之后没几天又是老毛病"): {
        "repair_warranty.same-fault-90-days",
        "repair_warranty.same-fault-3-6-months",
    },
    ("jason", "办了金卡有什么权益"): {
        "membership.level",
        "membership.integrated-stove-labour-free",
        "membership.washer-labour-free",
    },
    ("jason", "修完多久会打电话回访"): {"follow_up.days-after-repair", "follow_up.every-job"},
    ("skyworth", "师傅上门一趟多少钱"): {"fees.visit-urban", "fees.visit-free"},
    ("skyworth", "发票找不到了还能不能保修"): {"proof.no-proof"},
    ("skyworth", "香港买的电视给不给保修"): {"exclusions.bought-overseas"},
    ("skyworth", "投诉之后多久有答复"): {"complaints.handled-in-two-working-days"},
    ("skyworth", "修不好还要收钱吗"): {"fees.unrepaired"},
    ("skyworth", "晚上几点之前能上门"): {"booking.visiting-hours"},
    ("viomi", "自己拆开看过,还给保吗"): {
        "exclusions.unrelated-fault-stays",
        "exclusions.opened-may-end-warranty",
    },
    ("viomi", "师傅要我微信转账给他"): {"fees.private-payment"},
    ("viomi", "旧零件修完要还给我吗"): {"onsite.return-old-parts"},
    ("viomi", "进门要不要穿鞋套"): {"onsite.shoe-covers"},
    ("viomi", "離我最近的網點怎麼查"): {"outlets.find-outlet"},
    ("xiaomi", "手机摔碎了屏幕免费换吗"): {"exclusions.phone-human-damage"},
    ("xiaomi", "买了不喜欢,几天内能退"): {"returns.no-reason-return"},
    ("xiaomi", "过保了维修怎么收费呀"): {"fees.after-warranty"},
}


@pytest.mark.parametrize(("brand", "question"), QUESTIONS)
def test_a_question_finds_its_clause_first_or_second(brand: str, question: str) -> None:
    """Asked of one brand, a clause that answers stands among the first two."""
    found = [hit.clause.id for hit in search(question, load(), brand=brand, limit=2)]
    assert {f"{brand}.{name}" for name in QUESTIONS[brand, question]} & set(found), found


def test_the_questions_are_not_those_of_the_data() -> None:
    """The questions above are not copied from a clause, and every clause they name exists."""
    kb = load()
    asked = {question for clause in kb.clauses.values() for question in clause.asks}
    assert not asked & {question for _, question in QUESTIONS}
    assert {f"{brand}.{name}" for (brand, _), names in QUESTIONS.items() for name in names} <= set(kb.clauses)


def test_a_product_named_finds_its_brand() -> None:
    """Only one brand makes promises on integrated stoves: no brand need be named."""
    assert search("集成灶整机保多久", load())[0].clause.id == "jason.warranty.integrated-stove-whole-unit"


def test_what_is_on_record_only_is_never_found() -> None:
    """Not even a clause's own questions and words find it while it is residue or unverified."""
    kb = load()
    recorded = [clause for clause in kb.clauses.values() if not clause.answerable]
    assert len(recorded) >= 5
    for clause in recorded:
        for question in (clause.says, *clause.asks):
            assert clause.id not in {hit.clause.id for hit in search(question, kb, limit=50)}


@pytest.mark.parametrize("question", ["4006-189123是官方电话吗", "400-100-5678能打吗"])
def test_an_unverified_number_finds_no_clause_that_gives_it(question: str) -> None:
    """No clause found speaks the number back."""
    assert all(
        digits not in hit.clause.says for hit in search(question, load(), limit=50) for digits in ("400-", "4006")
    )


def test_asked_of_a_brand_only_its_clauses_are_found() -> None:
    """Another brand's rule never answers, however well it fits."""
    hits = search("投诉几个工作日解决", load(), brand="xiaomi", limit=50)
    assert {hit.clause.brand for hit in hits} <= {"xiaomi"}


def test_asked_of_a_product_only_what_speaks_of_it_is_found() -> None:
    """A kind of a product also finds what is said of the product and of all."""
    hits = search("保修几年", load(), product="gas_water_heater", limit=200)
    products = [set(hit.clause.products) for hit in hits]
    assert {"water_heater", "all"} <= set().union(*products)
    assert all({"all", "water_heater", "gas_water_heater"} & own for own in products)


@pytest.mark.parametrize("question", ["", "?", "qqq", "😀", "   "])
def test_a_question_of_nothing_finds_nothing(question: str) -> None:
    """Without a known word there is no answer rather than any answer."""
    assert search(question, load()) == []


def test_hits_are_ranked_and_no_more_than_asked_for() -> None:
    """The best first, at most `limit`, the same every time, none with a score of nought."""
    hits = search("冰箱压缩机保几年", load(), limit=4)
    scores = [hit.score for hit in hits]
    assert len(hits) == 4
    assert scores == sorted(scores, reverse=True) and scores[-1] > 0
    assert hits == search("冰箱压缩机保几年", load(), limit=4)


def test_the_script_does_not_matter() -> None:
    """Traditional characters and other widths find what the plain ones find."""
    plain, other = (search(q, load(), brand="viomi", limit=3) for q in ("空调漏水保修吗", "空調漏水保修嗎?"))
    assert [hit.clause.id for hit in plain] == [hit.clause.id for hit in other]

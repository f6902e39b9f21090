"""What the classifier sees of a message."""

from __future__ import annotations

import pytest

from bot.components.class_text import ANY_BRAND, READ, SIGNS, ClassText

WORDS = ClassText.of_catalog(SIGNS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("云米冰箱保多久", "创维电视保多久"),
        ("杰森的热水器漏水,上门多少钱", "米家的洗衣机不转,上门多少钱"),
        ("海尔的你们修吗", "美的的你们修吗"),
        ("電話13812345678", "电话13987654321"),
    ],
)
def test_names_and_numbers_do_not_matter(one: str, other: str) -> None:
    """Two messages that differ in names of the catalog or in digits are one to the classifier."""
    assert WORDS.write(one) == WORDS.write(other)


def test_a_brand_and_a_product_stay_different_things() -> None:
    """云米保多久 and 冰箱保多久 are asked differently, and stay different."""
    assert WORDS.write("云米保多久") != WORDS.write("冰箱保多久")


def test_what_is_asked_stays() -> None:
    """The words that say what is wanted are not the catalog's, and none of them goes."""
    assert WORDS.write("创维电视还保修吗") == f"{SIGNS['brand']}{SIGNS['product']}还保修吗"


def test_the_sentence_encoder_sees_words_it_knows() -> None:
    """For the encoder every brand is one brand, and a product stays what it is."""
    text = ClassText.of_catalog(ANY_BRAND)
    assert text.write("云米冰箱保多久") == text.write("杰森冰箱保多久") == "小米冰箱保多久"


def test_a_pasted_document_is_read_at_its_beginning() -> None:
    """The time a message takes does not grow with what somebody pastes."""
    assert len(WORDS.write("长" * 5 + "啊b" * 10_000)) <= READ

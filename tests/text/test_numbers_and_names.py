"""Phones, money, terms, ticket numbers, names, ratings, serials and addresses, case by case."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.addresses import find_address
from bot.text.amounts import Amount, find_amounts
from bot.text.duration import find_months
from bot.text.people import Person, find_name
from bot.text.phones import TailFix, find_phones, find_tail_fix, judge_phone, last4, mask
from bot.text.ratings import find_rating
from bot.text.serials import find_models, find_serials
from bot.text.ticket_no import check_digit, find_ticket_nos, is_ticket_no, make

DIGITS = "0123456789"


def _meant(meant: Any) -> list[Any]:
    return [] if meant == "none" else [meant]


@pytest.mark.cases("phones", "found")
def test_phones(said: str, meant: Any) -> None:
    """A sentence holds this number of this kind."""
    found = [[found.value.number, found.value.kind] for found in find_phones(said)]
    assert found == ([] if meant == "none" else [[str(meant[0]), meant[1]]])


@pytest.mark.cases("phones", "problems")
def test_near_misses_of_phones(said: str, meant: str) -> None:
    """What was meant as a number but cannot be one is refused with its reason."""
    problem = judge_phone(said)
    assert (problem.reason if problem else "none") == meant


@pytest.mark.cases("phones", "tails")
def test_corrected_last_digits(said: str, meant: str) -> None:
    """最后四位是… corrects the end of the number said before."""
    found = find_tail_fix(said)
    assert (found.value.digits if found else "none") == meant


def test_a_corrected_tail_keeps_the_rest_of_the_number() -> None:
    """Only as many last digits change as were said."""
    assert TailFix("5678").applied_to("13812340000") == "13812345678"
    assert TailFix("99").applied_to("010-12345678") == "010-12345699"


def test_a_masked_number_shows_no_more_than_its_ends() -> None:
    """A mobile number keeps three and four digits, a landline its area and four."""
    assert [mask("13812345678"), mask("010-12345678"), last4("010-12345678")] == [
        "138****5678",
        "010-****5678",
        "5678",
    ]


@given(st.sampled_from(["13", "15", "17", "18", "19"]), st.text(DIGITS, min_size=9, max_size=9))
def test_every_real_mobile_number_is_found(prefix: str, rest: str) -> None:
    """A number that Google's phonenumbers calls a Chinese mobile is found as one."""
    number = prefix + rest
    parsed = phonenumbers.parse(number, "CN")
    if phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE:
        assert [found.value.number for found in find_phones(f"电话{number}")] == [number]


def _amount(value: Amount) -> str:
    if value.low == value.high and not value.approximate:
        return f"{value.low.normalize():f}"
    return f"{value.low:f} {value.high:f}" + (" ~" if value.approximate else "")


@pytest.mark.cases("amounts", "strict")
def test_amounts(said: str, meant: str) -> None:
    """A sentence names this amount of yuan."""
    assert [_amount(found.value) for found in find_amounts(said)] == _meant(meant)


@pytest.mark.cases("amounts", "expected")
def test_amounts_when_asked_for(said: str, meant: str) -> None:
    """The answer to 多少钱 may be a bare number."""
    assert [_amount(found.value) for found in find_amounts(said, expected=True)] == _meant(meant)


def test_amounts_are_decimal() -> None:
    """Money is never a float."""
    assert isinstance(find_amounts("199.5元")[0].value.low, Decimal)


@pytest.mark.cases("others", "card_months", "strict")
def test_terms_on_the_card(said: str, meant: Any) -> None:
    """A term counts where the text speaks of the card."""
    assert [found.value for found in find_months(said)] == _meant(meant)


@pytest.mark.cases("others", "card_months", "expected")
def test_terms_when_asked_for(said: str, meant: Any) -> None:
    """The answer to 卡上写的多久 may be a bare length."""
    assert [found.value for found in find_months(said, expected=True)] == _meant(meant)


@pytest.mark.cases("others", "tickets", "strict")
def test_ticket_numbers(said: str, meant: str) -> None:
    """A ticket number is found as typed or spoken; a wrong check digit only with BX before it."""
    found = [found.value.no + ("" if found.value.valid else " invalid") for found in find_ticket_nos(said)]
    assert found == _meant(meant)


@given(st.integers(0, 99_999_999))
def test_any_one_slip_in_a_ticket_number_is_noticed(number: int) -> None:
    """No wrong digit and no two neighbours changed over leave a number valid."""
    digits = make(number)[2:]
    wrong = {digits[:i] + digit + digits[i + 1 :] for i in range(9) for digit in DIGITS}
    swapped = {digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :] for i in range(8)}
    assert is_ticket_no(digits)
    assert not any(map(is_ticket_no, (wrong | swapped) - {digits}))


def test_the_check_digit_is_damms() -> None:
    """The published example: 572 has the check digit 4 (leading zeros change nothing)."""
    assert check_digit("572") == check_digit("00000572") == "4"


def test_a_number_that_does_not_fit_has_no_ticket_number() -> None:
    """Nine digits are refused rather than cut."""
    with pytest.raises(ValueError, match="8 digits"):
        make(100_000_000)


def _person(value: Person) -> str:
    return f"{value.name} {value.title}".strip()


@pytest.mark.cases("others", "names", "strict")
def test_names(said: str, meant: str) -> None:
    """A name counts where the customer says that it is one."""
    assert [_person(found.value) for found in find_name(said)] == _meant(meant)


@pytest.mark.cases("others", "names", "expected")
def test_names_when_asked_for(said: str, meant: str) -> None:
    """The answer to 怎么称呼 may be a bare name, but 都行 is none."""
    assert [_person(found.value) for found in find_name(said, expected=True)] == _meant(meant)


@pytest.mark.cases("others", "ratings", "strict")
def test_ratings(said: str, meant: Any) -> None:
    """Stars and points from one to five; 三星 is a brand."""
    assert [found.value for found in find_rating(said)] == _meant(meant)


@pytest.mark.cases("others", "ratings", "expected")
def test_ratings_when_asked_for(said: str, meant: Any) -> None:
    """The answer to 您打几分 may be a bare number or a word."""
    assert [found.value for found in find_rating(said, expected=True)] == _meant(meant)


@pytest.mark.cases("others", "serials", "strict")
def test_serials(said: str, meant: str) -> None:
    """A serial number is named as one or plainly a code."""
    assert [found.value for found in find_serials(said)] == _meant(meant)


@pytest.mark.cases("others", "serials", "expected")
def test_serials_when_asked_for(said: str, meant: str) -> None:
    """The answer to 序列号多少 may be any code."""
    assert [found.value for found in find_serials(said, expected=True)] == _meant(meant)


@pytest.mark.cases("others", "models", "strict")
def test_models(said: str, meant: str) -> None:
    """A model number is letters and digits; error codes and ticket numbers are none."""
    assert [found.value for found in find_models(said)] == _meant(meant)


def _address(said: str, *, expected: bool) -> list[list[str]]:
    values = [found.value for found in find_address(said, expected=expected)]
    return [[value.province, value.city, value.district, value.detail] for value in values]


@pytest.mark.cases("others", "addresses", "strict")
def test_addresses(said: str, meant: Any) -> None:
    """Unasked, only what can hardly be anything else is an address."""
    assert _address(said, expected=False) == _meant(meant)


@pytest.mark.cases("others", "addresses", "expected")
def test_addresses_when_asked_for(said: str, meant: Any) -> None:
    """The answer to 地址在哪 may be a district or a house."""
    assert _address(said, expected=True) == _meant(meant)


def test_a_district_of_several_cities_gives_the_choice() -> None:
    """朝阳区 alone is in Beijing and in Changchun: the customer must say which."""
    choices = find_address("朝阳区", expected=True)[0].value.choices
    assert set(choices) == {"北京市朝阳区", "吉林省长春市朝阳区"}


def test_an_ordinary_pair_of_numbers_is_no_ticket() -> None:
    """Of all nine-digit runs only every tenth passes the check."""
    runs = ("".join(digits) for digits in itertools.islice(itertools.product(DIGITS, repeat=9), 1000))
    assert sum(map(is_ticket_no, runs)) == 100

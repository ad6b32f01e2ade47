"""Card codes: a mistyped one is noticed, and none is ever taken for a payment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.members.card import LETTERS, card_code, foreign_card, looks_own, own_card

codes = st.binary(min_size=8, max_size=8).map(card_code)


@given(codes)
def test_our_own_code_reads_back(code: str) -> None:
    assert own_card(code) == code
    assert foreign_card(code) is None


@given(codes, st.integers(1, 11), st.sampled_from(LETTERS))
def test_one_wrong_character_is_noticed(code: str, place: int, letter: str) -> None:
    typed = code[:place] + letter + code[place + 1 :]
    if typed != code:
        assert own_card(typed) is None
        assert foreign_card(typed) is None


@given(codes, st.integers(1, 10))
def test_two_swapped_neighbours_are_noticed(code: str, place: int) -> None:
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if typed != code:
        assert own_card(typed) is None


def test_letters_that_look_alike_are_read_as_what_they_look_like() -> None:
    code = next(
        code for n in range(1000) if "0" in (code := card_code(bytes(6) + n.to_bytes(2, "big")))
    )
    assert own_card(code.replace("0", "O")) == code


@pytest.mark.parametrize(
    "text",
    [
        "134567890123456789",  # WeChat pay code
        "2812345678901234",  # Alipay pay code
        "abc",
        "王小明",
        "",
        "1" * 21,
    ],
)
def test_a_pay_code_or_nonsense_is_no_card(text: str) -> None:
    assert foreign_card(text) is None
    assert not looks_own(text)


def test_numbers_of_an_older_card_system_are_kept_as_they_are() -> None:
    assert foreign_card("00001234") == "00001234"
    assert foreign_card("VIP8888") == "VIP8888"
    assert foreign_card("04A224B2C85780") == "04A224B2C85780"

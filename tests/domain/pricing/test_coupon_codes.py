"""Codes: unique without a look, typed in any way, and no typing error makes another one."""

import random
import tracemalloc
from itertools import combinations, pairwise

import pytest

from regulars.domain.pricing.coupon_codes import (
    ALPHABET,
    BASE,
    BEARER_LENGTH,
    LENGTHS,
    PUBLIC_LENGTH,
    CodeCipher,
    ReadCode,
)

CIPHER = CodeCipher(bytes(range(32)))
STRANGER = CodeCipher(bytes(reversed(range(32))))


def plain(code: str) -> str:
    return code.replace("-", "")


def test_the_alphabet_has_no_vowels_and_nothing_that_looks_like_something_else() -> None:
    assert len(set(ALPHABET)) == BASE == 23
    assert not set(ALPHABET) & set("01AEIOUBGLQSZ")


@pytest.mark.parametrize("length", LENGTHS)
def test_100_000_codes_are_unique_and_turn_back_into_their_serials(length: int) -> None:
    codes = list(CIPHER.codes(1_204_000, 100_000, length=length))
    assert len(set(codes)) == 100_000
    assert {len(plain(code)) for code in codes} == {length + 1}
    assert set("".join(codes)) == {*ALPHABET, "-"}
    for place in range(0, 100_000, 97):
        assert CIPHER.serial_of(codes[place]) == ReadCode(length, 1_204_000 + place)


def test_neighbours_in_a_batch_share_no_more_characters_than_strangers() -> None:
    codes = [plain(code) for code in CIPHER.codes(1, 2_000, length=PUBLIC_LENGTH)]
    pairs = pairwise(codes)
    same = sum(a == b for one, other in pairs for a, b in zip(one, other, strict=True))
    expected = 1_999 * (PUBLIC_LENGTH + 1) / BASE
    assert 0.85 * expected < same < 1.15 * expected


@pytest.mark.parametrize("length", LENGTHS)
def test_no_single_error_and_no_swap_makes_another_code(length: int) -> None:
    chance = random.Random(23)
    for serial in chance.sample(range(10**9), 12):
        right = plain(CIPHER.code_of(serial, length=length))
        for place in range(length + 1):
            for letter in set(ALPHABET) - {right[place]}:
                assert CIPHER.serial_of(right[:place] + letter + right[place + 1 :]) is None
        for one, other in combinations(range(length + 1), 2):
            letters = list(right)
            letters[one], letters[other] = letters[other], letters[one]
            if right[one] != right[other]:
                assert CIPHER.serial_of("".join(letters)) is None


def test_case_spaces_and_hyphens_do_not_matter_and_look_alikes_fail() -> None:
    code = CIPHER.code_of(77, length=PUBLIC_LENGTH)
    typed = f"  {plain(code).lower()[:5]} {plain(code)[5:]} "
    assert CIPHER.serial_of(typed) == CIPHER.serial_of(code) == ReadCode(PUBLIC_LENGTH, 77)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in plain(code))
    for dash in ("\uff0d", "\u2014\u2014", "\u2013", "\u3000", "\t"):
        assert CIPHER.serial_of(wide[:4] + dash + wide[4:] + "\n") == CIPHER.serial_of(code)
    for letter in "O0I1LSZ":
        assert CIPHER.serial_of(letter + code[1:]) is None
    for nonsense in ("", "-", "券", code + "2", code[:-1], "2" * 1_000):
        assert CIPHER.serial_of(nonsense) is None


def test_a_code_of_another_shop_turns_into_a_serial_that_nobody_gave_out() -> None:
    foreign = STRANGER.codes(1, 2_000, length=PUBLIC_LENGTH)
    read = [CIPHER.serial_of(code) for code in foreign]
    serials = [one.serial for one in read if one is not None]
    assert len(serials) == 2_000
    assert min(serials) > 10_000_000


def test_the_codes_of_one_length_are_not_those_of_the_other() -> None:
    short = CIPHER.code_of(5, length=PUBLIC_LENGTH)
    assert plain(CIPHER.code_of(5, length=BEARER_LENGTH))[:6] != plain(short)[:6]


def test_codes_are_made_one_by_one_and_never_kept() -> None:
    tracemalloc.start()
    try:
        count = sum(1 for _ in CIPHER.codes(1, 20_000, length=PUBLIC_LENGTH))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert peak < 100_000


def test_a_serial_without_a_code_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="12 or 18"):
        CIPHER.code_of(1, length=13)
    with pytest.raises(ValueError, match="12 or 18"):
        CIPHER.code_of(BASE**12, length=PUBLIC_LENGTH)

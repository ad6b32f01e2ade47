"""Ids sort by the time at which they were made and keep their entropy."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.ids import parse_id, uuid7
from regulars.domain.kernel.period import (
    Instant,
    instant,
    instant_from_iso,
    instant_of,
    microseconds_of,
)
from regulars.domain.kernel.refusal import Refusal

MOMENTS = st.integers(0, 7_000_000_000_000_000).map(instant_of)
ENTROPY = st.binary(min_size=10, max_size=16)


@given(MOMENTS, ENTROPY)
def test_an_id_is_a_version_7_of_its_millisecond(at: Instant, entropy: bytes) -> None:
    made = uuid7(at, entropy)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == microseconds_of(at) // 1000


@given(MOMENTS, ENTROPY, ENTROPY, st.integers(1, 10_000))
def test_a_later_millisecond_sorts_later(
    at: Instant, first: bytes, second: bytes, milliseconds: int
) -> None:
    later = instant(at + timedelta(milliseconds=milliseconds))
    assert uuid7(at, first) < uuid7(later, second)


@given(MOMENTS, ENTROPY, ENTROPY)
def test_the_first_74_bits_of_other_entropy_make_another_id(
    at: Instant, first: bytes, second: bytes
) -> None:
    def used(entropy: bytes) -> tuple[int, int]:
        number = int.from_bytes(entropy[:10], "big")
        return number >> 68, number & (2**62 - 1)

    assert (uuid7(at, first) == uuid7(at, second)) == (used(first) == used(second))


def test_an_id_of_the_documentation_comes_out_the_same() -> None:
    made = uuid7(instant_from_iso("2026-05-01T00:00:00Z"), bytes(10))
    assert str(made) == "019de0d5-c800-7000-8000-000000000000"


def test_too_little_entropy_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError):
        uuid7(instant_from_iso("2026-05-01T00:00:00Z"), bytes(9))


@given(st.uuids())
def test_a_text_names_the_id_that_it_spells(some: UUID) -> None:
    assert parse_id(str(some), field="id") == some


@pytest.mark.parametrize("text", ["", "*", "%", "null", "019de0d5", "' OR 1=1"])
def test_a_text_that_spells_no_id_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_id(text, field="member_id")
    assert refused.value.code == "id.malformed"
    assert refused.value.parameters == {"field": "member_id"}

"""Referral: codes that tell nothing, what tells against a referral, and what an order must be."""

from collections.abc import Mapping
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.referral import (
    ALPHABET,
    EvidenceKind,
    ReferralCipher,
    Traces,
    counts,
    evidence_of,
    referral_data,
    referral_from,
)

CIPHER = ReferralCipher(bytes(range(32)))
FRIENDS: Mapping[str, object] = {
    "inviter": {"points": 200},
    "invited": {"coupon_types": ["TEN"]},
    "cap_per_inviter": {"span": "month", "uses": 10},
    "rush_max": 3,
}
NOTHING = Traces(shared_identities=0, shared_payments=0, ring_through=None, joined_together=0)


@given(number=st.integers(0, 23**8 - 1))
def test_a_code_leads_back_to_its_member_however_it_is_typed(number: int) -> None:
    code = CIPHER.code_of(number)
    assert CIPHER.account_of(code) == number
    assert CIPHER.account_of(f" {code.lower().replace('-', ' ')} ") == number
    assert len(code) == 10


@given(number=st.integers(0, 23**8 - 1), place=st.integers(0, 8), letter=st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_no_code(number: int, place: int, letter: str) -> None:
    plain = CIPHER.code_of(number).replace("-", "")
    typed = plain[:place] + letter + plain[place + 1 :]
    assert CIPHER.account_of(typed) == (number if typed == plain else None)


def test_neighbours_have_nothing_in_common_and_another_key_has_other_codes() -> None:
    codes = [CIPHER.code_of(number) for number in range(200)]
    assert len(set(codes)) == 200
    assert len({code[:4] for code in codes}) > 190
    assert ReferralCipher(bytes(32)).code_of(1) != CIPHER.code_of(1)


@pytest.mark.parametrize("typed", ["", "ABC", "K4W7-PR2T", "K4W7-PR2TH-X", "你好", "2" * 41])
def test_what_is_no_code_says_nothing(typed: str) -> None:
    assert CIPHER.account_of(typed) is None


def test_a_promise_reads_what_it_wrote() -> None:
    for data in (FRIENDS, {**FRIENDS, "cap_per_inviter": None, "window_days": 0}):
        promise = referral_from(data)
        assert referral_from(referral_data(promise)) == promise


@pytest.mark.parametrize(
    "wrong",
    [
        {"inviter": {}, "invited": {}},
        {"window_days": 367},
        {"window_days": -1},
        {"cap_per_inviter": {"span": "year", "uses": 1}},
        {"cap_per_inviter": 3},
        {"rush_max": 0},
        {"reward": {}},
        {"inviter": 5},
    ],
)
def test_a_promise_that_nobody_could_keep_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        referral_from({**FRIENDS, **wrong})
    assert refused.value.code == "terms.malformed"


def test_each_trace_is_named_as_evidence() -> None:
    promise = referral_from(FRIENDS)
    ring = UUID(int=7)
    assert evidence_of(NOTHING, promise) == ()
    told = evidence_of(
        Traces(shared_identities=2, shared_payments=1, ring_through=ring, joined_together=3),
        promise,
    )
    assert [(one.kind, one.found, one.subject_id) for one in told] == [
        (EvidenceKind.SHARED_IDENTITY, 2, None),
        (EvidenceKind.SHARED_PAYMENT, 1, None),
        (EvidenceKind.RING, 1, ring),
        (EvidenceKind.RUSH, 4, None),
    ]


def test_as_many_friends_as_are_usual_are_no_rush() -> None:
    promise = referral_from(FRIENDS)
    two_more = Traces(shared_identities=0, shared_payments=0, ring_through=None, joined_together=2)
    assert evidence_of(two_more, promise) == ()


@pytest.mark.parametrize(
    ("due", "refunded", "least", "enough"),
    [
        (1_800, 0, 1_000, True),
        (1_800, 900, 1_000, False),
        (1_000, 0, 1_000, True),
        (0, 0, 0, False),
    ],
)
def test_what_is_left_of_the_order_decides(
    due: int, refunded: int, least: int, enough: bool
) -> None:
    assert counts(due, refunded, min_due_minor=least) is enough

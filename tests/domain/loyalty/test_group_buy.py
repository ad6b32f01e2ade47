"""Group buying: what a deal may promise, and when one more seat may be taken."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.group_buy import (
    GroupNow,
    GroupState,
    SeatTender,
    group_data,
    group_from,
)

THREE: Mapping[str, object] = {
    "deal_zh": "三人团奶茶",
    "coupon_type": "TEN",
    "price_minor": 990,
    "seats": 3,
    "open_minutes": 120,
}
NOW = instant_from_iso("2026-05-04T10:00:00+08:00")
OPEN = GroupNow(
    state=GroupState.OPEN, seats=3, seats_taken=1, ends_at=Instant(NOW + timedelta(minutes=1))
)


def test_a_deal_reads_what_it_wrote() -> None:
    for data in (THREE, {**THREE, "tenders": ["cash"], "per_member_max": 2, "deal_en": "Tea"}):
        deal = group_from(data)
        assert group_from(group_data(deal)) == deal


@pytest.mark.parametrize(
    "wrong",
    [
        {"seats": 1},
        {"seats": 101},
        {"price_minor": 0},
        {"open_minutes": 0},
        {"coupon_type": ""},
        {"per_member_max": 0},
        {"tenders": []},
        {"tenders": ["cheque"]},
        {"tenders": "cash"},
        {"tenders": [1]},
        {"gift": {}},
    ],
)
def test_a_deal_that_nobody_could_keep_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        group_from({**THREE, **wrong})
    assert refused.value.code == "terms.malformed"


@pytest.mark.parametrize(
    ("group", "code"),
    [
        (replace(OPEN, seats_taken=3), "group.full"),
        (replace(OPEN, state=GroupState.FILLED, seats_taken=3), "group.full"),
        (replace(OPEN, ends_at=NOW), "group.over"),
        (replace(OPEN, state=GroupState.EXPIRED), "group.over"),
    ],
)
def test_a_full_and_an_expired_group_take_nobody(group: GroupNow, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        group.check_join(NOW)
    assert refused.value.code == code


def test_the_last_seat_fills_the_group() -> None:
    OPEN.check_join(NOW)
    assert not OPEN.fills_next
    assert replace(OPEN, seats_taken=2).fills_next


def test_a_deal_takes_only_the_tenders_that_it_names() -> None:
    deal = group_from({**THREE, "tenders": ["cash"]})
    assert deal.check_tender("cash") is SeatTender.CASH
    for tender in ("stored_value", "cheque", ""):
        with pytest.raises(Refusal) as refused:
            deal.check_tender(tender)
        assert refused.value.code == "group.tender_refused"

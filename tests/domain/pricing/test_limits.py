"""Limits: which uses count together, what is left of several, and their stored form."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.period import BusinessDay, business_day_of, instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.limits import (
    Left,
    Limit,
    LimitKey,
    OnLast,
    Span,
    Taker,
    Used,
    Whose,
    left_of,
    limits_data,
    limits_from,
    period_key,
    scope_key,
)

OFFER, STORE, MEMBER = (uuid5(UUID(int=0), name) for name in ("offer", "store", "member"))
SUNDAY = BusinessDay(date(2026, 11, 22))
WANG = Taker(store_id=STORE, member_id=MEMBER, day=SUNDAY)
NOBODY = Taker(store_id=STORE, member_id=None, day=SUNDAY)


def left(*limits: Limit, used: Sequence[tuple[int, int]] = (), taker: Taker = WANG) -> Left | None:
    """What is left when so much of each limit is used, in their order."""
    gone: dict[LimitKey, Used] = {}
    for limit, (uses, minor) in zip(limits, used, strict=False):
        key = taker.key(OFFER, limit)
        assert key is not None
        gone[key] = Used(uses, minor)
    return left_of(OFFER, limits, taker, gone)


@pytest.mark.parametrize(
    ("span", "day", "key"),
    [
        (Span.EVER, date(2026, 11, 22), "ever"),
        (Span.DAY, date(2026, 11, 22), "2026-11-22"),
        (Span.WEEK, date(2026, 11, 22), "2026-W47"),
        (Span.MONTH, date(2026, 11, 22), "2026-11"),
        # ISO 8601: the week of New Year belongs to the year that has its Thursday.
        (Span.WEEK, date(2027, 1, 1), "2026-W53"),
        (Span.WEEK, date(2024, 12, 30), "2025-W01"),
        (Span.MONTH, date(2027, 1, 1), "2027-01"),
    ],
)
def test_uses_of_one_stretch_of_time_count_together(span: Span, day: date, key: str) -> None:
    assert period_key(span, BusinessDay(day)) == key


def test_half_past_one_at_night_counts_for_the_evening_before() -> None:
    late = instant_from_iso("2026-12-01T01:30:00+08:00")
    day = business_day_of(late, zone="Asia/Shanghai", cut_off_minutes=240)
    assert period_key(Span.DAY, day) == "2026-11-30"
    assert period_key(Span.MONTH, day) == "2026-11"


def test_a_limit_counts_for_all_for_a_store_or_for_a_member() -> None:
    assert scope_key(Whose.ALL, STORE, MEMBER) == "all"
    assert scope_key(Whose.STORE, STORE, None) == f"store:{STORE}"
    assert scope_key(Whose.MEMBER, STORE, MEMBER) == f"member:{MEMBER}"
    assert scope_key(Whose.MEMBER, STORE, None) is None
    assert NOBODY.scopes == ("all", f"store:{STORE}")


def test_an_offer_without_limits_has_no_figure() -> None:
    assert left() is None


def test_the_limit_with_fewest_uses_left_counts() -> None:
    whole = Limit(whose=Whose.ALL, uses=100)
    each = Limit(whose=Whose.MEMBER, span=Span.DAY, uses=2)
    assert left(whole, each, used=[(90, 0), (1, 0)]) == Left(1, None, Whose.MEMBER)
    assert left(whole, each, used=[(100, 0), (1, 0)]) == Left(0, None, Whose.ALL)
    assert left(whole, each) == Left(2, None, Whose.MEMBER)


def test_a_limit_for_members_leaves_nothing_to_a_guest_whom_nobody_knows() -> None:
    limits = (Limit(whose=Whose.ALL, uses=9), Limit(whose=Whose.MEMBER, uses=1))
    assert left_of(OFFER, limits, NOBODY, {}) == Left(0, None, Whose.MEMBER)


def test_a_budget_leaves_what_is_not_spent() -> None:
    budget = Limit(whose=Whose.ALL, amount_minor=5_000, on_last=OnLast.CLIP)
    assert left(budget, used=[(3, 4_700)]) == Left(None, 300, Whose.ALL, OnLast.CLIP)


@pytest.mark.parametrize("on_last", list(OnLast))
@pytest.mark.parametrize("spent_minor", [5_000, 5_200])
def test_a_budget_that_is_gone_leaves_no_use(on_last: OnLast, spent_minor: int) -> None:
    budget = Limit(whose=Whose.STORE, amount_minor=5_000, on_last=on_last)
    assert left(budget, used=[(3, spent_minor)]) == Left(0, 0, Whose.STORE, on_last)


def test_money_that_may_be_overspent_never_hides_a_limit_that_binds() -> None:
    honoured = Limit(whose=Whose.STORE, amount_minor=5_000, on_last=OnLast.HONOUR)
    clipped = Limit(whose=Whose.ALL, amount_minor=9_000, on_last=OnLast.CLIP)
    used = [(1, 4_900), (1, 8_000)]
    assert left(honoured, clipped, used=used) == Left(None, 1_000, Whose.ALL, OnLast.CLIP)
    assert left(honoured, used=used) == Left(None, 100, Whose.STORE, OnLast.HONOUR)


def test_uses_and_money_are_told_together() -> None:
    both = Limit(whose=Whose.ALL, uses=10, amount_minor=5_000)
    assert left(both, used=[(4, 1_000)]) == Left(6, 4_000, Whose.ALL, OnLast.REFUSE)


PAIRS = st.lists(
    st.tuples(st.sampled_from(list(Whose)), st.sampled_from(list(Span))), unique=True, max_size=6
)
FIGURES = st.one_of(
    st.tuples(st.integers(1, 1_000_000), st.none()),
    st.tuples(st.none(), st.integers(1, 100_000_000)),
    st.tuples(st.integers(1, 1_000_000), st.integers(1, 100_000_000)),
)


@given(pairs=PAIRS, data=st.data())
def test_limits_are_stored_and_read_back(
    pairs: list[tuple[Whose, Span]], data: st.DataObject
) -> None:
    limits = []
    for whose, span in pairs:
        uses, minor = data.draw(FIGURES)
        on_last = data.draw(st.sampled_from(list(OnLast)))
        limits.append(Limit(whose=whose, span=span, uses=uses, amount_minor=minor, on_last=on_last))
    assert limits_from(limits_data(limits)) == tuple(limits)


ONE: dict[str, object] = {"whose": "all", "uses": 1}


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("offer.malformed", "none"),
        ("offer.malformed", ["all"]),
        ("offer.malformed", [{"uses": 1}]),
        ("offer.malformed", [{"whose": "all"}]),
        ("offer.malformed", [{"whose": "region", "uses": 1}]),
        ("offer.malformed", [{**ONE, "span": "year"}]),
        ("offer.malformed", [{**ONE, "on_last": "double"}]),
        ("offer.malformed", [{**ONE, "uses": "1"}]),
        ("offer.malformed", [{**ONE, "uses": True}]),
        ("offer.malformed", [{**ONE, "until": "2027"}]),
        ("offer.malformed", [ONE, {**ONE, "uses": 2}]),
        (
            "offer.malformed",
            [{**ONE, "whose": whose, "span": span} for whose in ("all", "store") for span in Span][
                :7
            ],
        ),
        ("offer.out_of_range", [{**ONE, "uses": 0}]),
        ("offer.out_of_range", [{**ONE, "uses": -3}]),
        ("offer.out_of_range", [{**ONE, "amount_minor": 0}]),
        ("offer.out_of_range", [{**ONE, "amount_minor": -1}]),
    ],
)
def test_limits_that_mean_nothing_are_refused(code: str, data: object) -> None:
    with pytest.raises(Refusal) as refused:
        limits_from(data)
    assert refused.value.code == code

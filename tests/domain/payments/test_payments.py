"""Tenders, rounding of the cash rest, change."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.payments.rounding import CashRounding, RoundingMode
from regulars.domain.payments.tender import Tender, TenderKind, paid_with

EXACT = CashRounding()
TO_JIAO = CashRounding(step_minor=10)


def tender(kind: TenderKind, minor: int, handed: int | None = None, *, number: int = 1) -> Tender:
    return Tender(id=UUID(int=number), kind=kind, amount_minor=minor, tendered_minor=handed)


def cash(minor: int, handed: int | None = None, *, number: int = 1) -> Tender:
    return tender(TenderKind.CASH, minor, handed, number=number)


def stored(minor: int, *, number: int = 2) -> Tender:
    return tender(TenderKind.STORED_VALUE, minor, number=number)


@pytest.mark.parametrize(
    ("step", "mode", "asked"),
    [
        (10, RoundingMode.DOWN, 1_230),
        (10, RoundingMode.HALF_UP, 1_240),
        (100, RoundingMode.DOWN, 1_200),
        (5, RoundingMode.DOWN, 1_235),
        (10, RoundingMode.UP, 1_240),
        (1, RoundingMode.UP, 1_238),
    ],
)
def test_the_cash_rest_is_rounded_as_the_terms_say(
    step: int, mode: RoundingMode, asked: int
) -> None:
    assert CashRounding(step_minor=step, mode=mode).rounded(1_238) == asked


def test_only_the_cash_rest_of_a_mixed_payment_is_rounded() -> None:
    paid = paid_with(2_866, [stored(1_000), cash(1_860, 2_000)], TO_JIAO)
    assert (paid.rounding_minor, paid.change_minor) == (-6, 140)


def test_exact_coins_are_always_accepted() -> None:
    assert paid_with(2_866, [cash(2_866)], TO_JIAO).rounding_minor == 0


def test_a_rest_that_rounds_to_nothing_needs_no_cash() -> None:
    assert paid_with(1_003, [stored(1_000)], TO_JIAO).rounding_minor == -3


@pytest.mark.parametrize(
    ("code", "tenders"),
    [
        ("payment.sum_wrong", []),
        ("payment.sum_wrong", [cash(999)]),
        ("payment.sum_wrong", [stored(1_010)]),
        ("payment.amount_wrong", [cash(0)]),
        ("payment.amount_wrong", [cash(-1_000)]),
        ("payment.amount_wrong", [cash(500), cash(500, number=3)]),
        ("payment.amount_wrong", [stored(500), stored(500, number=3)]),
        ("payment.amount_wrong", [cash(500), stored(500, number=1)]),
        ("payment.amount_wrong", [tender(TenderKind.EXTERNAL, 1_000, 2_000)]),
        ("payment.cash_short", [cash(1_000, 900)]),
        (
            "payment.too_many_tenders",
            [tender(TenderKind.EXTERNAL, 1, number=number) for number in range(9)],
        ),
    ],
)
def test_a_payment_that_does_not_add_up_is_refused(code: str, tenders: list[Tender]) -> None:
    with pytest.raises(Refusal) as refused:
        paid_with(1_000, tenders, EXACT)
    assert refused.value.code == code


@given(
    due=st.integers(1, 10**6),
    part=st.integers(0, 10**6),
    step=st.sampled_from([1, 5, 10, 50, 100]),
    mode=st.sampled_from(list(RoundingMode)),
    more=st.integers(0, 10**5),
)
def test_what_is_asked_is_always_accepted_and_change_is_exact(
    due: int, part: int, step: int, mode: RoundingMode, more: int
) -> None:
    rounding = CashRounding(step_minor=step, mode=mode)
    part = min(part, due)
    asked = rounding.rounded(due - part)
    tenders = [stored(part)] if part else []
    if asked:
        tenders.append(cash(asked, asked + more))
    paid = paid_with(due, tenders, rounding)
    assert abs(paid.rounding_minor) < step
    assert part + asked == due + paid.rounding_minor
    assert paid.change_minor == (more if asked else 0)

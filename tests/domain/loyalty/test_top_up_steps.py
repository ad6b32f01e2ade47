"""The steps of a top-up: what each gives, how settings of before are read, what is malformed."""

from datetime import date

import pytest

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.kernel.term_fields import FieldValues
from regulars.domain.ledger.pairs import ReturnOrder, SpendOrder
from regulars.domain.loyalty.gift import Gift
from regulars.domain.loyalty.top_up import (
    FIELDS,
    Refundable,
    TopUpOffer,
    TopUpTerms,
    bonus_expires_on,
    offer_for,
    top_up_terms,
)

SHIPPED = {field.name: field.default for field in FIELDS}


def terms_of(**changed: object) -> TopUpTerms:
    named = {name.replace("__", "."): value for name, value in changed.items()}
    return top_up_terms(FieldValues({**SHIPPED, **named}))


def test_a_step_gives_bonus_points_coupons_and_a_thing() -> None:
    row = {
        "principal_minor": 30_000,
        "bonus_minor": 3_000,
        "points": 100,
        "coupon_types": ["TEN"],
        "item_zh": "保温杯",
    }
    old = {"principal_minor": 10_000, "bonus_minor": 1_000}

    terms = terms_of(top_up__offers=[row, old])

    gift = Gift(points=100, coupon_types=("TEN",), item=Label("保温杯", ""))
    assert offer_for(35_000, terms) == TopUpOffer(30_000, 3_000, gift)
    assert offer_for(29_999, terms) == TopUpOffer(10_000, 1_000)
    assert offer_for(9_999, terms) == TopUpOffer(0, 0)


@pytest.mark.parametrize(
    "row",
    [
        {"principal_minor": 100},
        {"bonus_minor": 100},
        {"principal_minor": 100, "bonus_minor": 10, "growth_value": 5},
        {"principal_minor": 100, "bonus_minor": 10, "gift": 5},
        {"principal_minor": -1, "bonus_minor": 10},
        {"principal_minor": 100, "bonus_minor": True},
    ],
)
def test_a_step_that_promises_nothing_sensible_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(Refusal, match=r"terms\.malformed"):
        terms_of(top_up__offers=[row])


def test_a_shop_chooses_how_value_is_spent_returned_and_given_back() -> None:
    shipped = terms_of()
    assert (shipped.spend_order, shipped.return_order) == (
        SpendOrder.PRO_RATA,
        ReturnOrder.PROPORTIONAL,
    )
    assert shipped.refundable is Refundable.ALWAYS
    chosen = terms_of(
        top_up__spend_order="bonus_first",
        refund__stored_value="reverse",
        top_up__refundable="seven_days",
    )
    assert (chosen.spend_order, chosen.return_order, chosen.refundable) == (
        SpendOrder.BONUS_FIRST,
        ReturnOrder.REVERSE,
        Refundable.SEVEN_DAYS,
    )


def test_bonus_ends_months_after_it_was_given_or_never() -> None:
    day = BusinessDay(date(2026, 1, 31))
    assert bonus_expires_on(day, terms_of()) is None
    assert bonus_expires_on(day, terms_of(top_up__bonus_expiry_months=1)) == date(2026, 2, 28)

"""What a tier gives once, and what a birthday gives each year."""

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.gift import Gift
from regulars.domain.loyalty.tier_gifts import TIER_GIFTS, BirthdayTerms, birthday_gift

EVERYBODY = BirthdayTerms(gift=Gift(points=50), days_before=3)
GIFTS = TIER_GIFTS.check(
    "tiers.gifts",
    [
        {"tier": "king", "upgrade_gift": {"coupon_types": ["K20"]}, "birthday_gift": {"points": 9}},
        {"tier": "gold", "upgrade_gift": {"points": 5}},
    ],
)


def test_a_tier_with_a_birthday_gift_of_its_own_gives_that() -> None:
    assert birthday_gift("king", GIFTS, EVERYBODY) == Gift(points=9)
    assert birthday_gift("gold", GIFTS, EVERYBODY) == Gift(points=50)
    assert birthday_gift("leaf", GIFTS, EVERYBODY) == Gift(points=50)


def test_an_upgrade_gives_no_growth_value_since_it_would_pull_up_further() -> None:
    with pytest.raises(Refusal, match="malformed"):
        TIER_GIFTS.check("tiers.gifts", [{"tier": "gold", "upgrade_gift": {"growth_value": 1}}])

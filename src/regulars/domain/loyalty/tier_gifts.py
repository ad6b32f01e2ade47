"""The gifts of a tier 等级礼 and of a birthday 生日礼, as Terms.

茶王 gets the coupon KING20 once, when she first reaches it, and 200 points on her birthday; everybody
else gets 50 on hers, three days before, so that there is time to come.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.domain.kernel.term_fields import (
    Field,
    FieldValues,
    check_parts,
    rows,
    text,
    whole,
)
from regulars.domain.kernel.terms import TERMS_MALFORMED
from regulars.domain.loyalty.gift import NOTHING, Gift, gift_from

_ROWS_MAX = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class TierGifts:
    """What one tier gives: once on reaching it, and each year on a birthday."""

    upgrade: Gift = NOTHING
    birthday: Gift = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthdayTerms:
    """The gift for everybody's birthday. Units: days before it."""

    gift: Gift
    days_before: int


def _tier_gifts(field: str, value: object) -> Mapping[str, TierGifts]:
    found: dict[str, TierGifts] = {}
    for row in rows(field, value, _ROWS_MAX):
        check_parts(field, row, "tier", "upgrade_gift", "birthday_gift")
        upgrade = gift_from(field, row.get("upgrade_gift", {}))
        if upgrade.growth_value:
            # One rung would pull her up to the next.
            raise TERMS_MALFORMED.because(field=field, part="upgrade_gift.growth_value")
        birthday = gift_from(field, row.get("birthday_gift", {}))
        found[text(field, row, "tier")] = TierGifts(upgrade=upgrade, birthday=birthday)
    return found


TIER_GIFTS = Field("tiers.gifts", [], _tier_gifts)
BIRTHDAY_GIFT = Field("birthday.gift", {}, gift_from)
DAYS_BEFORE = Field("birthday.days_before", 0, whole(0, 30))
FIELDS = (TIER_GIFTS, BIRTHDAY_GIFT, DAYS_BEFORE)


def birthday_terms(values: FieldValues) -> BirthdayTerms:
    """The Terms for birthdays that these settings make."""
    return BirthdayTerms(gift=values.of(BIRTHDAY_GIFT), days_before=values.of(DAYS_BEFORE))


def birthday_gift(tier: str, gifts: Mapping[str, TierGifts], everybody: BirthdayTerms) -> Gift:
    """What a member of a tier gets on her birthday: her tier's own gift, else everybody's."""
    own = gifts.get(tier)
    return everybody.gift if own is None or own.birthday.empty else own.birthday

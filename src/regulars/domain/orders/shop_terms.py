"""Every field that a merchant may set in Terms, its shipped value, and how it is read.

Head office sets `earning.points_per_hundred_minor` to 1 and lets regions go to 2. A feature
declares its own fields; here they come together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.domain.kernel.term_fields import Field, FieldValues, one_of, whole, whole_or_none
from regulars.domain.kernel.terms import TERMS_UNKNOWN_FIELD, Resolved
from regulars.domain.ledger import clearing
from regulars.domain.loyalty import (
    claw_back,
    earning,
    expiry,
    joining,
    law,
    spending,
    tier_gifts,
    top_up,
)
from regulars.domain.loyalty.claw_back import CLAW_BACK, ClawBack
from regulars.domain.loyalty.earning import EarningTerms
from regulars.domain.loyalty.gift import Gift
from regulars.domain.loyalty.law import LawTerms, law_terms
from regulars.domain.loyalty.spending import PointsAsMoney
from regulars.domain.loyalty.tier_gifts import BirthdayTerms, TierGifts
from regulars.domain.loyalty.top_up import TopUpTerms
from regulars.domain.members import bulk, merge, stage_terms, subject_request
from regulars.domain.messaging import holdout_terms
from regulars.domain.messaging.terms import FIELDS as MESSAGE_FIELDS
from regulars.domain.messaging.terms import MessageTerms, message_terms
from regulars.domain.orders.day_flags import DayFlag, day_flags_from
from regulars.domain.orders.fees import FeeRule, fee_rules_from
from regulars.domain.payments.rounding import CashRounding, RoundingMode
from regulars.domain.pricing.basket import OnFloor, Policy
from regulars.domain.tiers import ladder, terms
from regulars.domain.tiers.ladder import Ladder
from regulars.domain.tiers.terms import TierTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopTerms:
    """All Terms in force at one store at one moment."""

    earning: EarningTerms
    spending: PointsAsMoney
    joining: Gift
    top_up: TopUpTerms
    law: LawTerms
    ladder: Ladder
    tiers: TierTerms
    tier_gifts: Mapping[str, TierGifts]
    birthday: BirthdayTerms
    rounding: CashRounding
    tax_mode: str
    coupons_per_order_max: int
    policy: str
    floor_basis_points: int | None
    on_floor: str
    fees: tuple[FeeRule, ...]
    day_flags: tuple[DayFlag, ...]
    manual_discount_basis_points_max: int
    hold_minutes: int
    claw_back: ClawBack
    messages: MessageTerms
    version: int


ROUNDING_STEP = Field("rounding.step_minor", 1, whole(1, 10_000))
ROUNDING_MODE = Field("rounding.mode", "down", one_of(*RoundingMode))
TAX_MODE = Field("tax.mode", "line", one_of("line", "order"))
HOLD_MINUTES = Field("orders.hold_minutes", 15, whole(1, 120))
MANUAL_DISCOUNT_MAX = Field("orders.manual_discount_basis_points_max", 1_000, whole(0, 10_000))
COUPONS_MAX = Field("coupons.per_order_max", 1, whole(0, 3))
POLICY = Field("pricing.policy", "guest", one_of(*Policy))
MARGIN_FLOOR = Field("pricing.margin_floor_basis_points", None, whole_or_none(0, 1_000_000))
ON_FLOOR = Field("pricing.on_floor", "clip", one_of(*OnFloor))
FEES = Field("fees.rules", [], fee_rules_from)
DAY_FLAGS = Field("days.flags", [], day_flags_from)
_ALL: tuple[Field[object], ...] = (
    *earning.FIELDS,
    *expiry.FIELDS,
    *claw_back.FIELDS,
    *spending.FIELDS,
    *joining.FIELDS,
    *top_up.FIELDS,
    *law.FIELDS,
    *clearing.FIELDS,
    *ladder.FIELDS,
    *terms.FIELDS,
    *tier_gifts.FIELDS,
    *MESSAGE_FIELDS,
    *holdout_terms.FIELDS,
    *stage_terms.FIELDS,
    *merge.FIELDS,
    *bulk.FIELDS,
    *subject_request.FIELDS,
    ROUNDING_STEP,
    ROUNDING_MODE,
    TAX_MODE,
    HOLD_MINUTES,
    MANUAL_DISCOUNT_MAX,
    COUPONS_MAX,
    POLICY,
    MARGIN_FLOOR,
    ON_FLOOR,
    FEES,
    DAY_FLAGS,
)
FIELDS: dict[str, Field[object]] = {field.name: field for field in _ALL}
DEFAULTS: dict[str, object] = {field.name: field.default for field in _ALL}


def checked(field: str, value: object) -> object:
    """The value itself, if the field exists and takes it.

    Refuses: terms.unknown_field, terms.malformed, tiers.ladder_malformed.
    """
    known = FIELDS.get(field)
    if known is None:
        raise TERMS_UNKNOWN_FIELD.because(field=field)
    known.check(field, value)
    return value


def shop_terms(resolved: Mapping[str, Resolved]) -> ShopTerms:
    """The typed Terms of one store, from its resolved fields."""
    versions = [one.source.version for one in resolved.values() if one.source is not None]
    values = FieldValues({name: one.value for name, one in resolved.items()})
    return ShopTerms(
        earning=earning.earning_terms(values),
        spending=spending.spending_terms(values),
        joining=joining.joining_gift(values),
        top_up=top_up.top_up_terms(values),
        law=law_terms(values),
        ladder=values.of(ladder.LADDER),
        tiers=terms.tier_terms(values),
        tier_gifts=values.of(tier_gifts.TIER_GIFTS),
        birthday=tier_gifts.birthday_terms(values),
        rounding=CashRounding(
            step_minor=values.of(ROUNDING_STEP), mode=RoundingMode(values.of(ROUNDING_MODE))
        ),
        tax_mode=values.of(TAX_MODE),
        coupons_per_order_max=values.of(COUPONS_MAX),
        policy=values.of(POLICY),
        floor_basis_points=values.of(MARGIN_FLOOR),
        on_floor=values.of(ON_FLOOR),
        fees=values.of(FEES),
        day_flags=values.of(DAY_FLAGS),
        manual_discount_basis_points_max=values.of(MANUAL_DISCOUNT_MAX),
        hold_minutes=values.of(HOLD_MINUTES),
        claw_back=ClawBack(values.of(CLAW_BACK)),
        messages=message_terms(values),
        version=max(versions, default=0),
    )

"""What the demonstration's shops promise in their Terms: tiers, points, top-ups, coupons, floor.

Whoever joins gets 50 points and 满30减10; an order takes two coupons; nothing is sold below cost,
whatever comes together on one cup.
"""

from dataclasses import dataclass

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.terms import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One field of Terms as somebody set it. `place`: code of a region or store, or nothing."""

    field: str
    value: object
    level: Level = Level.ORGANISATION
    place: str = ""
    low: int | None = None
    high: int | None = None
    locked: bool = False


def _tier(code: str, name: Label, growth_from: int, off: int, times: int) -> dict[str, object]:
    return {
        "code": code,
        "name_zh": name.zh,
        "name_en": name.en,
        "growth_from": growth_from,
        "discount_basis_points": off,
        "multiplier_basis_points": times,
    }


# Tea leaves by their picking grade.
LADDER = [
    _tier("bud", Label("青芽", "Green Bud"), 0, 0, 10_000),
    _tier("leaf", Label("翠叶", "Jade Leaf"), 300, 200, 11_000),
    _tier("silver", Label("银毫", "Silver Tip"), 1_000, 300, 12_500),
    _tier("gold", Label("金毫", "Golden Tip"), 2_500, 500, 15_000),
]
MEMBER_DAY = "member_day"
TOP_UPS = ((10_000, 1_000), (30_000, 4_500), (50_000, 10_000))

PROMISES = (
    Promise(field="tiers.ladder", value=LADDER, locked=True),
    Promise(field="earning.points_per_hundred_minor", value=1, low=1, high=2),
    Promise(field="earning.points_per_hundred_minor", value=2, level=Level.REGION, place="south"),
    Promise(field="earning.expiry_months", value=12, locked=True),
    Promise(field="spending.minimum", value=200),
    Promise(field="joining.points", value=50),
    Promise(field="joining.coupon_types", value=["NEW10"]),
    Promise(
        field="top_up.offers",
        value=[
            {"principal_minor": principal, "bonus_minor": bonus} for principal, bonus in TOP_UPS
        ],
    ),
    Promise(field="top_up.minimum_minor", value=5_000),
    Promise(field="coupons.per_order_max", value=2),
    Promise(field="pricing.margin_floor_basis_points", value=0),
    Promise(field="days.flags", value=[{"flag": MEMBER_DAY, "weekday": 3}]),
    Promise(field="rounding.step_minor", value=1, low=1, high=100),
    Promise(field="rounding.step_minor", value=10, level=Level.STORE, place="K1"),
)

"""What the demonstration's shops promise in their Terms: tiers, points, top-ups, coupons, floor.

Whoever joins gets 50 points and 满30减10; an order takes two coupons; nothing is sold below cost,
whatever comes together on one cup. In 华东 points rest for seven days and last to the end of next
year; in 华南 they double, are good at once, and end with a quarter. A tier lasts half a year.
"""

from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung. Units: growth value, basis points off, basis points (10,000 = once)."""

    code: str
    name: Label
    growth_from: int
    keep_from: int
    off: int
    times: int
    queue_skip: bool = False

    @property
    def data(self) -> dict[str, object]:
        """As the Terms spell it."""
        return {
            "code": self.code,
            "name_zh": self.name.zh,
            "name_en": self.name.en,
            "growth_from": self.growth_from,
            "keep_from": self.keep_from,
            "discount_basis_points": self.off,
            "multiplier_basis_points": self.times,
            "queue_skip": self.queue_skip,
        }


# Tea leaves by their picking grade.
RUNGS = (
    Rung(
        code="bud",
        name=Label("青芽", "Green Bud"),
        growth_from=0,
        keep_from=0,
        off=0,
        times=10_000,
    ),
    Rung(
        code="leaf",
        name=Label("翠叶", "Jade Leaf"),
        growth_from=200,
        keep_from=150,
        off=200,
        times=11_000,
    ),
    Rung(
        code="silver",
        name=Label("银毫", "Silver Tip"),
        growth_from=600,
        keep_from=450,
        off=300,
        times=12_500,
    ),
    Rung(
        code="gold",
        name=Label("金毫", "Golden Tip"),
        growth_from=1_500,
        keep_from=1_200,
        off=500,
        times=15_000,
        queue_skip=True,
    ),
)
TIER_GIFTS = [
    {"tier": "silver", "upgrade_gift": {"coupon_types": ["SWEET"]}},
    {
        "tier": "gold",
        "upgrade_gift": {
            "points": 200,
            "coupon_types": ["PAIR"],
            "item_zh": "金毫会员茶杯",
            "item_en": "Golden Tip tea cup",
        },
        "birthday_gift": {"points": 100, "coupon_types": ["CUP1"]},
    },
]
MEMBER_DAY = "member_day"
BIRTHDAY_DAYS_BEFORE = 3
TOP_UPS = ((10_000, 1_000), (30_000, 4_500), (50_000, 10_000))
# What comes with a step beside its bonus.
TOP_UP_GIFTS: Mapping[int, Mapping[str, object]] = {
    30_000: {"points": 100},
    50_000: {"coupon_types": ["PAIR"], "item_zh": "保温袋", "item_en": "Cooler bag"},
}

PROMISES = (
    Promise(field="tiers.ladder", value=[one.data for one in RUNGS], locked=True),
    Promise(field="tiers.window", value="rolling_months", locked=True),
    Promise(field="tiers.window_months", value=6, locked=True),
    Promise(field="tiers.grace_days", value=14, locked=True),
    Promise(field="tiers.gifts", value=TIER_GIFTS, locked=True),
    Promise(field="birthday.gift", value={"points": 20, "coupon_types": ["CUP1"]}),
    Promise(field="birthday.days_before", value=BIRTHDAY_DAYS_BEFORE, locked=True),
    Promise(field="earning.points_per_hundred_minor", value=1, low=1, high=2),
    Promise(field="earning.points_per_hundred_minor", value=2, level=Level.REGION, place="south"),
    Promise(field="earning.pending_days", value=7, level=Level.REGION, place="east"),
    Promise(field="earning.pending_days", value=0, level=Level.REGION, place="south"),
    Promise(field="earning.expiry_months", value=12),
    Promise(field="earning.expiry_end", value="year"),
    Promise(field="earning.expiry_months", value=3, level=Level.REGION, place="south"),
    Promise(field="earning.expiry_end", value="quarter", level=Level.REGION, place="south"),
    Promise(field="spending.minimum", value=200),
    Promise(field="joining.points", value=50),
    Promise(field="joining.coupon_types", value=["NEW10"]),
    Promise(
        field="top_up.offers",
        value=[
            {"principal_minor": principal, "bonus_minor": bonus, **TOP_UP_GIFTS.get(principal, {})}
            for principal, bonus in TOP_UPS
        ],
    ),
    Promise(field="top_up.minimum_minor", value=5_000),
    Promise(field="coupons.per_order_max", value=2),
    Promise(field="pricing.margin_floor_basis_points", value=0),
    Promise(field="days.flags", value=[{"flag": MEMBER_DAY, "weekday": 3}]),
    Promise(field="rounding.step_minor", value=1, low=1, high=100),
    Promise(field="rounding.step_minor", value=10, level=Level.STORE, place="K1"),
)

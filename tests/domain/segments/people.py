"""Members as segments see them, for tests: one by one, or many by chance."""

import random
from datetime import date, timedelta
from uuid import UUID

from regulars.domain.insights.rfm import RfmClass
from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.segments.member_state import (
    CouponSeen,
    Ground,
    LineSeen,
    LotSeen,
    MemberState,
    OrderSeen,
    PassSeen,
    ProductSeen,
    StoreSeen,
)
from tests.segment_things import (
    CATEGORIES,
    CHANNELS,
    CHILDREN,
    COUPON_TYPES,
    PASS_KINDS,
    PRODUCT_TAGS,
    PRODUCTS,
    REGIONS,
    STORES,
    TAGS,
)

NOW = instant_from_iso("2026-05-04T12:00:00+08:00")
GROUND = Ground(
    stores={
        STORES[0]: StoreSeen(REGIONS[0], "Asia/Shanghai", 240),
        STORES[1]: StoreSeen(REGIONS[0], "America/New_York", 240),
        STORES[2]: StoreSeen(REGIONS[1], "Europe/London", 0),
    },
    products={
        product: ProductSeen(CATEGORIES[number % 2], frozenset(PRODUCT_TAGS[: number % 4]))
        for number, product in enumerate(PRODUCTS)
    },
)


def ago(**span: float) -> Instant:
    """So long before now."""
    return Instant(NOW - timedelta(**span))


def order(at: Instant, product: UUID = PRODUCTS[0], minor: int = 1_800) -> OrderSeen:
    """A paid order of one product."""
    return OrderSeen(at, STORES[0], CHANNELS[0], minor, (LineSeen(product, 1),))


def a_member(*visits: Instant, **told: object) -> MemberState:
    """A member who came at these moments."""
    plain: dict[str, object] = {
        "id": UUID(int=7),
        "active": True,
        "joined_at": ago(days=400),
        "joined_via": "till",
        "language": "zh-CN",
        "home_store_id": STORES[0],
        "tier": "leaf",
        "visits": len(visits),
        "orders": tuple(order(one) for one in sorted(visits)),
        "first_visit_at": min(visits, default=None),
        "last_visit_at": max(visits, default=None),
    }
    build: object = MemberState(**{**plain, **told})  # type: ignore[arg-type]
    assert isinstance(build, MemberState)
    return build


def by_chance(dice: random.Random) -> MemberState:
    """A member with any past."""

    def some(known: tuple[object, ...]) -> frozenset[str]:
        return frozenset(str(one) for one in known if dice.random() < 0.4)

    visits = [_moment(dice) for _ in range(dice.randrange(0, 12))]
    return a_member(
        *visits,
        id=UUID(int=dice.getrandbits(128)),
        joined_at=_moment(dice),
        home_store_id=dice.choice(STORES),
        tier=dice.choice(("leaf", "gold")),
        orders=tuple(sorted(_order(dice, at) for at in visits)),
        tags=some(TAGS),
        segments=some(CHILDREN),
        contacts=some(("phone", "email")),
        balances={"points": dice.randrange(0, 100)},
        lots=tuple(LotSeen("points", 30, _day(dice)) for _ in range(dice.randrange(0, 3))),
        coupons=tuple(_coupon(dice) for _ in range(dice.randrange(0, 3))),
        passes=tuple(
            PassSeen(dice.choice(PASS_KINDS), 3, _day(dice)) for _ in range(dice.randrange(0, 2))
        ),
        birthdays=_birthdays(dice),
        stage=None,
        rfm=dice.choice(tuple(RfmClass)).value,
    )


def _moment(dice: random.Random) -> Instant:
    if dice.random() < 0.5:
        return ago(days=dice.choice((1, 7, 30, 60, 90)), microseconds=dice.choice((-1, 0, 1)))
    return ago(seconds=dice.randrange(1, 300 * 86_400))


def _order(dice: random.Random, at: Instant) -> OrderSeen:
    lines = (LineSeen(dice.choice(PRODUCTS), 1), LineSeen(dice.choice(PRODUCTS), 2))
    minor = dice.randrange(0, 20_000)
    return OrderSeen(at, dice.choice(STORES), dice.choice(CHANNELS), minor, lines)


def _day(dice: random.Random) -> date:
    return NOW.date() + timedelta(days=dice.randrange(-2, 60))


def _coupon(dice: random.Random) -> CouponSeen:
    begins = Instant(NOW + timedelta(days=dice.randrange(-20, 20)))
    ends = Instant(begins + timedelta(days=dice.choice((1, 7, 30))))
    return CouponSeen(dice.choice(COUPON_TYPES), begins, ends)


def _birthdays(dice: random.Random) -> tuple[date, ...]:
    if dice.random() < 0.3:
        return ()
    month, day = dice.randrange(1, 13), dice.randrange(1, 29)
    return tuple(date(year, month, day) for year in (2025, 2026, 2027, 2028))

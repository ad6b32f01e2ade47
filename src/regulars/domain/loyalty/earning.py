"""What a visit earns: points and growth value.

1 point for each 1.00 paid, gold members × 1.5: a bill of 41.00, of which 1.00 was paid with
bonus money, earns 60 points and 40 growth value.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.term_fields import Field, FieldValues, whole
from regulars.domain.loyalty.expiry import PointsExpiry, expiry_terms, points_expire_on

POINTS_PER_HUNDRED = Field("earning.points_per_hundred_minor", 1, whole(0, 1_000))
GROWTH_PER_HUNDRED = Field("earning.growth_per_hundred_minor", 1, whole(0, 1_000))
PENDING_DAYS = Field("earning.pending_days", 0, whole(0, 90))
FIELDS = (POINTS_PER_HUNDRED, GROWTH_PER_HUNDRED, PENDING_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarningTerms:
    """Terms for earning. Units: points and growth value per 1.00 (100 minor units); days.

    `pending_days`: so many business days pass before earned points may be used.
    """

    points_per_hundred_minor: int = 1
    growth_per_hundred_minor: int = 1
    pending_days: int = 0
    expiry: PointsExpiry = field(default_factory=PointsExpiry)


def earning_terms(values: FieldValues) -> EarningTerms:
    """The Terms for earning that these settings make."""
    return EarningTerms(
        points_per_hundred_minor=values.of(POINTS_PER_HUNDRED),
        growth_per_hundred_minor=values.of(GROWTH_PER_HUNDRED),
        pending_days=values.of(PENDING_DAYS),
        expiry=expiry_terms(values),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """What one order earns, on which base and by which multiplier.

    `usable_on`: its points are pending until that business day; None is usable at once.
    """

    points: int
    growth_value: int
    base_minor: int
    multiplier_basis_points: int
    expires_on: date | None
    usable_on: date | None = None


def reward_for(
    base_minor: int,
    terms: EarningTerms,
    *,
    multiplier_basis_points: int,
    on: BusinessDay,
    boost: tuple[int, int] = (1, 1),
) -> Reward:
    """What money paid earns, rounded down once per order.

    The base is what was paid with real money after all discounts: bonus money, points, rounding
    and tips earn nothing. `boost` is a fraction: on a bill of which half counts double, 3 / 2.
    Source: V1.
    """
    base = max(base_minor, 0)
    counted, paid = boost if boost[1] else (1, 1)
    points = (
        base
        * terms.points_per_hundred_minor
        * multiplier_basis_points
        * counted
        // (100 * 10_000 * paid)
    )
    growth = base * terms.growth_per_hundred_minor // 100
    usable_on = BusinessDay(on + timedelta(days=terms.pending_days)) if terms.pending_days else None
    expires_on = points_expire_on(on, terms.expiry)
    if usable_on is not None and expires_on is not None and expires_on <= usable_on:
        # They would end before anybody could use them.
        expires_on = points_expire_on(usable_on, terms.expiry)
    return Reward(
        points=points,
        growth_value=growth,
        base_minor=base,
        multiplier_basis_points=multiplier_basis_points,
        expires_on=expires_on,
        usable_on=usable_on,
    )

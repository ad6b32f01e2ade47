"""Points as money: what they are worth and how many a guest may use.

100 points are worth 1.00; steps of 100; at least 200; at most half of the bill. On a bill of
12.00 a guest with 5,000 points may use 600.
"""

from dataclasses import dataclass

from regulars.domain.kernel.term_fields import Field, FieldValues, whole

POINTS_PER_HUNDRED = Field("spending.points_per_hundred_minor", 100, whole(0, 100_000))
STEP = Field("spending.step", 100, whole(1, 100_000))
MINIMUM = Field("spending.minimum", 100, whole(0, 1_000_000))
SHARE_MAX = Field("spending.share_basis_points_max", 5_000, whole(0, 10_000))
FIELDS = (POINTS_PER_HUNDRED, STEP, MINIMUM, SHARE_MAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsAsMoney:
    """Terms for paying with points. Units: points per 1.00 (100 minor units), basis points."""

    points_per_hundred_minor: int = 100
    step: int = 100
    minimum: int = 100
    share_basis_points_max: int = 5_000

    def worth(self, points: int) -> int:
        """What so many points take off a bill, rounded down. Units: minor units."""
        if not self.points_per_hundred_minor:
            return 0
        return points * 100 // self.points_per_hundred_minor

    def usable(self, *, available: int, due_minor: int) -> int:
        """The most points that a bill lets this guest use: whole steps, at or over the minimum."""
        if not self.points_per_hundred_minor or due_minor <= 0:
            return 0
        room_minor = due_minor * self.share_basis_points_max // 10_000
        most = min(available, room_minor * self.points_per_hundred_minor // 100)
        most -= most % self.step
        return most if most >= self.minimum else 0


def spending_terms(values: FieldValues) -> PointsAsMoney:
    """The Terms for paying with points that these settings make."""
    return PointsAsMoney(
        points_per_hundred_minor=values.of(POINTS_PER_HUNDRED),
        step=values.of(STEP),
        minimum=values.of(MINIMUM),
        share_basis_points_max=values.of(SHARE_MAX),
    )

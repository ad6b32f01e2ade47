"""The ladder of tiers 等级: own names, a growth value to reach, benefits.

茶友 from 0, 茶客 from 300 (2 % off), 茶王 from 1,500 (5 % off, points × 1.5). A guest with 280
growth value who pays 40.00 becomes 茶客 on that very bill.
"""

from dataclasses import dataclass
from itertools import pairwise

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import Field, number, rows, text

LADDER_MALFORMED = refusal_code("tiers.ladder_malformed", "part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One rung. Units: growth value; basis points off; basis points (10,000 = once)."""

    code: str
    label: Label
    growth_from: int
    discount_basis_points: int = 0
    multiplier_basis_points: int = 10_000


@dataclass(frozen=True, slots=True)
class Ladder:
    """All tiers, lowest first; the lowest begins at 0."""

    tiers: tuple[Tier, ...]

    def __post_init__(self) -> None:
        codes = [tier.code for tier in self.tiers]
        steps = [tier.growth_from for tier in self.tiers]
        if not codes or len(set(codes)) != len(codes) or not all(codes):
            raise LADDER_MALFORMED.because(part="code")
        if steps[0] != 0 or any(low >= high for low, high in pairwise(steps)):
            raise LADDER_MALFORMED.because(part="growth_from")
        if any(not 0 <= tier.discount_basis_points <= 10_000 for tier in self.tiers):
            raise LADDER_MALFORMED.because(part="discount_basis_points")
        if any(not 0 <= tier.multiplier_basis_points <= 100_000 for tier in self.tiers):
            raise LADDER_MALFORMED.because(part="multiplier_basis_points")

    def named(self, code: str) -> Tier:
        """The tier of a code; a code that the ladder dropped counts as the lowest tier."""
        return next((tier for tier in self.tiers if tier.code == code), self.tiers[0])

    def reached_with(self, growth_value: int) -> Tier:
        """The highest tier that so much growth value reaches."""
        reached = self.tiers[0]
        for tier in self.tiers:
            if tier.growth_from <= growth_value:
                reached = tier
        return reached

    def above(self, code: str) -> Tier | None:
        """The next tier up, or None at the top."""
        current = self.named(code)
        return next((t for t in self.tiers if t.growth_from > current.growth_from), None)


def _ladder(field: str, value: object) -> Ladder:
    return Ladder(
        tuple(
            Tier(
                code=text(field, row, "code"),
                label=Label(text(field, row, "name_zh"), text(field, row, "name_en")),
                growth_from=number(field, row, "growth_from"),
                discount_basis_points=number(field, row, "discount_basis_points", 0),
                multiplier_basis_points=number(field, row, "multiplier_basis_points", 10_000),
            )
            for row in rows(field, value, 12)
        )
    )


LADDER = Field(
    "tiers.ladder",
    [{"code": "member", "name_zh": "会员", "name_en": "Member", "growth_from": 0}],
    _ladder,
)
FIELDS = (LADDER,)


@dataclass(frozen=True, slots=True)
class Move:
    """A change of tier and its cause."""

    tier: Tier
    cause: str


def move_after(growth_value: int, *, current: str, ladder: Ladder, refunded: bool) -> Move | None:
    """The change of tier that a new growth value causes, if any.

    Up at once, in the sale's transaction. Down only when a refund took growth value back, since
    a refund undoes what its sale did. Source: V4, decision "tiers rise at once".
    """
    now = ladder.named(current)
    reached = ladder.reached_with(growth_value)
    if reached.growth_from > now.growth_from:
        return Move(reached, "up")
    if refunded and reached.growth_from < now.growth_from:
        return Move(reached, "refund")
    return None

"""The ladder of tiers 等级: own names, a growth value to reach, benefits.

茶友 from 0, 茶客 from 300 (2 % off), 茶王 from 1,500 (5 % off, points × 1.5). A guest with 280
growth value who pays 40.00 becomes 茶客 on that very bill.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import Field, number, rows, text
from regulars.domain.kernel.terms import TERMS_MALFORMED

LADDER_MALFORMED = refusal_code("tiers.ladder_malformed", "part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One rung. Units: the ladder's measure; basis points off; basis points (10,000 = once).

    `keep_from`: what a period must come to so that the rung is kept; None is what reached it.
    `queue_skip`: its members are served first.
    """

    code: str
    label: Label
    growth_from: int
    discount_basis_points: int = 0
    multiplier_basis_points: int = 10_000
    keep_from: int | None = None
    queue_skip: bool = False

    @property
    def stays_from(self) -> int:
        """What a period must come to so that the rung is kept. Units: the ladder's measure."""
        return self.growth_from if self.keep_from is None else self.keep_from


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

    def below(self, code: str) -> Tier:
        """The next rung down; the lowest has only itself."""
        current = self.named(code)
        lower = [tier for tier in self.tiers if tier.growth_from < current.growth_from]
        return lower[-1] if lower else current


def _flag(field: str, row: Mapping[str, object], part: str) -> bool:
    value = row.get(part, False)
    if not isinstance(value, bool):
        raise TERMS_MALFORMED.because(field=field, part=part)
    return value


def _ladder(field: str, value: object) -> Ladder:
    return Ladder(
        tuple(
            Tier(
                code=text(field, row, "code"),
                label=Label(text(field, row, "name_zh"), text(field, row, "name_en")),
                growth_from=number(field, row, "growth_from"),
                discount_basis_points=number(field, row, "discount_basis_points", 0),
                multiplier_basis_points=number(field, row, "multiplier_basis_points", 10_000),
                keep_from=number(field, row, "keep_from") if "keep_from" in row else None,
                queue_skip=_flag(field, row, "queue_skip"),
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

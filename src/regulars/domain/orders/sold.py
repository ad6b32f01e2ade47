"""A paid order as a refund sees it: its units with their shares, what was paid and what came back.

Two teas and a mango ice for 41.00: shares 10.69, 10.70 and 19.61; 20.00 from stored value and
21.00 in cash; 40 points earned. Once a refund has priced the rest anew, the shares of what the
guest kept are those of that refund.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.money import split


class UnitKey(NamedTuple):
    """One cup of an order: the position of its line, and which of the line's units."""

    position: int
    unit: int


class SoldUnit(NamedTuple):
    """What one cup costs. Units: minor units; `points_minor` is the part paid with points."""

    due_minor: int
    points_minor: int


@dataclass(frozen=True, slots=True)
class SoldLine:
    """One line as it was sold."""

    id: UUID
    position: int
    name: Label
    units: tuple[SoldUnit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Money by source, and value. Units: minor units, points, growth value."""

    cash_minor: int = 0
    external_minor: int = 0
    principal_minor: int = 0
    bonus_minor: int = 0
    points_spent: int = 0
    points_earned: int = 0
    growth_earned: int = 0

    @property
    def paid_minor(self) -> int:
        """All money, rounding included. Units: minor units."""
        return self.cash_minor + self.external_minor + self.stored_minor

    @property
    def stored_minor(self) -> int:
        """Principal and bonus together. Units: minor units."""
        return self.principal_minor + self.bonus_minor

    def minus(self, other: "Sums") -> "Sums":
        """What is left after another sum."""
        return Sums(
            cash_minor=self.cash_minor - other.cash_minor,
            external_minor=self.external_minor - other.external_minor,
            principal_minor=self.principal_minor - other.principal_minor,
            bonus_minor=self.bonus_minor - other.bonus_minor,
            points_spent=self.points_spent - other.points_spent,
            points_earned=self.points_earned - other.points_earned,
            growth_earned=self.growth_earned - other.growth_earned,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Repriced:
    """The shares that the newest refund which priced the rest anew gave to what was kept.

    Units: minor units, points; `points_spent` is what the units together used of points.
    """

    version: int
    units: Mapping[UnitKey, SoldUnit]
    points_spent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A paid order: its lines, what was paid and moved, and what was refunded before."""

    lines: tuple[SoldLine, ...]
    sums: Sums
    refunded: Sums = Sums()
    refunded_units: frozenset[UnitKey] = field(default_factory=frozenset)
    repriced: Repriced | None = None

    @property
    def keys(self) -> list[UnitKey]:
        """Every unit that was sold."""
        return [
            UnitKey(line.position, unit) for line in self.lines for unit in range(len(line.units))
        ]

    @property
    def left_minor(self) -> int:
        """The money that no refund has given back. Units: minor units."""
        return self.sums.paid_minor - self.refunded.paid_minor

    def units(self) -> Mapping[UnitKey, SoldUnit]:
        """Every unit as it was sold, or those that were kept when the rest was priced anew."""
        if self.repriced is not None:
            return self.repriced.units
        units = [unit for line in self.lines for unit in line.units]
        return dict(zip(self.keys, units, strict=True))

    def shares(self) -> dict[UnitKey, int]:
        """What each unit still stands for of the money paid. Units: minor units.

        They sum to what was paid, or to what was kept when the rest was last priced anew.
        """
        units = self.units()
        due = [unit.due_minor for unit in units.values()]
        if self.repriced is not None:
            return dict(zip(units, due, strict=True))
        return dict(zip(units, split(self.sums.paid_minor, due), strict=True))

    def kept_after(self, chosen: frozenset[UnitKey]) -> dict[UUID, list[int]]:
        """The units of each line that stay with the guest when these come back."""
        gone = self.refunded_units | chosen
        kept = {
            line.id: [
                unit for unit in range(len(line.units)) if UnitKey(line.position, unit) not in gone
            ]
            for line in self.lines
        }
        return {line_id: units for line_id, units in kept.items() if units}

"""What a refund gives back: the exact undoing of what the sale did, whole or by unit.

    Three teas for 41.00, paid 20.00 from stored value and 21.00 in cash. The mango ice (19.61)
    comes back: 19.61 in cash, since money returns in the reverse order of payment; 19 of the 40
    points that the sale earned go; a coupon comes back only with the last unit.

Every figure is cumulative over all refunds of the order: many small refunds give exactly what one
whole refund gives, never more. Source: S4, ledger.md "proportional_floor".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.money import split
from regulars.domain.kernel.refusal import refusal_code

UNIT_UNKNOWN = refusal_code("refund.unit_unknown")
UNITS_GONE = refusal_code("refund.already_refunded", "left")
NOTHING = refusal_code("refund.nothing")
REASON_MISSING = refusal_code("refund.reason_missing")


@dataclass(frozen=True, slots=True)
class SoldUnit:
    """One cup as it was sold. Units: minor units; `points_minor` is the part paid with points."""

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
class Sold:
    """A paid order: its lines, what was paid and moved, and what was refunded before."""

    lines: tuple[SoldLine, ...]
    sums: Sums
    refunded: Sums
    refunded_units: frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class ReturnedUnit:
    """One unit that comes back, with its share of what was paid. Units: minor units."""

    position: int
    unit: int
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPlan:
    """All consequences of a refund, before anybody confirms it.

    `back.points_spent` returns to the guest, `back.points_earned` is taken back from her.
    """

    units: tuple[ReturnedUnit, ...]
    back: Sums
    whole: bool

    @property
    def amount_minor(self) -> int:
        """Money given back. Units: minor units."""
        return self.back.paid_minor


def plan_refund(sold: Sold, wanted: Mapping[UUID, int] | None) -> RefundPlan:
    """What giving back these units (line → count; None is all that is left) undoes.

    Refuses: refund.unit_unknown, refund.already_refunded, refund.nothing.
    """
    chosen = _chosen(sold, wanted)
    if not chosen:
        raise NOTHING.because()
    shares = _paid_shares(sold)
    gone = sold.refunded_units | chosen
    whole = len(gone) == sum(len(line.units) for line in sold.lines)
    back = _undone(sold, gone, shares, whole=whole).minus(sold.refunded)
    units = tuple(
        ReturnedUnit(position, unit, shares[position, unit]) for position, unit in sorted(chosen)
    )
    return RefundPlan(units=units, back=back, whole=whole)


def _chosen(sold: Sold, wanted: Mapping[UUID, int] | None) -> frozenset[tuple[int, int]]:
    left = {
        line.id: [
            (line.position, unit)
            for unit in range(len(line.units))
            if (line.position, unit) not in sold.refunded_units
        ]
        for line in sold.lines
    }
    if wanted is None:
        return frozenset(unit for units in left.values() for unit in units)
    chosen: set[tuple[int, int]] = set()
    for line_id, count in wanted.items():
        if line_id not in left or count < 1:
            raise UNIT_UNKNOWN.because()
        if count > len(left[line_id]):
            raise UNITS_GONE.because(left=len(left[line_id]))
        chosen.update(left[line_id][:count])
    return frozenset(chosen)


def _paid_shares(sold: Sold) -> dict[tuple[int, int], int]:
    keys = [(line.position, unit) for line in sold.lines for unit in range(len(line.units))]
    due = [unit.due_minor for line in sold.lines for unit in line.units]
    return dict(zip(keys, split(sold.sums.paid_minor, due), strict=True))


def _undone(
    sold: Sold,
    gone: frozenset[tuple[int, int]],
    shares: Mapping[tuple[int, int], int],
    *,
    whole: bool,
) -> Sums:
    """Everything that must be undone once these units are back. Each part only ever grows."""
    if whole:
        return sold.sums
    sums = sold.sums
    paid_minor = sum(shares[unit] for unit in gone)
    cash_minor = min(paid_minor, sums.cash_minor)
    external_minor = min(paid_minor - cash_minor, sums.external_minor)
    stored_minor = paid_minor - cash_minor - external_minor
    principal_minor = stored_minor * sums.principal_minor // (sums.stored_minor or 1)
    points_minor = sum(unit.points_minor for line in sold.lines for unit in line.units)
    points_minor_gone = sum(
        line.units[unit].points_minor
        for line in sold.lines
        for unit in range(len(line.units))
        if (line.position, unit) in gone
    )
    return Sums(
        cash_minor=cash_minor,
        external_minor=external_minor,
        principal_minor=principal_minor,
        bonus_minor=stored_minor - principal_minor,
        points_spent=sums.points_spent * points_minor_gone // (points_minor or 1),
        points_earned=sums.points_earned * paid_minor // (sums.paid_minor or 1),
        growth_earned=sums.growth_earned * paid_minor // (sums.paid_minor or 1),
    )


def amounts_by_line(
    plan: RefundPlan, lines: Sequence[SoldLine]
) -> tuple[tuple[SoldLine, int, int], ...]:
    """The plan per line: line, units that come back, money. Units: minor units."""
    rows = []
    for line in lines:
        units = [unit for unit in plan.units if unit.position == line.position]
        if units:
            rows.append((line, len(units), sum(unit.amount_minor for unit in units)))
    return tuple(rows)

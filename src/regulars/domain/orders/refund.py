"""What a refund gives back: the exact undoing of what the sale did, whole or by unit.

    Two teas and a mango ice for 41.00, paid 20.00 from stored value and 21.00 in cash. The mango
    ice comes back. Its share is 19.61, in cash, since money returns in the reverse order of
    payment; 19 of the 40 points that the sale earned go. Priced anew, the two teas alone miss
    满40减5 and cost 24.00: then 17.00 is given back.

Every figure is cumulative over all refunds of the order: many small refunds give exactly what one
whole refund gives, never more. Source: S4, ledger.md "proportional_floor".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.money import split
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.orders.rest import Rest, RestUnit
from regulars.domain.orders.sold import Sold, SoldLine, Sums, UnitKey

UNIT_UNKNOWN = refusal_code("refund.unit_unknown")
UNITS_GONE = refusal_code("refund.already_refunded", "left")
NOTHING = refusal_code("refund.nothing")
REASON_MISSING = refusal_code("refund.reason_missing")


class PlanKind(StrEnum):
    """How a refund is worked out: 退所退商品的份额, 按留下的重新计价, 门店责任."""

    RETURN_SHARE = "return_share"
    REPRICE_REST = "reprice_rest"
    HOUSE_FAULT = "house_fault"


@dataclass(frozen=True, slots=True)
class ReturnedUnit:
    """One unit that comes back, with its share of the money given back. Units: minor units."""

    position: int
    unit: int
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPlan:
    """All consequences of a refund, before anybody confirms it.

    `back.points_spent` returns to the guest, `back.points_earned` is taken back from her. `rest`
    are the new shares of what she keeps, where it was priced anew; `coupons_used` are the coupons
    that the rest still uses, None where that is as before.
    """

    kind: PlanKind
    units: tuple[ReturnedUnit, ...]
    back: Sums
    whole: bool
    rest: tuple[RestUnit, ...] = ()
    coupons_used: frozenset[UUID] | None = None

    @property
    def amount_minor(self) -> int:
        """Money given back. Units: minor units."""
        return self.back.paid_minor

    def returns(self, coupon_id: UUID) -> bool:
        """Whether a coupon that the order used goes back to its member."""
        if self.whole:
            return True
        return self.coupons_used is not None and coupon_id not in self.coupons_used


def chosen_units(sold: Sold, wanted: Mapping[UUID, int] | None) -> frozenset[UnitKey]:
    """The units that come back: line → count; None is all that is left.

    Refuses: refund.unit_unknown, refund.already_refunded, refund.nothing.
    """
    left = {
        line.id: [
            key
            for key in (UnitKey(line.position, unit) for unit in range(len(line.units)))
            if key not in sold.refunded_units
        ]
        for line in sold.lines
    }
    if wanted is None:
        wanted = {line_id: len(units) for line_id, units in left.items() if units}
    chosen: set[UnitKey] = set()
    for line_id, count in wanted.items():
        if line_id not in left or count < 1:
            raise UNIT_UNKNOWN.because()
        if count > len(left[line_id]):
            raise UNITS_GONE.because(left=len(left[line_id]))
        chosen.update(left[line_id][:count])
    if not chosen:
        raise NOTHING.because()
    return frozenset(chosen)


def return_share(sold: Sold, chosen: frozenset[UnitKey]) -> RefundPlan:
    """Give back the frozen shares of these units; what is kept keeps its price."""
    shares = sold.shares()
    amount_minor = sum(shares[key] for key in chosen)
    spent = _points_of_shares(sold, chosen)
    return _plan(sold, chosen, PlanKind.RETURN_SHARE, amount_minor, spent)


def reprice_rest(sold: Sold, chosen: frozenset[UnitKey], rest: Rest) -> RefundPlan:
    """Give back what is left of the money after the rest has paid its new price.

    Never below zero: where the rest costs more than is left, nothing is given back and the rest
    shares what is left. Without a rest, everything goes back.
    """
    left_minor = sold.left_minor
    kept_minor = min(left_minor, rest.due_minor)
    left_points = sold.sums.points_spent - sold.refunded.points_spent
    spent = sold.sums.points_spent - min(left_points, rest.points_spent)
    plan = _plan(sold, chosen, PlanKind.REPRICE_REST, left_minor - kept_minor, spent)
    if plan.whole:
        return plan
    units = rest.sharing(kept_minor)
    if _as_before(sold, units, spent=spent, by_share=_points_of_shares(sold, chosen)):
        units = ()
    return replace(plan, rest=units, coupons_used=rest.coupons_used)


def house_fault(share: RefundPlan, reprice: RefundPlan | None) -> RefundPlan:
    """The larger of both: what went wrong in the shop never costs the guest her offer."""
    larger = share
    if reprice is not None and reprice.amount_minor > share.amount_minor:
        larger = reprice
    return replace(larger, kind=PlanKind.HOUSE_FAULT)


def _plan(
    sold: Sold,
    chosen: frozenset[UnitKey],
    kind: PlanKind,
    amount_minor: int,
    points_spent: int,
) -> RefundPlan:
    gone = sold.refunded_units | chosen
    whole = len(gone) == sum(len(line.units) for line in sold.lines)
    if whole:
        undone = sold.sums
    else:
        undone = _undone(sold.sums, sold.refunded.paid_minor + amount_minor, points_spent)
    back = undone.minus(sold.refunded)
    keys = sorted(chosen)
    shares = sold.shares()
    parts = split(back.paid_minor, [shares[key] for key in keys])
    units = tuple(
        ReturnedUnit(key.position, key.unit, part) for key, part in zip(keys, parts, strict=True)
    )
    return RefundPlan(kind=kind, units=units, back=back, whole=whole)


def _as_before(sold: Sold, units: Sequence[RestUnit], *, spent: int, by_share: int) -> bool:
    """Whether the new shares of what is kept are those it had."""
    if spent != by_share:
        return False
    known = sold.units()
    shares = sold.shares()
    for one in units:
        key = UnitKey(one.position, one.unit)
        if (one.due_minor, one.points_minor) != (shares[key], known[key].points_minor):
            return False
    return True


def _points_of_shares(sold: Sold, chosen: frozenset[UnitKey]) -> int:
    """How many spent points are back once these units are. Units: points."""
    repriced = sold.repriced
    spent = sold.sums.points_spent if repriced is None else repriced.points_spent
    units = sold.units()
    gone = sold.refunded_units | chosen
    worth_minor = sum(unit.points_minor for unit in units.values())
    gone_minor = sum(unit.points_minor for key, unit in units.items() if key in gone)
    return sold.sums.points_spent - spent + spent * gone_minor // (worth_minor or 1)


def _undone(sums: Sums, paid_minor: int, points_spent: int) -> Sums:
    """Everything undone once so much of the money is back. Each part only ever grows."""
    cash_minor = min(paid_minor, sums.cash_minor)
    external_minor = min(paid_minor - cash_minor, sums.external_minor)
    stored_minor = paid_minor - cash_minor - external_minor
    principal_minor = stored_minor * sums.principal_minor // (sums.stored_minor or 1)
    return Sums(
        cash_minor=cash_minor,
        external_minor=external_minor,
        principal_minor=principal_minor,
        bonus_minor=stored_minor - principal_minor,
        points_spent=points_spent,
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

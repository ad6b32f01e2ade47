"""What a refund would undo, worked out from what the order froze before anybody confirms it.

The mango ice of 41.00 comes back: 19.61 as its share, 17.00 if the teas are priced anew; 满40减5
says which of both it is, or that the cashier may choose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.orders.priced_with import SoldGoods, priced_with_from
from regulars.domain.orders.refund import (
    PlanKind,
    RefundPlan,
    chosen_units,
    house_fault,
    reprice_rest,
    return_share,
)
from regulars.domain.orders.rest import Kept, Rest, rest_of
from regulars.domain.orders.return_words import Ways, ways_of
from regulars.domain.orders.shop import Promises
from regulars.domain.orders.sold import Repriced, Sold, SoldLine, SoldUnit, Sums, UnitKey
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.offer import OnReturn
from regulars.domain.pricing.quote_parts import Source
from regulars.storage import coupon_batches, coupons, order_shares, orders
from regulars.storage.coupon_batches import CodeRow
from regulars.storage.coupons import CouponRow
from regulars.storage.engine import Read
from regulars.storage.order_shares import ShareRow
from regulars.storage.orders import LineRow, OrderRow, PaymentRow
from regulars.storage.shops import Shops
from regulars.use_cases.receipts import CHANGE, OrderRows

ORDER_NOT_PAID = refusal_code("order.not_paid")


@dataclass(frozen=True, slots=True)
class UnitsBack:
    """So many units of one line."""

    line_id: UUID
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StillUsed:
    """The coupons that an order still uses: from the member's wallet, and by open codes."""

    wallet: Sequence[CouponRow]
    codes: Sequence[CodeRow]

    @property
    def ids(self) -> frozenset[UUID]:
        """All of them."""
        return frozenset([*(row.id for row in self.wallet), *(row.id for row in self.codes)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Every way of making one refund with all its consequences, and which ways are allowed."""

    sold: Sold
    ways: Ways
    plans: Mapping[PlanKind, RefundPlan]
    coupons: StillUsed

    def taken(self, wanted: PlanKind | None) -> RefundPlan:
        """The plan that is asked for, or the default. Refuses: refund.plan_not_allowed."""
        return self.plans[self.ways.chosen(wanted)]


def rows_of(read: Read, order: OrderRow) -> OrderRows:
    """Everything that the database holds of an order."""
    lines, adjustments, payments, refunds, units = read.group(
        orders.LINES.ask(order_id=order.id),
        orders.ADJUSTMENTS.ask(order_id=order.id),
        orders.PAYMENTS.ask(order_id=order.id),
        orders.REFUNDS.ask(order_id=order.id),
        orders.REFUND_UNITS.ask(order_id=order.id),
    )
    return OrderRows(
        order=order,
        lines=lines,
        adjustments=adjustments,
        payments=payments,
        refunds=refunds,
        refund_units=units,
    )


def outcomes_of(
    read: Read, rows: OrderRows, units: Sequence[UnitsBack] | None, shops: Shops
) -> Outcomes:
    """What giving these units back undoes, in each of the ways that there are.

    Refuses: order.not_paid, refund.unit_unknown, refund.already_refunded, refund.nothing.
    """
    order = rows.order
    if order.state not in ("paid", "part_refunded", "refunded"):
        raise ORDER_NOT_PAID.because()
    shares, wallet, codes = read.group(
        order_shares.NEWEST_SHARES.ask(order_id=order.id),
        coupons.USED_BY_ORDER.ask(order_id=order.id, member_id=order.member_id),
        coupon_batches.USED_BY_ORDER.ask(order_id=order.id),
    )
    used = StillUsed(wallet=wallet, codes=codes)
    sold = _sold_of(rows, shares)
    chosen = chosen_units(sold, _wanted(units))
    share = return_share(sold, chosen)
    reprice: RefundPlan | None = None
    words: set[OnReturn] = set()
    if not share.whole and order.settled_at is not None:
        promises = shops.as_of(read, order.store_id, at=order.settled_at)
        words = _words(rows, chosen, promises)
        rest = _rest(rows, sold, chosen, used, promises)
        reprice = None if rest is None else reprice_rest(sold, chosen, rest)
    plans = {PlanKind.RETURN_SHARE: share, PlanKind.HOUSE_FAULT: house_fault(share, reprice)}
    if reprice is not None:
        plans[PlanKind.REPRICE_REST] = reprice
    ways = ways_of(words, whole=share.whole, can_reprice=reprice is not None)
    return Outcomes(sold=sold, ways=ways, plans=plans, coupons=used)


def _wanted(units: Sequence[UnitsBack] | None) -> dict[UUID, int] | None:
    if units is None:
        return None
    wanted: dict[UUID, int] = {}
    for one in units:
        wanted[one.line_id] = wanted.get(one.line_id, 0) + one.count
    return wanted


def _words(rows: OrderRows, chosen: frozenset[UnitKey], promises: Promises) -> set[OnReturn]:
    """What the offers say on returns that took something off the units which come back."""
    offers = {offer.id: offer for offer in promises.offers.offers}
    offers |= {one.id: one.offer for one in promises.coupon_types.values()}
    concerned = {
        row.source_id
        for row in rows.adjustments
        if row.source in (Source.OFFER, Source.COUPON)
        and any(key.position == row.position and row.units[key.unit] for key in chosen)
    }
    return {offers[one].on_return for one in concerned if one in offers}


def _rest(
    rows: OrderRows,
    sold: Sold,
    chosen: frozenset[UnitKey],
    used: StillUsed,
    promises: Promises,
) -> Rest | None:
    """What is kept at its new price; None where nobody knows what the order was priced with."""
    order = rows.order
    if order.priced_with is None or order.settled_at is None:
        return None
    lines = [row for row in rows.lines if row.state == "sold"]
    priced = priced_with_from(
        order.priced_with, [_goods(row) for row in lines], promises, member_id=order.member_id
    )
    kept = Kept(
        units=sold.kept_after(chosen),
        positions={row.id: row.position for row in lines},
        points_max=sold.sums.points_spent - sold.refunded.points_spent,
        coupons=used.ids,
    )
    return rest_of(priced, promises, kept, at=order.settled_at)


def _goods(row: LineRow) -> SoldGoods:
    return SoldGoods(
        id=row.id,
        product_id=row.product_id,
        variant_id=row.variant_id,
        name=Label(row.name_zh, row.name_en),
        quantity=row.quantity,
        unit_list_minor=row.unit_list_minor,
        tax_code=row.tax_code,
        kind=row.kind,
    )


def _sold_of(rows: OrderRows, shares: Sequence[ShareRow]) -> Sold:
    """The order as the refund rules see it."""
    order = rows.order
    before = rows.refunds
    return Sold(
        lines=tuple(
            SoldLine(
                id=line.id,
                position=line.position,
                name=Label(line.name_zh, line.name_en),
                units=tuple(SoldUnit(unit[3], unit[4]) for unit in line.units),
            )
            for line in rows.lines
            if line.state == "sold"
        ),
        sums=_sums(
            [row for row in rows.payments if row.refund_id is None],
            spent=order.points_spent,
            earned=order.points_earned,
            growth=order.growth_earned,
        ),
        refunded=_sums(
            [
                row._replace(
                    amount_minor=-row.amount_minor,
                    principal_minor=-row.principal_minor,
                    bonus_minor=-row.bonus_minor,
                )
                for row in rows.payments
                if row.refund_id is not None
            ],
            spent=sum(row.points_returned for row in before),
            earned=sum(
                row.points_taken_back + row.points_short + row.points_forgiven for row in before
            ),
            growth=sum(row.growth_taken_back for row in before),
        ),
        refunded_units=frozenset(UnitKey(row.position, row.unit) for row in rows.refund_units),
        repriced=_repriced(rows, shares) if shares else None,
    )


def _repriced(rows: OrderRows, shares: Sequence[ShareRow]) -> Repriced:
    """The newest shares. What came back until then is every refund of units that have none."""
    units = {
        UnitKey(row.position, row.unit): SoldUnit(row.due_minor, row.points_minor) for row in shares
    }
    later = {row.refund_id for row in rows.refund_units if UnitKey(row.position, row.unit) in units}
    until_then = sum(row.points_returned for row in rows.refunds if row.id not in later)
    return Repriced(
        version=shares[0].version,
        units=units,
        points_spent=rows.order.points_spent - until_then,
    )


def _sums(payments: Sequence[PaymentRow], *, spent: int, earned: int, growth: int) -> Sums:
    def of(*kinds: str) -> int:
        return sum(row.amount_minor for row in payments if row.kind in kinds)

    return Sums(
        cash_minor=of(TenderKind.CASH.value, CHANGE),
        external_minor=of(TenderKind.EXTERNAL.value),
        principal_minor=sum(row.principal_minor for row in payments),
        bonus_minor=sum(row.bonus_minor for row in payments),
        points_spent=spent,
        points_earned=earned,
        growth_earned=growth,
    )

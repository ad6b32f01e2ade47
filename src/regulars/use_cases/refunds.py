"""Refunds: what the sale did is undone exactly, whole or by unit.

The mango ice comes back, as its share or with the teas priced anew: money by source in the reverse
order of payment, points to the lots they came from, earned points and growth value taken back in
proportion, the tier looked at again. What she has spent already of the points she owes, or
keeps, as the Terms say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.orders.receipt import Receipt
from regulars.domain.orders.refund import REASON_MISSING, PlanKind, RefundPlan
from regulars.domain.orders.shop import Shop
from regulars.domain.payments.tender import TenderKind
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.storage import coupons, facts, order_shares, orders, visits
from regulars.storage.coupons import CouponRow
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.storage.orders import OrderRow, PaymentRow, RefundRow, RefundUnitRow
from regulars.use_cases import tier_moves
from regulars.use_cases.limit_returns import return_limits
from regulars.use_cases.moment import Moment
from regulars.use_cases.presented import give_codes_back
from regulars.use_cases.receipts import receipt
from regulars.use_cases.refund_plans import (
    ORDER_NOT_PAID,
    Outcomes,
    UnitsBack,
    outcomes_of,
    rows_of,
)
from regulars.use_cases.refund_value import GRACE, ValueBack, move_value
from regulars.use_cases.runner import use_case

REASON_TOO_LONG = refusal_code("refund.reason_too_long", "maximum")

REASON_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """Give back units of a paid order; None is everything that is left.

    `plan`: how it is worked out; None is what the offers of the bill say.
    """

    id: UUID
    order_id: UUID
    units: tuple[UnitsBack, ...] | None
    reason: str
    plan: PlanKind | None = None


@use_case
def refund_order(tx: Write, command: RefundOrder, moment: Moment) -> Receipt:
    """Give back units of a paid order and undo their share of what the sale did.

    Refuses: permission.missing, scope.outside, order.not_paid, refund.unit_unknown,
    refund.already_refunded, refund.nothing, refund.plan_not_allowed, refund.reason_missing,
    refund.reason_too_long.
    """
    moment.actor.need(Permission.ORDER_REFUND)
    reason = _reason(command.reason)
    order = tx.one(orders.ORDER_LOCKED, order_id=command.order_id)
    if order is None:
        raise OUT_OF_SCOPE.because()
    moment.actor.scope.check(order.store_id)
    shop = moment.shops.in_force(tx, order.store_id, at=moment.now)
    before = rows_of(tx, order)
    outcomes = outcomes_of(tx, before, command.units, moment.shops)
    plan = outcomes.taken(command.plan)
    number = len(before.refunds) + 1
    coupons_back = [row for row in outcomes.coupons.wallet if plan.returns(row.id)]
    codes_back = [row for row in outcomes.coupons.codes if plan.returns(row.id)]
    _give_coupons_back(tx, order, coupons_back, shop=shop, moment=moment)
    give_codes_back(tx, codes_back, order.id, moment, gone=ORDER_NOT_PAID.because())
    value = move_value(tx, order, plan, number=number, shop=shop, moment=moment)
    return_limits(
        tx,
        before,
        [(one.position, one.unit) for one in plan.units],
        whole=plan.whole,
        coupons_left={one for one in outcomes.coupons.ids if not plan.returns(one)},
    )
    refund = RefundRow(
        id=command.id,
        order_id=order.id,
        number=number,
        at=moment.now,
        by=moment.actor.name,
        reason=reason,
        amount_minor=plan.amount_minor,
        rounding_minor=0,
        points_returned=plan.back.points_spent,
        points_taken_back=value.points_taken_back,
        points_short=value.points_short,
        growth_taken_back=value.growth_taken_back,
        coupons_returned=len(coupons_back) + len(codes_back),
        plan=plan.kind.value,
        approved_by=moment.actor.name if plan.kind is not outcomes.ways.default else None,
        points_forgiven=value.points_forgiven,
    )
    units = _unit_rows(refund, plan)
    payments = _payments(order, refund, plan, shop=shop, moment=moment)
    orders.add_refund(tx, refund, units, payments)
    order_shares.add(tx, _new_shares(order, plan, outcomes))
    after = _record(tx, order, plan, moment)
    if order.member_id is not None:
        _unvisit(tx, order, plan, value, shop=shop, moment=moment)
    _remember(tx, after, refund, moment)
    return receipt(
        replace(
            before,
            order=after,
            refunds=[*before.refunds, refund],
            refund_units=[*before.refund_units, *units],
            payments=[*before.payments, *payments],
        ),
        shop.store,
        member=None,
        staff_name=None,
    )


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise REASON_MISSING.because()
    if len(reason) > REASON_LENGTH_MAX:
        raise REASON_TOO_LONG.because(maximum=REASON_LENGTH_MAX)
    return reason


def _unit_rows(refund: RefundRow, plan: RefundPlan) -> list[RefundUnitRow]:
    return [
        RefundUnitRow(refund.order_id, unit.position, unit.unit, refund.id, unit.amount_minor)
        for unit in plan.units
    ]


def _payments(
    order: OrderRow, refund: RefundRow, plan: RefundPlan, *, shop: Shop, moment: Moment
) -> list[PaymentRow]:
    back = plan.back
    amounts: Mapping[str, tuple[int, int, int]] = {
        TenderKind.CASH.value: (back.cash_minor, 0, 0),
        TenderKind.EXTERNAL.value: (back.external_minor, 0, 0),
        TenderKind.STORED_VALUE.value: (back.stored_minor, back.principal_minor, back.bonus_minor),
    }
    return [
        PaymentRow(
            id=moment.new_id(),
            order_id=order.id,
            refund_id=refund.id,
            kind=kind,
            amount_minor=-amount_minor,
            principal_minor=-principal_minor,
            bonus_minor=-bonus_minor,
            at=moment.now,
            store_id=order.store_id,
            business_day=shop.store.business_day(moment.now),
        )
        for kind, (amount_minor, principal_minor, bonus_minor) in amounts.items()
        if amount_minor
    ]


def _record(tx: Write, order: OrderRow, plan: RefundPlan, moment: Moment) -> OrderRow:
    state = "refunded" if plan.whole else "part_refunded"
    tx.take(
        orders.ADD_REFUND,
        refusal=ORDER_NOT_PAID.because(),
        order_id=order.id,
        seen=order.revision,
        to_state=state,
        amount=plan.amount_minor,
    )
    return order._replace(
        state=state,
        refunded_minor=order.refunded_minor + plan.amount_minor,
        revision=order.revision + 1,
    )


def _new_shares(
    order: OrderRow, plan: RefundPlan, outcomes: Outcomes
) -> list[order_shares.ShareRow]:
    """What each kept unit pays from now on, where the rest was priced anew."""
    known = outcomes.sold.repriced
    version = (known.version if known is not None else order_shares.FIRST_VERSION) + 1
    return [order_shares.ShareRow(order.id, version, *unit) for unit in plan.rest]


def _give_coupons_back(
    tx: Write, order: OrderRow, back: Sequence[CouponRow], *, shop: Shop, moment: Moment
) -> None:
    for row in back:
        kind = shop.coupon_types.get(row.type_id)
        grace = GRACE if kind is None else timedelta(days=kind.rules.restore_days)
        until: Instant = Instant(max(row.valid_until, moment.now + grace))
        tx.take(
            coupons.GIVE_BACK,
            refusal=ORDER_NOT_PAID.because(),
            coupon_id=row.id,
            order=order.id,
            until=until,
        )


def _unvisit(
    tx: Write, order: OrderRow, plan: RefundPlan, value: ValueBack, *, shop: Shop, moment: Moment
) -> None:
    assert order.member_id is not None
    known = tx.one(visits.VISITS_LOCKED, member_id=order.member_id)
    tx.send(
        visits.UNVISITED,
        member=order.member_id,
        fewer_visits=1 if plan.whole else 0,
        less_spent=plan.amount_minor,
    )
    if known is None:
        return
    principal_minor = plan.back.principal_minor
    spent_minor = tier_moves.counted_minor(
        plan.amount_minor, shop.terms.tiers, principal_minor=principal_minor
    )
    taken = tier_moves.TakenBack(
        member_id=order.member_id,
        subject_id=order.id,
        sold_on=BusinessDay(order.business_day),
        known=known,
        growth=tier_moves.Growth(
            growth_after=value.book.balance(AccountKind.GROWTH),
            growth=-value.growth_taken_back,
            spent_minor=-spent_minor,
            visits=-1 if plan.whole else 0,
        ),
    )
    tier_moves.after_refund(tx, moment, taken, shop=shop)


def _remember(tx: Write, order: OrderRow, refund: RefundRow, moment: Moment) -> None:
    fact = Fact(
        kind="order.refunded",
        at=moment.now,
        store_id=order.store_id,
        member_id=order.member_id,
        subject_id=order.id,
        body={
            "refund": str(refund.id),
            "amount_minor": refund.amount_minor,
            "points_returned": refund.points_returned,
            "points_taken_back": refund.points_taken_back,
            "points_short": refund.points_short,
            "points_forgiven": refund.points_forgiven,
            "growth_taken_back": refund.growth_taken_back,
            "whole": order.state == "refunded",
            "plan": refund.plan,
        },
    )
    facts.append(tx, fact, id=moment.new_id())

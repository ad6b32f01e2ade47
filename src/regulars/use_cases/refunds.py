"""Refunds: what the sale did is undone exactly, whole or by unit.

The mango ice comes back: money by source in the reverse order of payment, points to the lots they
came from, earned points and growth value taken back in proportion, the tier looked at again. What
she has spent already of the points becomes a debt that her next visits repay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger import lots as lot_rules
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.book import Book, OpenEntry
from regulars.domain.ledger.entries import (
    EntryDraft,
    EntryKind,
    LotOrigin,
    NewLot,
    UseKind,
    refund_of,
)
from regulars.domain.ledger.lots import ClawedBack, Lot, LotShare, UsedLot
from regulars.domain.orders.receipt import Receipt
from regulars.domain.orders.refund import (
    REASON_MISSING,
    RefundPlan,
    Sold,
    SoldLine,
    SoldUnit,
    Sums,
    plan_refund,
)
from regulars.domain.orders.shop import Shop
from regulars.domain.payments.tender import TenderKind
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.domain.tiers.ladder import move_after
from regulars.storage import coupons, facts, ledger, orders, visits
from regulars.storage.engine import Read, Write
from regulars.storage.facts import Fact
from regulars.storage.ledger import EntryName
from regulars.storage.orders import OrderRow, PaymentRow, RefundRow, RefundUnitRow
from regulars.use_cases.moment import Moment
from regulars.use_cases.receipts import CHANGE, OrderRows, receipt
from regulars.use_cases.runner import use_case

ORDER_NOT_PAID = refusal_code("order.not_paid")
REASON_TOO_LONG = refusal_code("refund.reason_too_long", "maximum")

REASON_LENGTH_MAX = 200
# A coupon that comes back is good for at least a week more.
COUPON_GRACE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class UnitsBack:
    """So many units of one line."""

    line_id: UUID
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """Give back units of a paid order; None is everything that is left."""

    id: UUID
    order_id: UUID
    units: tuple[UnitsBack, ...] | None
    reason: str


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


def planned(rows: OrderRows, units: Sequence[UnitsBack] | None) -> RefundPlan:
    """What giving these units back undoes.

    Refuses: order.not_paid, refund.unit_unknown, refund.already_refunded, refund.nothing.
    """
    if rows.order.state not in ("paid", "part_refunded", "refunded"):
        raise ORDER_NOT_PAID.because()
    wanted: dict[UUID, int] | None = None
    if units is not None:
        wanted = {}
        for one in units:
            wanted[one.line_id] = wanted.get(one.line_id, 0) + one.count
    return plan_refund(sold_of(rows), wanted)


def sold_of(rows: OrderRows) -> Sold:
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
            earned=sum(row.points_taken_back + row.points_short for row in before),
            growth=sum(row.growth_taken_back for row in before),
        ),
        refunded_units=frozenset((row.position, row.unit) for row in rows.refund_units),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    """What the refund moves: the open book, and what could not be taken back."""

    book: Book
    points_taken_back: int = 0
    points_short: int = 0
    growth_taken_back: int = 0


@use_case
def refund_order(tx: Write, command: RefundOrder, moment: Moment) -> Receipt:
    """Give back units of a paid order and undo their share of what the sale did.

    Refuses: permission.missing, scope.outside, order.not_paid, refund.unit_unknown,
    refund.already_refunded, refund.nothing, refund.reason_missing, refund.reason_too_long.
    """
    moment.actor.need(Permission.ORDER_REFUND)
    reason = _reason(command.reason)
    order = tx.one(orders.ORDER_LOCKED, order_id=command.order_id)
    if order is None:
        raise OUT_OF_SCOPE.because()
    moment.actor.scope.check(order.store_id)
    shop = moment.shops.in_force(tx, order.store_id, at=moment.now)
    before = rows_of(tx, order)
    plan = planned(before, command.units)
    number = len(before.refunds) + 1
    returned = _coupons_back(tx, order, moment) if plan.whole else 0
    value = _move_value(tx, order, plan, number=number, shop=shop, moment=moment)
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
        coupons_returned=returned,
    )
    units = [
        RefundUnitRow(order.id, unit.position, unit.unit, refund.id, unit.amount_minor)
        for unit in plan.units
    ]
    payments = _payments(order, refund, plan, shop=shop, moment=moment)
    orders.add_refund(tx, refund, units, payments)
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


def _move_value(
    tx: Write,
    order: OrderRow,
    plan: RefundPlan,
    *,
    number: int,
    shop: Shop,
    moment: Moment,
) -> _Value:
    house = moment.shops.house(tx, shop)
    if order.member_id is None:
        book = Book(house)
        entry = book.entry(_draft(order, number, "", None, shop=shop, moment=moment))
        _money_back(entry, plan)
        ledger.record(tx, moment, book.entries())
        return _Value(book=book)
    accounts, open_lots, used, entries = tx.group(
        ledger.ACCOUNTS_OF_MEMBER.ask(member=order.member_id),
        ledger.OPEN_LOTS_OF_MEMBER.ask(member=order.member_id),
        ledger.USED_LOTS.ask(subject=order.id),
        ledger.ENTRIES_OF.ask(subject=order.id),
    )
    day = shop.store.business_day(moment.now)
    returned = lot_rules.put_back(_used(used, AccountKind.POINTS), plan.back.points_spent)
    clawed = lot_rules.claw_back(
        _with_returned(lot_rules.of_kind(open_lots, AccountKind.POINTS), returned),
        plan.back.points_earned,
        own={EntryId(one.id) for one in entries if one.kind == EntryKind.EARN},
    )
    if clawed.short and not any(one.kind is AccountKind.POINTS_DEBT for one in accounts):
        accounts.append(ledger.open_points_debt(tx, order.member_id, currency=shop.store.currency))
    book = Book([*accounts, *house])
    sale = _sale_entry(entries)
    entry = book.entry(_draft(order, number, "", sale, shop=shop, moment=moment))
    _money_back(entry, plan)
    for source, target, kind, amount in (
        (
            AccountKind.SALES,
            AccountKind.PRINCIPAL,
            AccountKind.PRINCIPAL,
            plan.back.principal_minor,
        ),
        (AccountKind.BONUS_USED, AccountKind.BONUS, AccountKind.BONUS, plan.back.bonus_minor),
    ):
        shares = lot_rules.put_back(_used(used, kind), amount)
        lot = _revived(moment, shop)
        entry.put_back(source, target, shares, on=day, expired_into=lot)
    entry.put_back(
        AccountKind.POINTS_SPENT,
        AccountKind.POINTS,
        returned,
        on=day,
        expired_into=_revived(moment, shop),
    )
    taken = book.entry(_draft(order, number, ":earned", None, shop=shop, moment=moment))
    growth = _take_back(taken, book, plan, clawed)
    ledger.record(tx, moment, book.entries())
    return _Value(
        book=book,
        points_taken_back=plan.back.points_earned - clawed.short,
        points_short=clawed.short,
        growth_taken_back=growth,
    )


def _money_back(entry: OpenEntry, plan: RefundPlan) -> None:
    entry.move(AccountKind.SALES, AccountKind.OUTSIDE_CASH, plan.back.cash_minor)
    entry.move(AccountKind.SALES, AccountKind.OUTSIDE_EXTERNAL, plan.back.external_minor)


def _take_back(entry: OpenEntry, book: Book, plan: RefundPlan, clawed: ClawedBack) -> int:
    entry.spend(
        AccountKind.POINTS, AccountKind.POINTS_ISSUED, clawed.shares, kind=UseKind.CLAW_BACK
    )
    if clawed.short:
        entry.move(AccountKind.POINTS_DEBT, AccountKind.POINTS_ISSUED, clawed.short)
    growth = min(plan.back.growth_earned, book.balance(AccountKind.GROWTH))
    entry.move(AccountKind.GROWTH, AccountKind.GROWTH_ISSUED, growth)
    return growth


def _used(used: Sequence[UsedLot], kind: AccountKind) -> list[UsedLot]:
    return [one for one in used if one.lot.kind is kind]


def _with_returned(open_lots: Sequence[Lot], returned: Sequence[LotShare]) -> list[Lot]:
    """The lots as they stand once the spent points are back: those may be taken back too."""
    lots: dict[UUID, Lot] = {lot.id: lot for lot in open_lots}
    for share in returned:
        known = lots.get(share.lot.id, share.lot)
        lots[known.id] = replace(known, remaining=known.remaining + share.amount)
    return list(lots.values())


def _sale_entry(entries: Sequence[EntryName]) -> EntryId | None:
    return next((EntryId(one.id) for one in entries if one.kind == EntryKind.SETTLE), None)


def _revived(moment: Moment, shop: Shop) -> NewLot:
    """Where value from a lot that has expired goes: usable for as long as a coupon's grace."""
    return NewLot(
        id=moment.new_id(),
        acquired_at=moment.now,
        expires_on=shop.store.business_day(moment.now) + COUPON_GRACE,
        origin=LotOrigin.REFUND,
        store_id=shop.store.id,
    )


def _draft(
    order: OrderRow,
    number: int,
    suffix: str,
    reverses: EntryId | None,
    *,
    shop: Shop,
    moment: Moment,
) -> EntryDraft:
    return EntryDraft(
        id=EntryId(moment.new_id()),
        business_id=refund_of(order.id, number) + suffix,
        kind=EntryKind.REFUND,
        occurred_at=moment.now,
        business_day=shop.store.business_day(moment.now),
        store_id=order.store_id,
        subject_id=order.id,
        reverses=reverses,
    )


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


def _coupons_back(tx: Write, order: OrderRow, moment: Moment) -> int:
    used = tx.all(coupons.USED_BY_ORDER, order_id=order.id)
    for row in used:
        until: Instant = Instant(max(row.valid_until, moment.now + COUPON_GRACE))
        tx.take(
            coupons.GIVE_BACK,
            refusal=ORDER_NOT_PAID.because(),
            coupon_id=row.id,
            order=order.id,
            until=until,
        )
    return len(used)


def _unvisit(
    tx: Write, order: OrderRow, plan: RefundPlan, value: _Value, *, shop: Shop, moment: Moment
) -> None:
    assert order.member_id is not None
    known = tx.one(visits.VISITS_LOCKED, member_id=order.member_id)
    tx.send(
        visits.UNVISITED,
        member=order.member_id,
        fewer_visits=1 if plan.whole else 0,
        less_spent=plan.amount_minor,
    )
    growth = value.book.balance(AccountKind.GROWTH)
    ladder = shop.terms.ladder
    move = move_after(growth, current=known.tier, ladder=ladder, refunded=True) if known else None
    if move is not None:
        visits.add_tier_period(
            tx,
            visits.TierPeriodRow(
                id=moment.new_id(),
                member_id=order.member_id,
                tier=move.tier.code,
                since=moment.now,
                cause=move.cause,
                growth_value=growth,
                terms_version=shop.terms.version,
                subject_id=order.id,
            ),
        )


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
            "growth_taken_back": refund.growth_taken_back,
            "whole": order.state == "refunded",
        },
    )
    facts.append(tx, fact, id=moment.new_id())

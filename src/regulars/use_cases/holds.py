"""Holds 留单: a bill that is kept while its guest pays.

王芳 scans the code to pay 41.00 with the last "首单立减". For 15 minutes the offer's use, its
money and her coupon belong to this order: nobody else gets them, and when she has paid, they are
counted once. If she walks away, everything is free again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.ids import CouponId
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import Choices, CodeSerial
from regulars.domain.pricing.quote import Quote
from regulars.domain.stores.permissions import Permission
from regulars.storage import facts, holds
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.storage.holds import HoldRow
from regulars.storage.limits import HELD
from regulars.storage.orders import OrderRow
from regulars.use_cases import limits
from regulars.use_cases.guest import Visit
from regulars.use_cases.keeping import SWEEP_BATCH, kept_by, let_go, release_expired
from regulars.use_cases.moment import Moment
from regulars.use_cases.open_orders import locked_order
from regulars.use_cases.runner import use_case
from regulars.use_cases.settlement import COUPON_GONE, QUOTE_STALE
from regulars.use_cases.waiting_bills import bill_of

ORDER_NOT_HELD = refusal_code("order.not_held")


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOrder:
    """Keep the bill of an open order while its guest pays; a hold from before is replaced."""

    order_id: UUID
    seen: int
    choices: Choices
    codes: tuple[str, ...] = ()
    party: int | None = None
    tender: TenderKind | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseHold:
    """Let go of everything that an open order keeps."""

    order_id: UUID
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepHolds:
    """Give back what holds that ran out still keep, so many at a time."""

    batch: int = SWEEP_BATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An order whose bill is kept. Units: minor units."""

    order_id: UUID
    revision: int
    fingerprint: str
    due_minor: int
    expires_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """An order that keeps nothing any more."""

    order_id: UUID
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How many holds were given back."""

    released: int


@use_case
def hold_order(tx: Write, command: HoldOrder, moment: Moment) -> Held:
    """Take what a bill uses of limits, coupons and codes, and keep it until the guest has paid.

    Refuses: order.not_open, order.changed, order.lines_missing, quote.stale, coupon.*, points.*,
    offer.limit_reached.
    """
    order = locked_order(tx, command.order_id, command.seen, moment)
    before = kept_by(tx, order.id)
    bill = bill_of(tx, order, command, moment, kept=before)
    quote, visit = bill.quote, bill.visit
    if command.fingerprint is not None and command.fingerprint != quote.fingerprint:
        raise QUOTE_STALE.because()
    if before is not None:
        holds.free(tx, [before.hold])
    limits.take(tx, bill.room, quote, visit, order_id=order.id, state=HELD)
    expires_at = Instant(moment.now + timedelta(minutes=visit.shop.terms.hold_minutes))
    row = _hold_row(order, command, quote, now=moment.now, expires_at=expires_at)
    _keep_coupons(tx, row, visit, {one.id: one.code for one in bill.shown})
    holds.put(tx, row)
    _remember(tx, "order.held", order, moment)
    return Held(
        order_id=order.id,
        revision=order.revision,
        fingerprint=quote.fingerprint,
        due_minor=quote.totals.due_minor,
        expires_at=expires_at,
    )


def _hold_row(
    order: OrderRow, command: HoldOrder, bill: Quote, *, now: Instant, expires_at: Instant
) -> HoldRow:
    choices = command.choices
    return HoldRow(
        order_id=order.id,
        made_at=now,
        expires_at=expires_at,
        fingerprint=bill.fingerprint,
        choices={
            "coupons": None if choices.coupons is None else [str(one) for one in choices.coupons],
            "points": choices.points,
            "without": sorted(str(one) for one in choices.without),
            "kept_coupons": [str(one) for one in bill.coupons_used],
        },
        state=HELD,
    )


def _keep_coupons(
    tx: Write, row: HoldRow, visit: Visit, shown: Mapping[CouponId, CodeSerial | None]
) -> None:
    """Keep the coupons of the bill, from the wallet or by open codes. Refuses: coupon.gone."""
    gone = COUPON_GONE.because()
    for coupon_id in row.coupons:
        code = shown.get(CouponId(coupon_id))
        if code is not None:
            tx.take(
                holds.KEEP_CODE,
                refusal=gone,
                batch_id=code.batch_id,
                serial=code.serial,
                code_id=coupon_id,
                by=visit.moment.actor.name,
                order_id=row.order_id,
                at=row.made_at,
                until=row.expires_at,
            )
        elif visit.guest is not None:
            tx.take(
                holds.KEEP_COUPON,
                refusal=gone,
                coupon_id=coupon_id,
                member=visit.guest.id,
                order_id=row.order_id,
                at=row.made_at,
                until=row.expires_at,
            )


@use_case
def release_hold(tx: Write, command: ReleaseHold, moment: Moment) -> Released:
    """Let go of what an open order keeps. Refuses: order.not_open, order.changed, order.not_held"""
    order = locked_order(tx, command.order_id, command.seen, moment)
    kept = kept_by(tx, order.id)
    if kept is None:
        raise ORDER_NOT_HELD.because()
    let_go(tx, kept)
    _remember(tx, "order.released", order, moment)
    return Released(order_id=order.id, revision=order.revision)


@use_case
def sweep_holds(tx: Write, command: SweepHolds, moment: Moment) -> Swept:
    """Give back what holds that ran out still keep; a second sweep finds nothing of it."""
    moment.actor.need(Permission.ORDER_SELL)
    return Swept(released=len(release_expired(tx, moment.now, batch=command.batch)))


def _remember(tx: Write, kind: str, order: OrderRow, moment: Moment) -> None:
    fact = Fact(
        kind=kind,
        at=moment.now,
        store_id=order.store_id,
        member_id=order.member_id,
        subject_id=order.id,
    )
    facts.append(tx, fact, id=moment.new_id())

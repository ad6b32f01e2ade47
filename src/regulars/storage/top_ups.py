"""Top-ups as rows: what was paid and given, what went back, and who is registered as the holder.

paid = read.one(TOP_UP, top_up_id=…)
named = is_named(read, member_id)
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, func, select, update

from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.entries import EntryKind, UseKind
from regulars.domain.ledger.units import POINTS
from regulars.domain.loyalty.top_up_refund import PaidTopUp, TakenBack
from regulars.storage.columns import At, Day, Id, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables.ledger import account, entry, lot, lot_use, posting
from regulars.storage.tables.members import member
from regulars.storage.tables.offers import coupon
from regulars.storage.tables.orders import top_up
from regulars.storage.tables.stored_value import (
    card_event,
    top_up_refund,
    value_freeze,
    value_identity,
    value_transfer,
)


class TopUpRow(NamedTuple):
    """Table `top_up`. Units: minor units, points."""

    id: UUID
    member_id: UUID
    store_id: UUID
    terminal_id: UUID
    business_day: date
    at: Instant
    by: str
    tender: str
    principal_minor: int
    bonus_minor: int
    entry_id: UUID
    terms_version: int
    points: int
    coupon_types: object
    item_zh: str | None
    item_en: str | None
    reference: str | None

    def coupons(self) -> list[str]:
        """The types of the coupons that were handed out, by code."""
        listed = self.coupon_types if isinstance(self.coupon_types, list) else []
        return [code for code in listed if isinstance(code, str)]


class TopUpRefundRow(NamedTuple):
    """Table `top_up_refund`. Units: minor units, points."""

    id: UUID
    top_up_id: UUID
    number: int
    member_id: UUID
    store_id: UUID
    business_day: date
    at: Instant
    by: str
    reason: str
    tender: str
    principal_minor: int
    bonus_forfeited_minor: int
    points_taken_back: int
    coupons_voided: int
    law_rule: str | None
    entry_id: UUID


class TransferRow(NamedTuple):
    """Table `value_transfer`. Units: minor units."""

    id: UUID
    from_member_id: UUID
    to_member_id: UUID
    store_id: UUID
    at: Instant
    by: str
    reason: str
    principal_minor: int
    bonus_minor: int


class CouponState(NamedTuple):
    """One coupon of a top-up; `held` while an order keeps it."""

    id: UUID
    state: str
    held: bool


class PointsGone(NamedTuple):
    """What became of the points of a top-up without a use. Units: points."""

    ended: int
    undone: int


class CardEventRow(NamedTuple):
    """Table `card_event`, without the keyed hash of the card."""

    kind: str
    at: Instant
    by: str
    reason: str


class HolderRow(NamedTuple):
    """That a member is registered as the holder of her card, and since when."""

    document_kind: str
    recorded_at: Instant
    keep_until: date


_MEMBER = bindparam("member", type_=Id())
TOP_UP = Statement(
    select(top_up).where(top_up.c.id == bindparam("top_up_id", type_=Id())), TopUpRow
)
TOP_UPS = Statement(select(top_up).where(one_of(top_up.c.id, "ids", Id())), TopUpRow)
REFUNDS = Statement(
    select(top_up_refund)
    .where(top_up_refund.c.top_up_id == bindparam("top_up_id", type_=Id()))
    .order_by(top_up_refund.c.number),
    TopUpRefundRow,
)
TRANSFERS = Statement(
    select(value_transfer)
    .where(
        (value_transfer.c.from_member_id == _MEMBER) | (value_transfer.c.to_member_id == _MEMBER)
    )
    .order_by(value_transfer.c.at, value_transfer.c.id),
    TransferRow,
)
CARD_EVENTS = Statement(
    select(card_event.c.kind, card_event.c.at, card_event.c.by, card_event.c.reason)
    .where(card_event.c.member_id == _MEMBER)
    .order_by(card_event.c.at, card_event.c.kind, card_event.c.id),
    CardEventRow,
)
_refunded = select(
    top_up_refund.c.top_up_id,
    total_of(top_up_refund.c.principal_minor),
    total_of(top_up_refund.c.bonus_forfeited_minor),
    total_of(top_up_refund.c.points_taken_back),
    total_of(top_up_refund.c.coupons_voided),
).group_by(top_up_refund.c.top_up_id)
_TAKEN_BACK = Statement[tuple[UUID, TakenBack]](
    _refunded.where(one_of(top_up_refund.c.top_up_id, "ids", Id())),
    lambda top_up_id, *sums: (top_up_id, TakenBack(*sums)),
)
# What a top-up gave as it was paid in; what it took back as it went is posted the other way.
GROWTH_GIVEN: Statement[int] = Statement(
    select(posting.c.amount)
    .select_from(entry.join(posting, posting.c.entry_id == entry.c.id))
    .where(
        entry.c.subject_id == bindparam("top_up_id", type_=Id()),
        entry.c.kind == EntryKind.GROWTH.value,
        posting.c.to_version.is_not(None),
    )
)
# Of the points that came with a top-up: what ran out unused, and what its refunds took or noted.
_POINTS_LOT = lot.join(account, account.c.id == lot.c.account_id).join(
    lot_use, lot_use.c.lot_id == lot.c.id
)
POINTS_GONE = Statement(
    select(
        select(total_of(lot_use.c.amount))
        .select_from(_POINTS_LOT)
        .where(
            account.c.owner_id == _MEMBER,
            account.c.kind == AccountKind.POINTS.value,
            lot.c.entry_id == bindparam("entry", type_=Id()),
            lot_use.c.kind == UseKind.EXPIRE.value,
        )
        .scalar_subquery(),
        select(total_of(posting.c.amount))
        .select_from(entry.join(posting, posting.c.entry_id == entry.c.id))
        .where(
            entry.c.subject_id == bindparam("top_up_id", type_=Id()),
            entry.c.kind == EntryKind.TOP_UP_REFUND.value,
            posting.c.unit == POINTS,
        )
        .scalar_subquery(),
    ),
    PointsGone,
)
_held = and_(coupon.c.held_by.is_not(None), coupon.c.held_until > bindparam("at", type_=At()))
_COUPON = select(coupon.c.id, coupon.c.state, _held.label("held")).where(
    one_of(coupon.c.issue_key, "keys", Words())
)
COUPONS = Statement(_COUPON, CouponState)
COUPONS_LOCKED = Statement(_COUPON.order_by(coupon.c.id).with_for_update(), CouponState)

_HOLDERS = (
    select(
        value_identity.c.document_kind, value_identity.c.recorded_at, value_identity.c.keep_until
    )
    .where(value_identity.c.member_id == _MEMBER)
    .order_by(value_identity.c.recorded_at.desc(), value_identity.c.id.desc())
    .limit(1)
)
HOLDER = Statement(_HOLDERS, HolderRow)
_NAMED: Statement[int] = Statement(
    select(func.count()).select_from(value_identity).where(value_identity.c.member_id == _MEMBER)
)
FROZEN_SINCE: Statement[Instant] = Statement(
    select(value_freeze.c.since).where(value_freeze.c.member_id == _MEMBER)
)
# Forgotten when the law asks no longer and the member herself is no longer here.
_forgettable = and_(
    value_identity.c.keep_until <= bindparam("day", type_=Day()),
    value_identity.c.wrapped_key.is_not(None),
    exists().where(
        member.c.id == value_identity.c.member_id, member.c.state.in_(("closed", "erased"))
    ),
)
ANY_TO_FORGET: Statement[UUID] = Statement(select(value_identity.c.id).where(_forgettable).limit(1))
FORGET = Statement[object](update(value_identity).where(_forgettable).values(wrapped_key=None))


def is_named(read: Read, member_id: UUID) -> bool:
    """Whether the holder of this member's value is registered."""
    return read.all(_NAMED, member=member_id)[0] > 0


def taken_back(read: Read, top_up_ids: Iterable[UUID]) -> dict[UUID, TakenBack]:
    """What earlier refunds of some top-ups moved."""
    return dict(read.all(_TAKEN_BACK, ids=list(top_up_ids)))


def paid(row: TopUpRow, before: TakenBack, gone: PointsGone) -> PaidTopUp:
    """A top-up as its refund looks at it."""
    return PaidTopUp(
        id=row.id,
        entry_id=row.entry_id,
        paid_on=row.business_day,
        tender=row.tender,
        principal_minor=row.principal_minor,
        bonus_minor=row.bonus_minor,
        points=row.points,
        coupons=len(row.coupons()),
        points_ended=gone.ended,
        item=bool(row.item_zh or row.item_en),
        before=replace(before, points_owed=gone.undone - before.points),
    )


def forget_holders(tx: Write, day: date) -> int:
    """Destroy the keys of records that need not be kept any longer; answers how many."""
    return tx.run(FORGET, day=day)

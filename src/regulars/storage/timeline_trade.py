"""What the lines of the trade say: the rows behind some spots, with the names that they bear."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, literal_column, select, union_all

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import Day, Id, Whole, Words
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables import (
    insights,
    ledger,
    members,
    offers,
    orders,
    points,
    rewards,
    stored_value,
)

KEYS = "keys"


class HerRow(NamedTuple):
    """The member herself, without anything that names her."""

    id: UUID
    state: str
    joined_at: Instant
    joined_store_id: UUID
    joined_via: str


class CardRow(NamedTuple):
    """What happened to a card."""

    id: UUID
    kind: str


class ConsentRow(NamedTuple):
    """A choice with its proof."""

    id: UUID
    channel: str
    purpose: str
    granted: bool
    wording_version: str
    language: str
    source: str


class BillRow(NamedTuple):
    """A bill that was paid."""

    id: UUID
    store_id: UUID
    number: str
    due_minor: int
    discount_minor: int
    points_earned: int
    points_spent: int


class SavingRow(NamedTuple):
    """What one source took off one line of a bill."""

    order_id: UUID
    source: str
    source_id: UUID | None
    coupon_id: UUID | None
    name_zh: str
    name_en: str
    amount_minor: int
    reason: dict[str, object]


class RefundRow(NamedTuple):
    """What was given back of a bill."""

    id: UUID
    order_id: UUID
    store_id: UUID
    number: str
    amount_minor: int
    plan: str
    reason: str


class AnswerRow(NamedTuple):
    """A survey that she answered, and what the shop did about it; not her words."""

    id: UUID
    store_id: UUID
    order_id: UUID
    programme_id: UUID
    version: int
    score: int | None
    act: str | None


class WarningRow(NamedTuple):
    """Points that she was told of."""

    expires_on: date
    points: int


class GiftRow(NamedTuple):
    """A thing from the shelf that she was given."""

    business_id: str
    store_id: UUID
    occasion: str
    item_zh: str
    item_en: str | None


class CouponRow(NamedTuple):
    """A coupon of hers."""

    id: UUID
    type_id: UUID
    name_zh: str
    name_en: str
    valid_until: Instant
    issue_key: str
    order_id: UUID | None
    bill: str | None
    bill_store_id: UUID | None
    reissue_of: UUID | None


class CouponEventRow(NamedTuple):
    """What happened to a coupon of hers."""

    id: UUID
    coupon_id: UUID
    kind: str
    name_zh: str
    name_en: str
    reason: str | None


class TierRow(NamedTuple):
    """A tier that began or went on, and the figure that decided."""

    id: UUID
    tier: str
    cause: str
    terms_version: int
    subject_id: UUID | None
    measure: str | None
    measured: int | None
    needed: int | None
    window_from: date | None
    window_until: date | None


_m, _o, _r = members.member.c, orders.orders.c, orders.refund.c
_MEMBER = bindparam("member_id", type_=Id())
HER = Statement(select(*(_m[name] for name in HerRow._fields)).where(_m.id == _MEMBER), HerRow)
_card = stored_value.card_event.c
CARDS = Statement(select(_card.id, _card.kind).where(one_of(_card.id, KEYS, Id())), CardRow)
_consent = members.consent.c
CONSENTS = Statement(
    select(*(_consent[name] for name in ConsentRow._fields)).where(one_of(_consent.id, KEYS, Id())),
    ConsentRow,
)
BILLS = Statement(
    select(*(_o[name] for name in BillRow._fields)).where(one_of(_o.id, KEYS, Id())), BillRow
)
_a = orders.order_adjustment.c
SAVINGS = Statement(
    select(*(_a[name] for name in SavingRow._fields))
    .where(one_of(_a.order_id, KEYS, Id()))
    .order_by(_a.order_id, _a.number),
    SavingRow,
)
REFUNDS = Statement(
    select(_r.id, _r.order_id, _o.store_id, _o.number, _r.amount_minor, _r.plan, _r.reason)
    .select_from(orders.refund.join(orders.orders, _o.id == _r.order_id))
    .where(one_of(_r.id, KEYS, Id())),
    RefundRow,
)
_answer, _recovery = insights.survey_answer.c, insights.recovery_task.c
ANSWERS = Statement(
    select(
        _answer.id,
        _answer.store_id,
        _answer.order_id,
        _answer.programme_id,
        _answer.version,
        _answer.score,
        _recovery.act,
    )
    .select_from(
        insights.survey_answer.outerjoin(insights.recovery_task, _recovery.answer_id == _answer.id)
    )
    .where(one_of(_answer.id, KEYS, Id())),
    AnswerRow,
)
_warning = points.expiry_warning.c
WARNINGS = Statement(
    select(_warning.expires_on, _warning.points).where(
        _warning.member_id == _MEMBER, one_of(_warning.expires_on, KEYS, Day())
    ),
    WarningRow,
)
_gift = rewards.gift.c
GIFTS = Statement(
    select(*(_gift[name] for name in GiftRow._fields)).where(
        one_of(_gift.business_id, KEYS, Words())
    ),
    GiftRow,
)
_c, _type, _event = offers.coupon.c, offers.coupon_type.c, offers.coupon_event.c
COUPONS = Statement(
    select(
        _c.id,
        _c.type_id,
        _type.name_zh,
        _type.name_en,
        _c.valid_until,
        _c.issue_key,
        _c.order_id,
        _o.number,
        _o.store_id,
        _c.reissue_of,
    )
    .select_from(
        offers.coupon.join(offers.coupon_type, _type.id == _c.type_id).outerjoin(
            orders.orders, _o.id == _c.order_id
        )
    )
    .where(one_of(_c.id, KEYS, Id())),
    CouponRow,
)
COUPON_EVENTS = Statement(
    select(_event.id, _event.coupon_id, _event.kind, _type.name_zh, _type.name_en, _event.reason)
    .select_from(
        offers.coupon_event.join(offers.coupon, _c.id == _event.coupon_id).join(
            offers.coupon_type, _type.id == _c.type_id
        )
    )
    .where(one_of(_event.id, KEYS, Id())),
    CouponEventRow,
)
_tier = members.tier_period.c
TIERS = Statement(
    select(*(_tier[name] for name in TierRow._fields)).where(one_of(_tier.id, KEYS, Id())),
    TierRow,
)


class MovementRow(NamedTuple):
    """One movement of one of her accounts."""

    entry_id: UUID
    part: int
    kind: str
    business_id: str
    store_id: UUID
    subject_id: UUID | None
    account: str
    unit: str
    amount: int


_account, _posting, _entry = ledger.account.c, ledger.posting.c, ledger.entry.c
MOVEMENTS = Statement(
    union_all(
        *(
            select(
                _posting.entry_id,
                (_posting.number * 2 + literal_column(str(part), Whole())).label("part"),
                _entry.kind,
                _entry.business_id,
                _entry.store_id,
                _entry.subject_id,
                _account.kind.label("account"),
                _posting.unit,
                (_posting.amount if part else -_posting.amount).label("amount"),
            )
            .select_from(
                ledger.posting.join(ledger.entry, _entry.id == _posting.entry_id).join(
                    ledger.account, _account.id == _posting[f"{side}_account"]
                )
            )
            .where(
                one_of(_posting.entry_id, KEYS, Id()),
                _account.owner_id == _MEMBER,
                _posting[f"{side}_version"].is_not(None),
            )
            for side, part in (("from", 0), ("to", 1))
        )
    ),
    MovementRow,
)

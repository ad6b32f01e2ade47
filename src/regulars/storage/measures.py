"""The measure of a tier by business day: growth value, money spent or visits, refunds taken off.

A refund counts on the day of its sale or top-up, so a cup that is given back in January takes
nothing from the new year. What each row says of when it was recorded lets a past day be told as it was known.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    select,
    union_all,
)

from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.entries import EntryKind
from regulars.domain.tiers.terms import Measure, TierTerms, TopUpCounts
from regulars.domain.tiers.windows import DayFigure
from regulars.storage.columns import At, Day, Id, Words
from regulars.storage.statement import Ask, Statement, total_of
from regulars.storage.tables.ledger import account, entry, posting
from regulars.storage.tables.orders import orders, payment, refund, top_up
from regulars.storage.tables.stored_value import top_up_refund

Rows = Select[date, Instant, Instant, str, UUID | None, int]

EVENTS_MAX = 500
_MEMBER = bindparam("member", type_=Id())
_SOLD = orders.c.state.in_(("paid", "part_refunded", "refunded"))


class MeasureEvent(NamedTuple):
    """One thing that counted: what it was, on which day it counts, and since when it is known."""

    counted_on: date
    occurred_at: Instant
    recorded_at: Instant
    kind: str
    subject_id: UUID | None
    amount: int


def _event(
    counted_on: ColumnElement[date],
    occurred_at: ColumnElement[Instant],
    recorded_at: ColumnElement[Instant],
    kind: ColumnElement[str],
    subject_id: ColumnElement[UUID | None],
    amount: ColumnElement[int],
) -> Rows:
    return select(
        counted_on.label("counted_on"),
        occurred_at.label("occurred_at"),
        recorded_at.label("recorded_at"),
        kind.label("kind"),
        subject_id.label("subject_id"),
        amount.label("amount"),
    )


def _grown(side: str, amount: ColumnElement[int]) -> Rows:
    sold = and_(orders.c.id == entry.c.subject_id, entry.c.kind == EntryKind.REFUND.value)
    paid_in = and_(top_up.c.id == entry.c.subject_id, entry.c.kind == EntryKind.GROWTH.value)
    counted_on = func.coalesce(
        orders.c.business_day, top_up.c.business_day, entry.c.business_day, type_=Day()
    )
    return (
        _event(
            counted_on,
            entry.c.occurred_at,
            entry.c.recorded_at,
            entry.c.kind,
            entry.c.subject_id,
            amount,
        )
        .select_from(
            account.join(posting, posting.c[f"{side}_account"] == account.c.id)
            .join(entry, entry.c.id == posting.c.entry_id)
            .outerjoin(orders, sold)
            .outerjoin(top_up, paid_in)
        )
        .where(
            account.c.owner_id == _MEMBER,
            account.c.kind == AccountKind.GROWTH.value,
            posting.c[f"{side}_version"].is_not(None),
        )
    )


def _growth() -> list[Rows]:
    return [_grown("to", posting.c.amount), _grown("from", -posting.c.amount)]


def _sales(amount: ColumnElement[int]) -> Rows:
    settled = and_(entry.c.subject_id == orders.c.id, entry.c.kind == EntryKind.SETTLE.value)
    at = func.coalesce(orders.c.settled_at, orders.c.opened_at, type_=orders.c.opened_at.type)
    return (
        _event(
            orders.c.business_day,
            at,
            func.coalesce(entry.c.recorded_at, at, type_=orders.c.opened_at.type),
            literal(EntryKind.SETTLE.value, Words()),
            orders.c.id,
            amount,
        )
        .select_from(orders.outerjoin(entry, settled))
        .where(orders.c.member_id == _MEMBER, _SOLD)
    )


def _refunds(amount: ColumnElement[int]) -> Rows:
    return (
        _event(
            orders.c.business_day,
            refund.c.at,
            refund.c.at,
            literal(EntryKind.REFUND.value, Words()),
            orders.c.id,
            amount,
        )
        .select_from(refund.join(orders, orders.c.id == refund.c.order_id))
        .where(orders.c.member_id == _MEMBER, _SOLD)
    )


def _spend() -> list[Rows]:
    return [_sales(orders.c.due_minor), _refunds(-refund.c.amount_minor)]


def _spend_as_paid_in() -> list[Rows]:
    drawn = (
        select(total_of(payment.c.principal_minor))
        .where(payment.c.order_id == orders.c.id, payment.c.refund_id.is_(None))
        .scalar_subquery()
    )
    back = (
        select(total_of(payment.c.principal_minor))
        .where(payment.c.order_id == orders.c.id, payment.c.refund_id == refund.c.id)
        .scalar_subquery()
    )
    return [
        _sales(orders.c.due_minor - drawn),
        _refunds(-refund.c.amount_minor - back),
        *_paid_in(),
    ]


def _paid_in() -> list[Rows]:
    """What she paid in herself, and what of it went back, to whomever she passed it on."""

    def of(at: ColumnElement[Instant], kind: EntryKind, amount: ColumnElement[int]) -> Rows:
        told = literal(kind.value, Words())
        return _event(top_up.c.business_day, at, at, told, top_up.c.id, amount)

    mine = top_up.c.member_id == _MEMBER
    paid = of(top_up.c.at, EntryKind.TOP_UP, top_up.c.principal_minor)
    back = of(top_up_refund.c.at, EntryKind.TOP_UP_REFUND, -top_up_refund.c.principal_minor)
    joined = top_up_refund.join(top_up, top_up.c.id == top_up_refund.c.top_up_id)
    return [paid.where(mine), back.select_from(joined).where(mine)]


def _visits() -> list[Rows]:
    later = refund.alias("later")
    last = ~exists(
        select(later.c.id).where(
            later.c.order_id == refund.c.order_id, later.c.number > refund.c.number
        )
    )
    one = literal(1, orders.c.due_minor.type)
    undone = _refunds(-one).where(orders.c.state == "refunded", last)
    return [_sales(one), undone]


class MeasureTotals(NamedTuple):
    """The measure of some days, as it was known at an instant and as it is known by now."""

    known: int
    by_now: int


class MeasureStatements:
    """One measure as statements: summed by day, event by event, or as one figure."""

    __slots__ = ("by_day", "events", "totals")

    def __init__(self, rows: Callable[[], list[Rows]]) -> None:
        events: Subquery = union_all(*rows()).subquery("counted")
        since = events.c.counted_on >= bindparam("since_day", type_=Day())
        self.by_day = Statement(
            select(events.c.counted_on, total_of(events.c.amount))
            .where(since)
            .group_by(events.c.counted_on),
            DayFigure,
        )
        before = events.c.counted_on < bindparam("until_day", type_=Day())
        self.events = Statement(
            select(events)
            .where(since, before)
            .order_by(events.c.counted_on.desc(), events.c.recorded_at.desc(), events.c.subject_id)
            .limit(EVENTS_MAX),
            MeasureEvent,
        )
        known = events.c.recorded_at < bindparam("known_at", type_=At())
        self.totals = Statement(
            select(
                total_of(case((known, events.c.amount), else_=0)), total_of(events.c.amount)
            ).where(since, before),
            MeasureTotals,
        )


_GROWTH = MeasureStatements(_growth)
_SPEND = MeasureStatements(_spend)
_SPEND_AS_PAID_IN = MeasureStatements(_spend_as_paid_in)
_VISITS = MeasureStatements(_visits)


def statements_of(terms: TierTerms) -> MeasureStatements:
    """How the measure of these Terms is read."""
    match terms.measure:
        case Measure.GROWTH:
            return _GROWTH
        case Measure.SPEND:
            paid_in = terms.top_up_counts is TopUpCounts.WHEN_PAID
            return _SPEND_AS_PAID_IN if paid_in else _SPEND
        case Measure.VISITS:
            return _VISITS


def figures_asked(terms: TierTerms, member_id: UUID, since: date | None) -> Ask[DayFigure]:
    """The question for a member's measure by day, from a day on; None is from the beginning."""
    return statements_of(terms).by_day.ask(member=member_id, since_day=since or date.min)

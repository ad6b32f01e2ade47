"""Where members stand, as rows: read for a batch of members at once, and found when they are due."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, distinct, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Day, Id
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables.insights import cut_points, member_insight, member_stage
from regulars.storage.tables.members import member
from regulars.storage.tables.orders import orders
from regulars.storage.tables.stores import store

MEMBERS_AT_ONCE = 100
LAST_ORDERS_MAX = 60


class InsightRow(NamedTuple):
    """Table `member_insight`. Units: visits, days."""

    member_id: UUID
    number: int
    stage: str
    stage_since: date
    rfm: str | None
    why: object
    visits: int
    last_on: date | None
    gap_days: int
    judged_at: Instant
    due_at: Instant | None


class ChangesTold(NamedTuple):
    """How many changes of stage a member's history has."""

    member_id: UUID
    number: int


class StageRow(NamedTuple):
    """Table `member_stage`: one change, never edited."""

    member_id: UUID
    number: int
    stage: str
    before: str | None
    since: date
    cause: str
    why: object
    at: Instant


class Judged(NamedTuple):
    """A member who is to be judged, and the clock and kind of her home store."""

    id: UUID
    state: str
    joined_at: Instant
    store_id: UUID
    region_id: UUID
    kind: str
    zone: str
    cut_off_minutes: int


class BoughtOn(NamedTuple):
    """A business day on which a member bought, less what she gave back. Units: minor units."""

    member_id: UUID
    day: date
    spent_minor: int


class CutRow(NamedTuple):
    """Table `cut_points`: the edges that one kind of store had from a night on."""

    store_kind: str
    version: int
    measured_at: Instant
    members: int
    gap_days: int
    recency_days: list[int]
    visits: list[int]
    spent_minor: list[int]


class Buyer(NamedTuple):
    """What one member bought in a window. Units: business days, minor units."""

    store_kind: str
    member_id: UUID
    days: int
    first_on: date
    last_on: date
    spent_minor: int


class OrderedRow(NamedTuple):
    """One of a member's last orders. Units: minor units, minutes."""

    store_id: UUID
    opened_at: Instant
    paid_minor: int
    zone: str
    cut_off_minutes: int


class StageCount(NamedTuple):
    """How many members have a stage and a class."""

    stage: str
    rfm: str | None
    members: int


_insight = member_insight.c
OF_MEMBER = Statement(
    select(member_insight).where(_insight.member_id == bindparam("member_id", type_=Id())),
    InsightRow,
)
LOCKED = Statement(
    select(member_insight)
    .where(one_of(_insight.member_id, "members", Id()))
    .order_by(_insight.member_id)
    .with_for_update(),
    InsightRow,
)
HISTORY = Statement(
    select(member_stage)
    .where(member_stage.c.member_id == bindparam("member_id", type_=Id()))
    .order_by(member_stage.c.number),
    StageRow,
)
DUE: Statement[UUID] = Statement(
    select(_insight.member_id)
    .where(_insight.due_at <= bindparam("at", type_=At()))
    .order_by(_insight.due_at, _insight.member_id)
    .limit(MEMBERS_AT_ONCE)
)
NEXT: Statement[UUID] = Statement(
    select(member.c.id)
    .where(member.c.id > bindparam("after_id", type_=Id()))
    .order_by(member.c.id)
    .limit(MEMBERS_AT_ONCE)
)
COUNTS = Statement(
    select(_insight.stage, _insight.rfm, func.count()).group_by(_insight.stage, _insight.rfm),
    StageCount,
)
COUNTS_OF_STORES = Statement(
    select(_insight.stage, _insight.rfm, func.count())
    .join_from(member_insight, member, member.c.id == _insight.member_id)
    .where(one_of(member.c.joined_store_id, "stores", Id()))
    .group_by(_insight.stage, _insight.rfm),
    StageCount,
)
# Who was no member for a while has a history that goes on.
CHANGES_TOLD = Statement(
    select(member_stage.c.member_id, func.max(member_stage.c.number))
    .where(one_of(member_stage.c.member_id, "members", Id()))
    .group_by(member_stage.c.member_id),
    ChangesTold,
)
MEMBERS = Statement(
    select(
        member.c.id,
        member.c.state,
        member.c.joined_at,
        store.c.id,
        store.c.region_id,
        store.c.kind,
        store.c.zone,
        store.c.cut_off_minutes,
    )
    .join_from(member, store, store.c.id == member.c.joined_store_id)
    .where(one_of(member.c.id, "members", Id()))
    .order_by(member.c.id),
    Judged,
)
# What was refunded whole is no visit any more.
_bought = orders.c.state.in_(("paid", "part_refunded"))
_spent = total_of(orders.c.due_minor - orders.c.refunded_minor)
VISIT_DAYS = Statement(
    select(orders.c.member_id, orders.c.business_day, _spent)
    .where(one_of(orders.c.member_id, "members", Id()), _bought)
    .group_by(orders.c.member_id, orders.c.business_day)
    .order_by(orders.c.member_id, orders.c.business_day),
    BoughtOn,
)
LAST_ORDERS = Statement(
    select(
        orders.c.store_id,
        orders.c.opened_at,
        orders.c.due_minor - orders.c.refunded_minor,
        store.c.zone,
        store.c.cut_off_minutes,
    )
    .join_from(orders, store, store.c.id == orders.c.store_id)
    .where(orders.c.member_id == bindparam("member_id", type_=Id()), _bought)
    .order_by(orders.c.id.desc())
    .limit(LAST_ORDERS_MAX),
    OrderedRow,
)
_BUYERS = Statement(
    select(
        store.c.kind,
        orders.c.member_id,
        func.count(distinct(orders.c.business_day)),
        func.min(orders.c.business_day, type_=Day()),
        func.max(orders.c.business_day, type_=Day()),
        _spent,
    )
    .join_from(orders, member, member.c.id == orders.c.member_id)
    .join(store, store.c.id == member.c.joined_store_id)
    .where(_bought, orders.c.business_day > bindparam("after", type_=Day()))
    .group_by(store.c.kind, orders.c.member_id),
    Buyer,
)
_cut = cut_points.c
_newest = (
    select(_cut.store_kind, func.max(_cut.version).label("version"))
    .group_by(_cut.store_kind)
    .subquery()
)
CUTS = Statement(
    select(cut_points)
    .join_from(
        cut_points,
        _newest,
        and_(_cut.store_kind == _newest.c.store_kind, _cut.version == _newest.c.version),
    )
    .order_by(_cut.store_kind),
    CutRow,
)
_PUT = Statement[object](
    upsert(member_insight)
    .values({one.name: bindparam(one.name, type_=one.type) for one in _insight})
    .on_conflict_do_update(
        index_elements=[_insight.member_id],
        set_={
            one.name: bindparam(one.name, type_=one.type)
            for one in _insight
            if one.name != "member_id"
        },
    )
)
_FORGET = Statement[object](
    delete(member_insight).where(_insight.member_id == bindparam("gone", type_=Id()))
)


def put(tx: Write, row: InsightRow) -> None:
    """Write where a member stands."""
    tx.send(_PUT, **row._asdict())


def forget(tx: Write, member_id: UUID) -> None:
    """Where somebody stood who is no member any more; her history stays, and names nobody."""
    tx.send(_FORGET, gone=member_id)


def remember(tx: Write, rows: Sequence[StageRow]) -> None:
    """Append changes of stage."""
    tx.add(member_stage, [row._asdict() for row in rows])


def add_cuts(tx: Write, row: CutRow) -> None:
    """Append the edges of a kind of store."""
    tx.add(cut_points, [row._asdict()])


def buyers(read: Read, *, after: date) -> Iterator[Buyer]:
    """What each member bought after a day, never all in memory."""
    yield from read.stream(_BUYERS, after=after)


def visit_days(read: Read, members: Sequence[UUID]) -> Mapping[UUID, list[BoughtOn]]:
    """The days on which members bought, oldest first, by member."""
    found: dict[UUID, list[BoughtOn]] = {}
    for row in read.all(VISIT_DAYS, members=list(members)):
        found.setdefault(row.member_id, []).append(row)
    return found

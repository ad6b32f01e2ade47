"""What segments ask of members, read for many of them at once; a birthday comes back sealed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from regulars.domain.kernel.period import Instant
from regulars.domain.segments.member_state import (
    CouponSeen,
    LineSeen,
    LotSeen,
    OrderSeen,
    PassSeen,
)
from regulars.storage.columns import At, Id
from regulars.storage.engine import Read
from regulars.storage.segment_asked import Unsought
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.insights import member_insight
from regulars.storage.tables.ledger import account, lot
from regulars.storage.tables.members import consent, identity, member, member_stats, member_tag
from regulars.storage.tables.offers import coupon
from regulars.storage.tables.orders import order_line, orders
from regulars.storage.tables.passes import member_pass

T = TypeVar("T")


class MemberRow(NamedTuple):
    """A member's own row and figures; what she told about herself stays sealed."""

    id: UUID
    state: str
    joined_at: Instant
    joined_via: str
    joined_store_id: UUID
    language: str
    tier: str
    visits: int
    spent_minor: int
    first_visit_at: Instant | None
    last_visit_at: Instant | None
    wrapped_key: bytes | None
    name: bytes | None
    gender: bytes | None
    birthday: bytes | None
    address: bytes | None
    likes: bytes | None
    taboos: bytes | None


class OwnedBy(NamedTuple):
    """A word that is of one member."""

    member_id: UUID
    word: str


class _OrderRow(NamedTuple):
    id: UUID
    member_id: UUID
    at: Instant
    store_id: UUID
    channel: str
    due_minor: int
    refunded_minor: int


class _LineRow(NamedTuple):
    order_id: UUID
    product_id: UUID
    quantity: int


class _ConsentRow(NamedTuple):
    member_id: UUID
    channel: str
    purpose: str
    granted: bool


class _BalanceRow(NamedTuple):
    member_id: UUID
    kind: str
    balance: int


class _LotRow(NamedTuple):
    member_id: UUID
    kind: str
    remaining: int
    expires_on: date


class _CouponRow(NamedTuple):
    member_id: UUID
    type_id: UUID
    valid_from: Instant
    valid_until: Instant


class _PassRow(NamedTuple):
    member_id: UUID
    programme_id: UUID
    uses: int
    used: int
    ends_on: date


class InsightRow(NamedTuple):
    """What the shop's own figures make of a member."""

    member_id: UUID
    stage: str
    rfm: str | None


_FIGURES = frozenset({"tier", "visits", "spent_minor", "first_visit_at", "last_visit_at"})
MEMBERS = Statement(
    select(*((member_stats if name in _FIGURES else member).c[name] for name in MemberRow._fields))
    .join_from(member, member_stats, member_stats.c.member_id == member.c.id)
    .where(one_of(member.c.id, "members", Id()))
    .order_by(member.c.id),
    MemberRow,
)
_paid = and_(
    one_of(orders.c.member_id, "members", Id()),
    orders.c.state.in_(("paid", "part_refunded")),
    orders.c.settled_at >= bindparam("since", type_=At()),
)
_ORDERS = Statement(
    select(
        orders.c.id,
        orders.c.member_id,
        orders.c.settled_at,
        orders.c.store_id,
        orders.c.source,
        orders.c.due_minor,
        orders.c.refunded_minor,
    )
    .where(_paid)
    .order_by(orders.c.settled_at, orders.c.id),
    _OrderRow,
)
_LINES = Statement(
    select(order_line.c.order_id, order_line.c.product_id, order_line.c.quantity)
    .join_from(orders, order_line, order_line.c.order_id == orders.c.id)
    .where(_paid, order_line.c.state == "sold"),
    _LineRow,
)
_TAGS = Statement(
    select(member_tag.c.member_id, member_tag.c.tag).where(
        one_of(member_tag.c.member_id, "members", Id())
    ),
    OwnedBy,
)
_CONTACTS = Statement(
    select(identity.c.member_id, identity.c.kind).where(
        one_of(identity.c.member_id, "members", Id())
    ),
    OwnedBy,
)
_CONSENTS = Statement(
    select(consent.c.member_id, consent.c.channel, consent.c.purpose, consent.c.granted)
    .where(one_of(consent.c.member_id, "members", Id()))
    .order_by(consent.c.at, consent.c.id),
    _ConsentRow,
)
_BALANCES = Statement(
    select(account.c.owner_id, account.c.kind, account.c.balance).where(
        one_of(account.c.owner_id, "members", Id())
    ),
    _BalanceRow,
)
_LOTS = Statement(
    select(account.c.owner_id, account.c.kind, lot.c.remaining, lot.c.expires_on)
    .join_from(account, lot, lot.c.account_id == account.c.id)
    .where(
        one_of(account.c.owner_id, "members", Id()),
        lot.c.remaining > 0,
        lot.c.expires_on.is_not(None),
    ),
    _LotRow,
)
_COUPONS = Statement(
    select(coupon.c.member_id, coupon.c.type_id, coupon.c.valid_from, coupon.c.valid_until).where(
        one_of(coupon.c.member_id, "members", Id()),
        coupon.c.state == "issued",
        coupon.c.valid_until > bindparam("now", type_=At()),
    ),
    _CouponRow,
)
PASSES = Statement(
    select(
        member_pass.c.member_id,
        member_pass.c.programme_id,
        member_pass.c.uses,
        member_pass.c.used,
        member_pass.c.ends_on,
    ).where(
        one_of(member_pass.c.member_id, "members", Id()),
        Unsought(member_pass.c.state).in_(("active", "frozen")),
    ),
    _PassRow,
)
_INSIGHTS = Statement(
    select(member_insight.c.member_id, member_insight.c.stage, member_insight.c.rfm).where(
        one_of(member_insight.c.member_id, "members", Id())
    ),
    InsightRow,
)

ByMember = Mapping[UUID, Sequence[T]]


def orders_of(
    read: Read, members: Sequence[UUID], *, since: Instant, lines: bool
) -> ByMember[OrderSeen]:
    """The paid orders of members since an instant, oldest first, with their goods where asked."""
    found: dict[UUID, list[OrderSeen]] = defaultdict(list)
    rows = read.all(_ORDERS, members=members, since=since)
    goods: dict[UUID, list[LineSeen]] = defaultdict(list)
    for line in read.all(_LINES, members=members, since=since) if lines and rows else ():
        goods[line.order_id].append(LineSeen(line.product_id, line.quantity))
    for row in rows:
        net_minor = row.due_minor - row.refunded_minor
        bought = tuple(goods.get(row.id, ()))
        seen = OrderSeen(row.at, row.store_id, row.channel, net_minor, bought)
        found[row.member_id].append(seen)
    return found


def tags_of(read: Read, members: Sequence[UUID]) -> Mapping[UUID, frozenset[str]]:
    """The words on members."""
    return _words(read.all(_TAGS, members=members))


def contacts_of(read: Read, members: Sequence[UUID]) -> Mapping[UUID, frozenset[str]]:
    """By which kinds of identity members are known."""
    return _words(read.all(_CONTACTS, members=members))


def consents_of(read: Read, members: Sequence[UUID]) -> Mapping[UUID, frozenset[str]]:
    """What members allow now, such as `sms/marketing`: the newest choice counts."""
    newest = {
        (row.member_id, f"{row.channel}/{row.purpose}"): row.granted
        for row in read.all(_CONSENTS, members=members)
    }
    return _words(OwnedBy(who, word) for (who, word), granted in newest.items() if granted)


def balances_of(read: Read, members: Sequence[UUID]) -> Mapping[UUID, Mapping[str, int]]:
    """What members own, by kind of account."""
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for row in read.all(_BALANCES, members=members):
        kinds = found[row.member_id]
        kinds[row.kind] = kinds.get(row.kind, 0) + row.balance
    return found


def lots_of(read: Read, members: Sequence[UUID]) -> ByMember[LotSeen]:
    """What members own that ends."""
    found: dict[UUID, list[LotSeen]] = defaultdict(list)
    for row in read.all(_LOTS, members=members):
        found[row.member_id].append(LotSeen(row.kind, row.remaining, row.expires_on))
    return found


def coupons_of(read: Read, members: Sequence[UUID], *, now: Instant) -> ByMember[CouponSeen]:
    """The coupons of members that are neither used nor over."""
    found: dict[UUID, list[CouponSeen]] = defaultdict(list)
    for row in read.all(_COUPONS, members=members, now=now):
        found[row.member_id].append(CouponSeen(row.type_id, row.valid_from, row.valid_until))
    return found


def passes_of(read: Read, members: Sequence[UUID]) -> ByMember[PassSeen]:
    """The passes of members that run."""
    found: dict[UUID, list[PassSeen]] = defaultdict(list)
    for row in read.all(PASSES, members=members):
        seen = PassSeen(row.programme_id, row.uses - row.used, row.ends_on)
        found[row.member_id].append(seen)
    return found


def insights_of(read: Read, members: Sequence[UUID]) -> Mapping[UUID, InsightRow]:
    """The stages and classes of members, where they have been worked out."""
    return {row.member_id: row for row in read.all(_INSIGHTS, members=members)}


def _words(rows: Iterable[OwnedBy]) -> Mapping[UUID, frozenset[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for row in rows:
        found[row.member_id].add(row.word)
    return {who: frozenset(words) for who, words in found.items()}

"""Referrals as rows: who brought whom, what is due, and what tells against it.

    row = tx.one(REFERRAL_LOCKED, referral_id=referral_id)
    shared = tx.all(SHARED_IDENTITIES, one=row.inviter_id, other=row.invited_id)[0]

A member's code is made of the number of her account: nothing of it is stored.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, literal_column, or_, select, union, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.loyalty.referral import ReferralState
from regulars.storage import constraints
from regulars.storage.columns import At, Bytes, Id, Whole, Words
from regulars.storage.engine import Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.groups import group_seat
from regulars.storage.tables.ledger import account
from regulars.storage.tables.members import identity
from regulars.storage.tables.orders import orders, top_up
from regulars.storage.tables.referrals import identity_past, referral, referral_evidence

REFERRAL_ALREADY = refusal_code("referral.already")
REFERRAL_UNKNOWN = refusal_code("referral.unknown")
PAGE_ROWS = 100
LISTED_MAX = 200
# Later than every id that will ever be made: the first page begins here.
NEWEST = UUID(int=(1 << 128) - 1)

constraints.means({"uq_referral_invited_id": REFERRAL_ALREADY})


class ReferralRow(NamedTuple):
    """Table `referral`. Units: minor units."""

    id: UUID
    programme_id: UUID
    programme_version: int
    inviter_id: UUID
    invited_id: UUID
    store_id: UUID
    terminal_id: UUID | None
    at: Instant
    by: str
    state: str
    due_at: Instant
    order_id: UUID | None
    min_due_minor: int
    ended_because: str | None
    ended_at: Instant | None
    inviter_rewarded: bool
    invited_rewarded: bool


class EvidenceRow(NamedTuple):
    """Table `referral_evidence`."""

    referral_id: UUID
    kind: str
    at: Instant
    subject_id: UUID | None
    found: int


class PaidOrder(NamedTuple):
    """What of an order decides on a reward. Units: minor units."""

    id: UUID
    settled_at: Instant
    due_minor: int
    refunded_minor: int


_row, _order = referral.c, orders.c
_REFERRAL = select(*referral.c)
_THIS = _row.id == bindparam("referral_id", type_=Id())
_AT = bindparam("at", type_=At())
_BATCH = bindparam("batch", type_=Whole())
REFERRAL_LOCKED = Statement(_REFERRAL.where(_THIS).with_for_update(), ReferralRow)
OF_INVITED = Statement(
    _REFERRAL.where(_row.invited_id == bindparam("invited", type_=Id())), ReferralRow
)
OF_MEMBER = Statement(
    _REFERRAL.where(
        or_(
            _row.inviter_id == bindparam("member", type_=Id()),
            _row.invited_id == bindparam("member", type_=Id()),
        )
    )
    .order_by(_row.at.desc(), _row.id)
    .limit(LISTED_MAX),
    ReferralRow,
)
IN_STATE = Statement(
    _REFERRAL.where(
        _row.state == bindparam("in_state", type_=Words()),
        _row.id < bindparam("before_id", type_=Id()),
        one_of(_row.store_id, "stores", Id()),
    )
    .order_by(_row.id.desc())
    .limit(PAGE_ROWS),
    ReferralRow,
)
EVIDENCE = Statement(
    select(*referral_evidence.c)
    .where(one_of(referral_evidence.c.referral_id, "referrals", Id()))
    .order_by(referral_evidence.c.referral_id, referral_evidence.c.kind),
    EvidenceRow,
)

_paid = (
    _order.member_id == _row.invited_id,
    _order.settled_at >= _row.at,
    _order.due_minor > _order.refunded_minor,
    _order.due_minor - _order.refunded_minor >= _row.min_due_minor,
)
# Those whose friend has bought something since, however long ago it was looked at.
WITH_ORDER = Statement[UUID](
    select(_row.id)
    .where(
        _row.state == ReferralState.WAITING.value,
        select(_order.id).where(*_paid).exists(),
    )
    .order_by(_row.due_at, _row.id)
    .limit(_BATCH)
)
# Those whose window is over, and those for whose first order the shop has waited long enough.
DUE = Statement[UUID](
    select(_row.id)
    .where(
        _row.state.in_((ReferralState.DUE.value, ReferralState.WAITING.value)), _row.due_at <= _AT
    )
    .order_by(_row.due_at, _row.id)
    .limit(_BATCH)
)
FIRST_ORDER = Statement(
    select(_order.id, _order.settled_at, _order.due_minor, _order.refunded_minor)
    .join_from(orders, referral, _order.member_id == _row.invited_id)
    .where(_THIS, *_paid[1:])
    .order_by(_order.settled_at, _order.id)
    .limit(1),
    PaidOrder,
)
# A refund of it waits until the reward is decided, or is seen by it.
ORDER_LOCKED = Statement(
    select(_order.id, _order.settled_at, _order.due_minor, _order.refunded_minor)
    .where(_order.id == bindparam("order_id", type_=Id()))
    .with_for_update(),
    PaidOrder,
)

_known = union(
    select(identity.c.blind_index, identity.c.member_id),
    select(identity_past.c.blind_index, identity_past.c.member_id),
).subquery("known")
_theirs = _known.alias("theirs")
SHARED_IDENTITIES: Statement[int] = Statement(
    select(func.count())
    .select_from(_known.join(_theirs, _theirs.c.blind_index == _known.c.blind_index))
    .where(
        _known.c.member_id == bindparam("one", type_=Id()),
        _theirs.c.member_id == bindparam("other", type_=Id()),
    )
)
# Whether either side is, or once was, known by an identity.
A_SIDE_KNOWN_AS: Statement[int] = Statement(
    select(func.count())
    .select_from(_known)
    .where(
        _known.c.blind_index == bindparam("blind_index", type_=Bytes()),
        or_(
            _known.c.member_id == bindparam("one", type_=Id()),
            _known.c.member_id == bindparam("other", type_=Id()),
        ),
    )
)
_payment = union(
    *(
        select(paid.c.member_id, paid.c.reference).where(paid.c.reference.is_not(None))
        for paid in (top_up, group_seat)
    )
).subquery("payment_named")
_other_payment = _payment.alias("other_payment")
SHARED_PAYMENTS: Statement[int] = Statement(
    select(func.count())
    .select_from(_payment.join(_other_payment, _other_payment.c.reference == _payment.c.reference))
    .where(
        _payment.c.member_id == bindparam("one", type_=Id()),
        _other_payment.c.member_id == bindparam("other", type_=Id()),
    )
)
# Where no till is known, whoever joined them is.
JOINED_TOGETHER: Statement[int] = Statement(
    select(func.count())
    .select_from(referral)
    .where(
        ~_THIS,
        _row.store_id == bindparam("store", type_=Id()),
        _row.at >= bindparam("since", type_=At()),
        _row.at <= bindparam("until", type_=At()),
        or_(
            _row.terminal_id == bindparam("terminal", type_=Id()),
            _row.by == bindparam("joined_by", type_=Words()),
        ),
    )
)

_PRINCIPAL = account.c.kind == literal_column(f"'{AccountKind.PRINCIPAL.value}'", Words())
NUMBER_OF_MEMBER: Statement[int] = Statement(
    select(account.c.id).where(account.c.owner_id == bindparam("member", type_=Id()), _PRINCIPAL)
)
MEMBER_OF_NUMBER: Statement[UUID] = Statement(
    select(account.c.owner_id).where(account.c.id == bindparam("number", type_=Whole()), _PRINCIPAL)
)

_CHANGING = (
    "state",
    "due_at",
    "order_id",
    "ended_because",
    "ended_at",
    "inviter_rewarded",
    "invited_rewarded",
)
_SAVE = Statement[object](
    update(referral)
    .where(_THIS, _row.state == bindparam("seen_state", type_=Words()))
    .values({name: bindparam(f"to_{name}", type_=_row[name].type) for name in _CHANGING})
)
_KEEP_IDENTITY = Statement[object](
    insert(identity_past)
    .values(
        blind_index=bindparam("blind_index", type_=Bytes()),
        member_id=bindparam("member_id", type_=Id()),
        removed_at=bindparam("removed_at", type_=At()),
    )
    .on_conflict_do_nothing()
)


def add(tx: Write, row: ReferralRow) -> None:
    """Write a referral. Refuses: referral.already (when the writes are sent)."""
    tx.add_rows(referral, [row])


def save(tx: Write, seen: ReferralRow, now: ReferralRow, *, refusal: Refusal) -> None:
    """Change a referral from the state it was seen in, or `refusal` (at the latest at commit)."""
    changed = {f"to_{name}": value for name, value in now._asdict().items() if name in _CHANGING}
    tx.take(_SAVE, refusal=refusal, referral_id=seen.id, seen_state=seen.state, **changed)


def add_evidence(tx: Write, rows: list[EvidenceRow]) -> None:
    """Write why a referral is held back."""
    tx.add_rows(referral_evidence, rows)


def keep_identity(tx: Write, member_id: UUID, blind_index: bytes, at: Instant) -> None:
    """Remember that a member was once known by this, now that she is no longer."""
    tx.send(_KEEP_IDENTITY, blind_index=blind_index, member_id=member_id, removed_at=at)

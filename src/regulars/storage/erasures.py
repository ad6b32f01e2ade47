"""Forgetting a member: what names her is emptied or deleted, what the books need stays under an id.

Her key goes with it, so what was sealed by it, in a message or an answer, opens no more.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, update

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Id
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables.journeys import journey_log, journey_run, journey_wait
from regulars.storage.tables.members import identity, member, member_tag
from regulars.storage.tables.messaging import contact_point, message, message_event
from regulars.storage.tables.offers import coupon
from regulars.storage.tables.orders import orders
from regulars.storage.tables.passes import member_pass
from regulars.storage.tables.referrals import identity_past
from regulars.storage.tables.stored_value import value_freeze
from regulars.storage.tables.tiers import birthday_index

MEMBER_LEFT = "member_left"
_MEMBER = bindparam("member", type_=Id())
_SEALED = ("wrapped_key", "name", "birthday", "address", "gender", "likes", "taboos")


class RunAt(NamedTuple):
    """A journey that a member is on, and where."""

    id: UUID
    node: str


_EMPTY = Statement[object](
    update(member)
    .where(member.c.id == _MEMBER)
    .values({**dict.fromkeys(_SEALED), "state": "erased", "revision": member.c.revision + 1})
)
_DELETED: tuple[Statement[object], ...] = tuple(
    Statement[object](delete(one).where(one.c.member_id == _MEMBER))
    for one in (identity, identity_past, birthday_index, member_tag, contact_point, value_freeze)
)
_QUEUED: Statement[UUID] = Statement(
    select(message.c.id)
    .where(message.c.member_id == _MEMBER, message.c.state == "queued")
    .order_by(message.c.id)
    .with_for_update()
)
_CANCEL = Statement[object](
    update(message)
    .where(message.c.member_id == _MEMBER, message.c.state == "queued")
    .values(state="cancelled", reason="no_recipient", ended_at=bindparam("at", type_=At()))
)
_RUNS = Statement(
    select(journey_run.c.id, journey_run.c.node)
    .where(journey_run.c.member_id == _MEMBER, journey_run.c.ended_at.is_(None))
    .order_by(journey_run.c.id)
    .with_for_update(),
    RunAt,
)
_END_RUNS = Statement[object](
    update(journey_run)
    .where(journey_run.c.member_id == _MEMBER, journey_run.c.ended_at.is_(None))
    .values(
        state="ended",
        rests=False,
        until_at=None,
        due_at=None,
        ended_at=bindparam("at", type_=At()),
        why=MEMBER_LEFT,
    )
)
_END_WAITS = Statement[object](delete(journey_wait).where(journey_wait.c.member_id == _MEMBER))
VOID_COUPONS = Statement[object](
    update(coupon)
    .where(coupon.c.member_id == _MEMBER, coupon.c.state.in_(("issued", "frozen")))
    .values(state="void")
)
# Those that she could still use; what was over says nothing of itself.
COUPONS_USABLE: Statement[UUID] = Statement(
    select(coupon.c.id)
    .where(
        coupon.c.member_id == _MEMBER,
        coupon.c.state.in_(("issued", "frozen")),
        coupon.c.valid_until > bindparam("at", type_=At()),
    )
    .order_by(coupon.c.id)
    .with_for_update(key_share=True)
)
COUPONS_HELD: Statement[int] = Statement(
    select(func.count())
    .select_from(coupon)
    .where(
        coupon.c.member_id == _MEMBER,
        coupon.c.state.in_(("issued", "frozen")),
        coupon.c.valid_until > bindparam("at", type_=At()),
    )
)
PASSES_LEFT: Statement[int] = Statement(
    select(func.count())
    .select_from(member_pass)
    .where(
        member_pass.c.member_id == _MEMBER,
        member_pass.c.state.in_(("active", "frozen")),
        member_pass.c.used < member_pass.c.uses,
    )
)
BILLS_OPEN: Statement[int] = Statement(
    select(func.count())
    .select_from(orders)
    .where(orders.c.member_id == _MEMBER, orders.c.state == "open")
)
LAST_BILL: Statement[Instant | None] = Statement(
    select(func.max(orders.c.settled_at, type_=At())).where(orders.c.member_id == _MEMBER)
)


def erase(tx: Write, member_id: UUID, *, at: Instant) -> None:
    """Leave nothing of a record that names anybody, and nothing that would still be sent."""
    queued = tx.all(_QUEUED, member=member_id)
    tx.send(_CANCEL, member=member_id, at=at)
    tx.add(
        message_event,
        [
            {
                "message_id": one,
                "at": at,
                "state": "cancelled",
                "reason": "no_recipient",
                "detail": None,
            }
            for one in queued
        ],
    )
    runs = tx.all(_RUNS, member=member_id)
    tx.send(_END_RUNS, member=member_id, at=at)
    tx.send(_END_WAITS, member=member_id)
    tx.add(
        journey_log,
        [
            {
                "run_id": run.id,
                "from_node": run.node,
                "to_node": None,
                "at": at,
                "why": MEMBER_LEFT,
                "detail": None,
            }
            for run in runs
        ],
    )
    for deletion in _DELETED:
        tx.send(deletion, member=member_id)
    tx.send(_EMPTY, member=member_id)

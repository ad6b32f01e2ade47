"""The words on a member, 常客 or 素食, and which goods she has bought before.

Each is one read by an index, made only when an offer of the shop asks for it.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Id, Words
from regulars.storage.engine import Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.members import member_tag
from regulars.storage.tables.orders import order_line, orders

TAGS: Statement[str] = Statement(
    select(member_tag.c.tag)
    .where(member_tag.c.member_id == bindparam("member_id", type_=Id()))
    .order_by(member_tag.c.tag)
)
TAKE_TAG: Statement[object] = Statement(
    delete(member_tag).where(
        member_tag.c.member_id == bindparam("member", type_=Id()),
        member_tag.c.tag == bindparam("gone", type_=Words()),
    )
)
_PUT_TAG: Statement[object] = Statement(
    insert(member_tag)
    .values(
        member_id=bindparam("member_id", type_=Id()),
        tag=bindparam("tag", type_=Words()),
        since=bindparam("since", type_=At()),
        by=bindparam("by", type_=Words()),
    )
    .on_conflict_do_nothing()
)
# What was taken back whole was not bought.
BOUGHT: Statement[UUID] = Statement(
    select(order_line.c.product_id)
    .join_from(orders, order_line, order_line.c.order_id == orders.c.id)
    .where(
        orders.c.member_id == bindparam("member_id", type_=Id()),
        orders.c.state.in_(("paid", "part_refunded")),
        order_line.c.state == "sold",
        one_of(order_line.c.product_id, "product_ids", Id()),
    )
    .distinct()
)


def put_tag(tx: Write, member_id: UUID, tag: str, *, at: Instant, by: str) -> None:
    """Put a word on a member; one that she bears already keeps its date and who put it on."""
    tx.send(_PUT_TAG, member_id=member_id, tag=tag, since=at, by=by)


def set_tags(
    tx: Write, member_id: UUID, tags: Collection[str], *, at: Instant, by: str
) -> tuple[list[str], list[str]]:
    """Put exactly these words on a member; those that stay keep their date.

    Answers what was taken off and what was put on.
    """
    known = set(tx.all(TAGS, member_id=member_id))
    gone, new = sorted(known.difference(tags)), sorted(set(tags) - known)
    for tag in gone:
        tx.run(TAKE_TAG, member=member_id, gone=tag)
    tx.add(member_tag, [{"member_id": member_id, "tag": tag, "since": at, "by": by} for tag in new])
    return gone, new

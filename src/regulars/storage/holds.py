"""Holds 留单: a bill that is kept while its guest pays, and what is kept with it.

Coupons carry the order that holds them and until when; a code gets a row; the uses and the money
of limits are in `limit_take`. A hold that ran out still keeps all of it until somebody claims it
with `EXPIRED`: two who sweep at once never give the same hold back twice.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.engine import Write
from regulars.storage.limits import HELD, POSTED
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.offers import coupon, coupon_code, order_hold

RELEASED = "released"


class HoldRow(NamedTuple):
    """Table `order_hold`. `choices` holds what the guest chose, and the coupons that are kept."""

    order_id: UUID
    made_at: Instant
    expires_at: Instant
    fingerprint: str
    choices: Mapping[str, object]
    state: str

    @property
    def coupons(self) -> list[UUID]:
        """The coupons that the order keeps."""
        kept = self.choices.get("kept_coupons", [])
        assert isinstance(kept, list)
        return [UUID(one) for one in kept]


_hold, _coupon, _code = order_hold.c, coupon.c, coupon_code.c
_ORDER = bindparam("order_id", type_=Id())
_AT = bindparam("at", type_=At())
_UNTIL = bindparam("until", type_=At())
_ORDERS = one_of(_hold.order_id, "order_ids", Id())

OF_ORDER = Statement(
    select(*order_hold.c).where(_hold.order_id == _ORDER, _hold.state == HELD).with_for_update(),
    HoldRow,
)
# Whoever is settling or sweeping one of these at this moment has it locked: it is left to him.
EXPIRED = Statement(
    select(*order_hold.c)
    .where(_hold.state == HELD, _hold.expires_at <= _AT)
    .order_by(_hold.expires_at, _hold.order_id)
    .limit(bindparam("batch", type_=Whole()))
    .with_for_update(skip_locked=True),
    HoldRow,
)
ANY_EXPIRED = Statement[UUID](
    select(_hold.order_id).where(_hold.state == HELD, _hold.expires_at <= _AT).limit(1)
)
_PUT = Statement[object](
    upsert(order_hold)
    .values({name: bindparam(name, type_=order_hold.c[name].type) for name in HoldRow._fields})
    .on_conflict_do_update(
        index_elements=[_hold.order_id],
        set_={
            name: bindparam(name, type_=order_hold.c[name].type)
            for name in HoldRow._fields
            if name != "order_id"
        },
    )
)
_END = Statement[object](
    update(order_hold)
    .where(_ORDERS, _hold.state == HELD)
    .values(state=bindparam("to_state", type_=Words()))
)

# The coupon is free, or it is this order's already; of two orders one finds its row.
KEEP_COUPON = Statement[object](
    update(coupon)
    .where(
        _coupon.id == bindparam("coupon_id", type_=Id()),
        _coupon.member_id == bindparam("member", type_=Id()),
        _coupon.state == "issued",
        _coupon.valid_from <= _AT,
        _coupon.valid_until > _AT,
        or_(_coupon.held_by.is_(None), _coupon.held_by == _ORDER, _coupon.held_until <= _AT),
    )
    .values(held_by=_ORDER, held_until=_UNTIL)
)
_FREE_COUPONS = Statement[object](
    update(coupon)
    .where(one_of(_coupon.id, "coupon_ids", Id()), one_of(_coupon.held_by, "order_ids", Id()))
    .values(held_by=None, held_until=None)
)
# A code without a row is unused; one whose hold ran out is taken over.
KEEP_CODE = Statement[object](
    upsert(coupon_code)
    .values(
        batch_id=bindparam("batch_id", type_=Id()),
        serial=bindparam("serial", type_=Whole()),
        id=bindparam("code_id", type_=Id()),
        state=HELD,
        at=_AT,
        by=bindparam("by", type_=Words()),
        order_id=_ORDER,
        held_until=_UNTIL,
    )
    .on_conflict_do_update(
        index_elements=[_code.batch_id, _code.serial],
        set_={
            "state": HELD,
            "at": _AT,
            "by": bindparam("by", type_=Words()),
            "order_id": _ORDER,
            "held_until": _UNTIL,
        },
        where=or_(
            _code.state == "free",
            and_(
                _code.state == HELD,
                or_(_code.order_id == _ORDER, _code.held_until <= _AT),
            ),
        ),
    )
)
_FREE_CODES = Statement[object](
    update(coupon_code)
    .where(_code.state == HELD, one_of(_code.order_id, "order_ids", Id()))
    .values(state="free", order_id=None, held_until=None)
)


def put(tx: Write, row: HoldRow) -> None:
    """Write a hold down; one that the order had before is replaced."""
    tx.send(_PUT, **row._asdict())


def free(tx: Write, rows: Sequence[HoldRow]) -> None:
    """Let go of the coupons and codes of holds, and of nothing that another order holds."""
    if not rows:
        return
    orders = [row.order_id for row in rows]
    coupons = [one for row in rows for one in row.coupons]
    if coupons:
        tx.send(_FREE_COUPONS, coupon_ids=coupons, order_ids=orders)
    tx.send(_FREE_CODES, order_ids=orders)


def end(tx: Write, rows: Sequence[HoldRow], *, paid: bool = False) -> None:
    """Close holds: their bill was paid, or nobody waits for it any more."""
    orders = [row.order_id for row in rows]
    tx.send(_END, order_ids=orders, to_state=POSTED if paid else RELEASED)

"""Batches of coupon codes, and the few codes to which something happened.

A million codes are one row: they are computed from their serial numbers. A code has a row of its
own once it was used, claimed, frozen or voided; what takes it is one statement that finds it free
or touches no row, so of two tills that race for a code one gets it.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, case, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement
from regulars.storage.tables.offers import coupon_batch, coupon_code


class BatchRow(NamedTuple):
    """Table `coupon_batch`. Its codes are those of `size` serials from `serial_from` on."""

    id: UUID
    type_id: UUID
    name: str
    channel: str
    length: int
    serial_from: int
    size: int
    made: int
    state: str
    valid_from: Instant
    valid_until: Instant
    created_at: Instant
    created_by: str


class CodeRow(NamedTuple):
    """What became of one code. `free`: something happened to it, but it can be used again."""

    batch_id: UUID
    serial: int
    id: UUID
    state: str
    order_id: UUID | None
    held_until: Instant | None

    def free(self, order_id: UUID | None, *, at: Instant) -> bool:
        """Whether an order may use it now."""
        if self.state != "held":
            return self.state == "free"
        over = self.held_until is not None and self.held_until <= at
        return over or (order_id is not None and self.order_id == order_id)


_batch, _code = coupon_batch.c, coupon_code.c
_THIS = _batch.id == bindparam("batch_id", type_=Id())
_AT = bindparam("at", type_=At())

BATCH = Statement(select(coupon_batch).where(_THIS), BatchRow)
BATCHES = Statement(
    select(coupon_batch).order_by(_batch.created_at.desc(), _batch.id).limit(500), BatchRow
)
# The last batch that begins at or before a serial: of batches that never overlap, the only one
# that may hold it.
BATCH_OF_SERIAL = Statement(
    select(coupon_batch)
    .where(_batch.serial_from <= bindparam("serial", type_=Whole()))
    .order_by(_batch.serial_from.desc())
    .limit(1),
    BatchRow,
)
_LAST_SERIAL: Statement[int | None] = Statement(select(func.max(_batch.serial_from + _batch.size)))
MADE = Statement[object](
    update(coupon_batch)
    .where(_THIS, _batch.made < bindparam("codes", type_=Whole()))
    .values(
        made=bindparam("codes", type_=Whole()),
        state=case(
            (
                (_batch.state == "making") & (_batch.size <= bindparam("codes", type_=Whole())),
                "ready",
            ),
            else_=_batch.state,
        ),
    )
)
FREEZE = Statement[object](
    update(coupon_batch).where(_THIS, _batch.state.in_(("making", "ready"))).values(state="frozen")
)
UNFREEZE = Statement[object](
    update(coupon_batch)
    .where(_THIS, _batch.state == "frozen")
    .values(state=case((_batch.made < _batch.size, "making"), else_="ready"))
)
VOID = Statement[object](
    update(coupon_batch).where(_THIS, _batch.state != "void").values(state="void")
)


class Tally(NamedTuple):
    """How many codes of a batch are in a state."""

    batch_id: UUID
    state: str
    codes: int


TALLIES = Statement(
    select(_code.batch_id, _code.state, func.count()).group_by(_code.batch_id, _code.state), Tally
)
TALLIES_OF_BATCH = Statement(
    select(_code.batch_id, _code.state, func.count())
    .where(_code.batch_id == bindparam("batch_id", type_=Id()))
    .group_by(_code.batch_id, _code.state),
    Tally,
)

# By serial alone: serials are counted through all batches.
CODE = Statement(
    select(
        _code.batch_id,
        _code.serial,
        _code.id,
        _code.state,
        _code.order_id,
        _code.held_until,
    ).where(
        _code.batch_id == bindparam("batch_id", type_=Id()),
        _code.serial == bindparam("serial", type_=Whole()),
    ),
    CodeRow,
)
USED_BY_ORDER = Statement(
    select(
        _code.batch_id,
        _code.serial,
        _code.id,
        _code.state,
        _code.order_id,
        _code.held_until,
    )
    .where(_code.order_id == bindparam("order_id", type_=Id()), _code.state == "used")
    .order_by(_code.id),
    CodeRow,
)


def _taking(state: str, free: ColumnElement[bool]) -> Statement[object]:
    """Put a code that has no row, or a row that is free, into a state; else touch nothing."""
    new = insert(coupon_code).values(
        batch_id=bindparam("batch_id", type_=Id()),
        serial=bindparam("serial", type_=Whole()),
        id=bindparam("id", type_=Id()),
        state=state,
        at=_AT,
        by=bindparam("by", type_=Words()),
        order_id=bindparam("order", type_=Id()),
        held_until=None,
    )
    return Statement(
        new.on_conflict_do_update(
            index_elements=[_code.batch_id, _code.serial],
            set_={
                "state": new.excluded.state,
                "at": new.excluded.at,
                "by": new.excluded.by,
                "order_id": new.excluded.order_id,
                "held_until": None,
            },
            where=free,
        )
    )


_OVER = (_code.state == "held") & (_code.held_until <= _AT)
_OWN = (_code.state == "held") & (_code.order_id == bindparam("order", type_=Id()))
USE_CODE = _taking("used", or_(_code.state == "free", _OVER, _OWN))
CLAIM_CODE = _taking("claimed", or_(_code.state == "free", _OVER))
FREEZE_CODE = _taking("frozen", or_(_code.state == "free", _OVER))
VOID_CODE = _taking("void", or_(_code.state.in_(("free", "frozen")), _OVER))
UNFREEZE_CODE = Statement[object](
    update(coupon_code)
    .where(
        _code.batch_id == bindparam("of_batch", type_=Id()),
        _code.serial == bindparam("of_serial", type_=Whole()),
        _code.state == "frozen",
    )
    .values(state="free", at=_AT, by=bindparam("who", type_=Words()))
)
GIVE_BACK_CODE = Statement[object](
    update(coupon_code)
    .where(
        _code.id == bindparam("code_id", type_=Id()),
        _code.order_id == bindparam("used_for", type_=Id()),
        _code.state == "used",
    )
    .values(state="free", at=_AT, by=bindparam("who", type_=Words()), order_id=None)
)


def next_serial(read: Read) -> int:
    """The first serial number that no batch has; two batches that take it at once collide."""
    return read.all(_LAST_SERIAL)[0] or 1


def add_batch(tx: Write, row: BatchRow) -> None:
    """Keep a new batch."""
    tx.add(coupon_batch, [row._asdict()])


def tallied(rows: Sequence[Tally]) -> dict[tuple[UUID, str], int]:
    """The counts by batch and state."""
    return {(row.batch_id, row.state): row.codes for row in rows}

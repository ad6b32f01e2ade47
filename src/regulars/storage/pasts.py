"""What members left in two equal stretches of the past, one after the other, with nothing done.

It says how much guests differ, before anything is sent to them, and lets the measurement be tried
on itself.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, case, literal_column, select

from regulars.domain.insights.sham import Past
from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Id, Whole
from regulars.storage.engine import Read
from regulars.storage.statement import Statement, total_of
from regulars.storage.tables.members import member
from regulars.storage.tables.orders import orders

_o = orders.c
_SINCE, _MIDDLE, _UNTIL = (bindparam(name, type_=At()) for name in ("since", "middle", "until"))
_ZERO = literal_column("0", Whole())
_kept = _o.due_minor - _o.refunded_minor
_revenue = case((_o.due_minor > _ZERO, _kept - _o.tax_minor * _kept // _o.due_minor), else_=_ZERO)
_PASTS = (
    select(
        member.c.id,
        total_of(case((_o.settled_at >= _MIDDLE, _revenue), else_=_ZERO)),
        total_of(case((_o.settled_at < _MIDDLE, _revenue), else_=_ZERO)),
    )
    .select_from(
        member.outerjoin(
            orders,
            and_(
                _o.member_id == member.c.id,
                _o.settled_at >= _SINCE,
                _o.settled_at < _UNTIL,
                _o.state.in_(("paid", "part_refunded", "refunded")),
            ),
        )
    )
    .where(member.c.state == "active", member.c.joined_at < _SINCE)
    .group_by(member.c.id)
    .order_by(member.c.id.desc())
    .limit(bindparam("most", type_=Whole()))
)
PASTS = Statement(_PASTS, Past)
PASTS_OF_STORE = Statement(
    _PASTS.where(member.c.joined_store_id == bindparam("store_id", type_=Id())), Past
)


def pasts(
    read: Read, *, until: Instant, length: timedelta, store_id: UUID | None, most: int
) -> Iterator[Past]:
    """The members who were there all the time, the newest first. Units: minor units."""
    values: dict[str, object] = {
        "since": Instant(until - 2 * length),
        "middle": Instant(until - length),
        "until": until,
        "most": most,
    }
    if store_id is None:
        return read.stream(PASTS, **values)
    return read.stream(PASTS_OF_STORE, **values, store_id=store_id)

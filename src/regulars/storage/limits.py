"""Limits 限量: what is used of them, and taking by one conditional change each.

Of "first 100 cups", 99 are used. Two tills take the last one: each update says
`used + 1 <= 100`, and only one of them finds its row. Keys are changed in one order everywhere,
so two orders that need the same two limits never wait for each other.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, case, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from regulars.domain.pricing.limits import LimitKey, Used
from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.engine import Write
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables.offers import limit_take, limit_use, order_hold

HELD, POSTED, RETURNED = "held", "posted", "returned"
# Where a limit does not bind, its figure is out of reach.
NO_LIMIT = 1 << 60
NOTHING = Used()


class UsedRow(NamedTuple):
    """What is used of one limit. `lapsed`: holds that ran out are still in the table's figure.

    Units: uses, minor units; what the asking order holds itself, and what lapsed, is not counted.
    """

    key: LimitKey
    used: Used
    lapsed: bool


class TakeRow(NamedTuple):
    """Table `limit_take`: what an order took from one limit. Units: uses, minor units."""

    order_id: UUID
    offer_id: UUID
    scope: str
    period: str
    uses: int
    amount_minor: int
    state: str

    @property
    def key(self) -> LimitKey:
        """The limit that it was taken from."""
        return LimitKey(self.offer_id, self.scope, self.period)


class Want(NamedTuple):
    """One use that an order wants of a limit, and when it may have it.

    Units: minor units. `uses_max` and `minor_max` bind the figure after this change; `room_minor`
    is what must fit below `minor_max`: the amount, or one cent where the last order is honoured.
    """

    key: LimitKey
    amount_minor: int
    uses_max: int
    minor_max: int
    room_minor: int


_use, _take, _hold = limit_use.c, limit_take.c, order_hold.c
_ORDER = bindparam("order_id", type_=Id())
_own = _take.order_id == _ORDER
_free = (
    select(
        _take.offer_id,
        _take.scope,
        _take.period,
        total_of(_take.uses).label("uses"),
        total_of(_take.amount_minor).label("minor"),
        func.max(case((_own, 0), else_=1)).label("lapsed"),
    )
    .join_from(limit_take, order_hold, _take.order_id == _hold.order_id)
    .where(
        _take.state == HELD,
        _hold.state == HELD,
        or_(_hold.order_id == _ORDER, _hold.expires_at <= bindparam("at", type_=At())),
    )
    .group_by(_take.offer_id, _take.scope, _take.period)
    .subquery("free")
)


def _used_row(
    offer_id: UUID, scope: str, period: str, uses: int, amount_minor: int, lapsed: int
) -> UsedRow:
    return UsedRow(LimitKey(offer_id, scope, period), Used(uses, amount_minor), bool(lapsed))


# Also counts off what the order itself holds, and what holds that ran out keep until the sweep.
USED = Statement(
    select(
        _use.offer_id,
        _use.scope,
        _use.period,
        _use.used - func.coalesce(_free.c.uses, 0),
        _use.used_minor - func.coalesce(_free.c.minor, 0),
        func.coalesce(_free.c.lapsed, 0),
    )
    .join_from(
        limit_use,
        _free,
        and_(
            _free.c.offer_id == _use.offer_id,
            _free.c.scope == _use.scope,
            _free.c.period == _use.period,
        ),
        isouter=True,
    )
    .where(
        one_of(_use.offer_id, "offer_ids", Id()),
        one_of(_use.scope, "scopes", Words()),
        one_of(_use.period, "periods", Words()),
    ),
    _used_row,
)
TAKES_OF_ORDER = Statement(
    select(*limit_take.c)
    .where(_own, _take.state != RETURNED)
    .order_by(_take.offer_id, _take.scope, _take.period),
    TakeRow,
)
TAKES_OF_ORDERS = Statement(
    select(*limit_take.c).where(one_of(_take.order_id, "order_ids", Id()), _take.state == HELD),
    TakeRow,
)

_KEY = {
    "offer_id": bindparam("offer_id", type_=Id()),
    "scope": bindparam("scope", type_=Words()),
    "period": bindparam("period", type_=Words()),
}
_THIS = and_(*(_use[name] == given for name, given in _KEY.items()))
_MORE_USES = bindparam("more_uses", type_=Whole())
_MORE_MINOR = bindparam("more_minor", type_=Whole())
_MORE = {"used": _use.used + _MORE_USES, "used_minor": _use.used_minor + _MORE_MINOR}
_ROOM = and_(
    _use.used + _MORE_USES <= bindparam("uses_max", type_=Whole()),
    _use.used_minor + bindparam("room_minor", type_=Whole())
    <= bindparam("minor_max", type_=Whole()),
)
# Take, don't check: no row is touched when there is no room. Where something comes back in the
# same change there is a row already, and a new one with a figure below zero would be refused.
_TAKE = (
    upsert(limit_use)
    .values(**_KEY, used=_MORE_USES, used_minor=_MORE_MINOR)
    .on_conflict_do_update(
        index_elements=[_use.offer_id, _use.scope, _use.period], set_=_MORE, where=_ROOM
    )
)
_EXCHANGE = update(limit_use).where(_THIS, _ROOM).values(_MORE)
TAKE, EXCHANGE = Statement[object](_TAKE), Statement[object](_EXCHANGE)
TAKE_TELLING = Statement[int](_TAKE.returning(_use.used_minor))
EXCHANGE_TELLING = Statement[int](_EXCHANGE.returning(_use.used_minor))
GIVE_BACK = Statement[object](
    update(limit_use)
    .where(_THIS)
    .values(
        used=_use.used - bindparam("uses", type_=Whole()),
        used_minor=_use.used_minor - bindparam("amount", type_=Whole()),
    )
)
_PUT_TAKE = Statement[object](
    upsert(limit_take)
    .values({name: bindparam(name, type_=limit_take.c[name].type) for name in TakeRow._fields})
    .on_conflict_do_update(
        index_elements=[_take.order_id, _take.offer_id, _take.scope, _take.period],
        set_={
            name: bindparam(name, type_=limit_take.c[name].type)
            for name in ("uses", "amount_minor", "state")
        },
    )
)


def put_takes(tx: Write, rows: Iterable[TakeRow]) -> None:
    """Write down what an order has of its limits now."""
    for row in rows:
        tx.send(_PUT_TAKE, **row._asdict())


class Change(NamedTuple):
    """All that one transaction changes of one limit: what comes back, and what is wanted.

    Units: uses, minor units. `telling` asks for the money used after it.
    """

    key: LimitKey
    back: Used
    want: Want | None
    refusal: Exception
    telling: bool = False


def change(tx: Write, changes: Iterable[Change]) -> Mapping[LimitKey, int]:
    """Change limits in the one order of their keys; answers the money used of those that tell.

    Refuses: the refusal of a change that finds no room (at the latest when the writes are sent).
    """
    told: dict[LimitKey, int] = {}
    for one in sorted(changes, key=lambda each: each.key):
        want, back = one.want, one.back
        if want is None:
            given = {"uses": back.uses, "amount": back.amount_minor}
            tx.take(GIVE_BACK, refusal=one.refusal, **one.key._asdict(), **given)
            continue
        figures = {
            "more_uses": 1 - back.uses,
            "more_minor": want.amount_minor - back.amount_minor,
            "room_minor": want.room_minor - back.amount_minor,
            "uses_max": want.uses_max,
            "minor_max": want.minor_max,
        }
        new = back == NOTHING
        if one.telling:
            telling = TAKE_TELLING if new else EXCHANGE_TELLING
            found = tx.all(telling, **one.key._asdict(), **figures)
            if not found:
                raise one.refusal
            told[one.key] = found[0]
        else:
            taking = TAKE if new else EXCHANGE
            tx.take(taking, refusal=one.refusal, **one.key._asdict(), **figures)
    return told

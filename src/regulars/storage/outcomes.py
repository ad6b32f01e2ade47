"""What assigned members bought, held and were sent: one row a member, summed by the database.

    for row in outcomes(read, window): ...      # in bounded memory, for any number of members

A member's window runs from her own assignment; only windows that are over are counted. The same
time before it is what she is compared with herself by.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy import cast as sql_cast

from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.entries import EntryKind
from regulars.domain.messaging.channels import Purpose
from regulars.storage.columns import At, Flag, Id, Whole
from regulars.storage.engine import Read
from regulars.storage.statement import Statement, total_of
from regulars.storage.tables import ledger
from regulars.storage.tables.measurement import assignment
from regulars.storage.tables.members import consent
from regulars.storage.tables.messaging import message
from regulars.storage.tables.orders import order_line, orders

_POINTS = (AccountKind.POINTS, AccountKind.POINTS_HELD, AccountKind.POINTS_DEBT)
_BONUS = (AccountKind.BONUS, AccountKind.BONUS_HELD)
# What moves between members or comes from another system is nobody's gift.
_NO_GIFT = (EntryKind.IMPORT, EntryKind.TRANSFER)
_REFUND = EntryKind.REFUND.value
_PAID = ("paid", "part_refunded", "refunded")
_VISIT = ("paid", "part_refunded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Which programme's members, how long each is watched, and when it is.

    `everything`: all marketing messages are its own, not only those of one campaign.
    """

    programme_id: UUID
    length: timedelta
    now: Instant
    store_id: UUID | None = None
    everything: bool = False

    def values(self) -> dict[str, object]:
        """The windows as parameters."""
        return {
            "programme_id": self.programme_id,
            "length": self.length // timedelta(microseconds=1),
            "until": Instant(self.now - self.length),
            "everything": self.everything,
        }


class OutcomeRow(NamedTuple):
    """One member. Units: minor units, points, visits; `cost_micro` as providers charge.

    `uncosted`: lines of goods whose cost is not known.
    """

    member_id: UUID
    arm: str
    propensity: int
    uniform: bool
    store_id: UUID
    tier: str
    channel: str | None
    revenue_minor: int
    revenue_before_minor: int
    visits: int
    visits_before: int
    refunded_minor: int
    goods_minor: int
    goods_before_minor: int
    uncosted: int
    lines: int
    points: int
    bonus_minor: int
    cost_micro: int
    withdrawn: int


_LENGTH = bindparam("length", type_=Whole())
_UNTIL = bindparam("until", type_=At())
_a = assignment.c
_started = type_coerce(_a.at, Whole())
_begins_before = type_coerce(_started - _LENGTH, At())
_ends = type_coerce(_started + _LENGTH, At())
_OVER = and_(_a.programme_id == bindparam("programme_id", type_=Id()), _a.at <= _UNTIL)
_STORE = _a.store_id == bindparam("store_id", type_=Id())


def _within(at: ColumnElement[Instant]) -> ColumnElement[bool]:
    return and_(at >= _a.at, at < _ends)


def _around(at: ColumnElement[Instant]) -> ColumnElement[bool]:
    return and_(at >= _begins_before, at < _ends)


def _sum_if(condition: ColumnElement[bool], amount: ColumnElement[int]) -> ColumnElement[int]:
    return total_of(case((condition, amount), else_=literal_column("0", Whole())))


_o = orders.c
_kept = _o.due_minor - _o.refunded_minor
# Without tax: a part that was given back takes its share of the tax with it.
_revenue = case(
    (_o.due_minor > literal_column("0"), _kept - _o.tax_minor * _kept // _o.due_minor),
    else_=literal_column("0", Whole()),
)
_ONE = literal_column("1", Whole())
_visit = case((_o.state.in_(_VISIT), _ONE), else_=literal_column("0", Whole()))
_now_it_is, _counts = _within(_o.settled_at), _o.state.in_(_PAID)


def _of_members(source: FromClause, *columns: ColumnElement[int]) -> Select[tuple[object, ...]]:
    return (
        select(_a.member_id.label("member_id"), *columns)
        .select_from(source)
        .where(_OVER)
        .group_by(_a.member_id)
    )


_before = and_(_counts, ~_now_it_is)
_bought = _of_members(
    assignment.join(orders, and_(_o.member_id == _a.member_id, _around(_o.settled_at))),
    _sum_if(and_(_counts, _now_it_is), _revenue).label("revenue_minor"),
    _sum_if(_before, _revenue).label("revenue_before_minor"),
    _sum_if(_now_it_is, _visit).label("visits"),
    _sum_if(~_now_it_is, _visit).label("visits_before"),
    _sum_if(_now_it_is, _o.refunded_minor).label("refunded_minor"),
).subquery("bought")

_line = order_line.c
_cost = func.coalesce(_line.cost_minor, 0) * _line.quantity
_goods = _of_members(
    assignment.join(
        orders,
        and_(_o.member_id == _a.member_id, _around(_o.settled_at), _counts),
    ).join(
        order_line,
        and_(_line.order_id == _o.id, _line.state == "sold", _line.kind == "goods"),
    ),
    _sum_if(_now_it_is, _cost).label("goods_minor"),
    _sum_if(~_now_it_is, _cost).label("goods_before_minor"),
    _sum_if(and_(_now_it_is, _line.cost_minor.is_(None)), _ONE).label("uncosted"),
    _sum_if(_now_it_is, _ONE).label("lines"),
).subquery("goods")

_account, _posting, _entry = ledger.account.c, ledger.posting.c, ledger.entry.c


def _moved(side: str) -> Select[tuple[object, ...]]:
    amount = _posting.amount if side == "to" else -_posting.amount
    held = and_(
        _posting[f"{side}_account"] == _account.id, _posting[f"{side}_version"].is_not(None)
    )
    points = _account.kind.in_([kind.value for kind in _POINTS])
    return (
        select(
            _a.member_id.label("member_id"),
            case((points, amount), else_=literal_column("0", Whole())).label("points"),
            case((points, literal_column("0", Whole())), else_=amount).label("bonus_minor"),
        )
        .select_from(
            assignment.join(
                ledger.account,
                and_(
                    _account.owner_id == _a.member_id,
                    _account.kind.in_([kind.value for kind in (*_POINTS, *_BONUS)]),
                ),
            )
            .join(ledger.posting, held)
            .join(ledger.entry, _entry.id == _posting.entry_id)
            .outerjoin(orders, and_(_o.id == _entry.subject_id, _entry.kind == _REFUND))
        )
        .where(
            _OVER,
            # What a refund takes back belongs to its sale, as the money does.
            _within(func.coalesce(_o.settled_at, _entry.occurred_at, type_=At())),
            _entry.kind.not_in([kind.value for kind in _NO_GIFT]),
        )
    )


_moves = union_all(_moved("from"), _moved("to")).subquery("moves")
_given = (
    select(
        _moves.c.member_id,
        total_of(_moves.c.points).label("points"),
        total_of(_moves.c.bonus_minor).label("bonus_minor"),
    )
    .group_by(_moves.c.member_id)
    .subquery("given")
)

_m = message.c
_own = or_(
    _m.campaign_id == _a.programme_id,
    _m.journey_id == _a.programme_id,
    and_(bindparam("everything", type_=Flag()), _m.purpose == Purpose.MARKETING.value),
)
_sent = _of_members(
    assignment.join(
        message,
        and_(
            _m.member_id == _a.member_id,
            _within(_m.planned_at),
            _m.handed_at.is_not(None),
            _own,
        ),
    ),
    total_of(func.coalesce(_m.cost_micro, _m.reserved_micro)).label("cost_micro"),
).subquery("sent")

_left = _of_members(
    assignment.join(
        consent,
        and_(
            consent.c.member_id == _a.member_id,
            _within(consent.c.at),
            consent.c.granted == false(),
            consent.c.purpose == "marketing",
        ),
    ),
    func.max(_ONE, type_=Whole()).label("withdrawn"),
).subquery("left_us")


def _found(column: ColumnElement[int]) -> ColumnElement[int]:
    return sql_cast(func.coalesce(column, 0), Whole())


_parts: Mapping[FromClause, tuple[str, ...]] = {
    _bought: ("revenue_minor", "revenue_before_minor", "visits", "visits_before", "refunded_minor"),
    _goods: ("goods_minor", "goods_before_minor", "uncosted", "lines"),
    _given: ("points", "bonus_minor"),
    _sent: ("cost_micro",),
    _left: ("withdrawn",),
}
_joined: FromClause = assignment
for _part in _parts:
    _joined = _joined.outerjoin(_part, _part.c.member_id == _a.member_id)
_ALL = (
    select(
        _a.member_id,
        _a.arm,
        _a.propensity,
        _a.uniform,
        _a.store_id,
        _a.tier,
        _a.channel,
        *(_found(part.c[name]) for part, names in _parts.items() for name in names),
    )
    .select_from(_joined)
    .where(_OVER)
)
OUTCOMES = Statement(_ALL, OutcomeRow)
OUTCOMES_OF_STORE = Statement(_ALL.where(_STORE), OutcomeRow)


def outcomes(read: Read, windows: Windows) -> Iterator[OutcomeRow]:
    """Every assigned member whose window is over, one after the other."""
    if windows.store_id is None:
        return read.stream(OUTCOMES, **windows.values())
    return read.stream(OUTCOMES_OF_STORE, **windows.values(), store_id=windows.store_id)

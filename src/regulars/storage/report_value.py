"""Points and stored value that moved in a period, and what was owed at its end.

    moved(read, question, Dimension.STORE)   # 人民广场店: 5,000.00 paid in, 2,500.00 used

What moved belongs to the store where it happened; what is owed to the store that sold or gave it. It
is the same sum as in the liability statement, without its ages and parts: all that was ever given
less all that went, gone through once for both ends of a comparison.
"""

from collections.abc import Mapping
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
    select,
    true,
    union_all,
)
from sqlalchemy import cast as sql_cast

from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.entries import EntryKind, LotOrigin, UseKind
from regulars.domain.ledger.liability import part_of
from regulars.domain.reports.answer import Counted, Key, merged
from regulars.domain.reports.metric import Metric
from regulars.domain.reports.question import Question
from regulars.domain.reports.registry import Dimension
from regulars.storage.columns import At, Day, Flag, Id
from regulars.storage.engine import Read
from regulars.storage.report_sales import AS_OF, FROM_ON, NOUGHT, UNTIL_ON
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables import ledger

_account, _entry, _lot, _use = (
    ledger.account.c,
    ledger.entry.c,
    ledger.lot.c,
    ledger.lot_use.c,
)
_PRINCIPAL, _BONUS, _POINTS = AccountKind.PRINCIPAL, AccountKind.BONUS, AccountKind.POINTS
# Which part of an account's flow is which figure, and by what sign.
_FIGURES: Mapping[tuple[AccountKind, str], tuple[Metric, int]] = {
    (_PRINCIPAL, "issued"): (Metric.VALUE_PAID_IN, 1),
    (_BONUS, "issued"): (Metric.VALUE_BONUS, 1),
    (_PRINCIPAL, "used"): (Metric.VALUE_USED, -1),
    (_BONUS, "used"): (Metric.VALUE_USED, -1),
    (_PRINCIPAL, "expired"): (Metric.VALUE_EXPIRED, -1),
    (_BONUS, "expired"): (Metric.VALUE_EXPIRED, -1),
    (_POINTS, "issued"): (Metric.POINTS_GIVEN, 1),
    (_POINTS, "used"): (Metric.POINTS_USED, -1),
    (_POINTS, "expired"): (Metric.POINTS_EXPIRED, -1),
}
_OWED = {
    _PRINCIPAL: Metric.VALUE_OWED,
    _BONUS: Metric.VALUE_OWED,
    _POINTS: Metric.POINTS_OWED,
}


class _Moved(NamedTuple):
    store_id: UUID
    account: str
    entry: str
    is_lot: bool
    cause: str
    amount: int


class _Owing(NamedTuple):
    store_id: UUID
    account: str
    amount: int
    then_amount: int


def _side(
    source: FromClause, cause: ColumnElement[str], amount: ColumnElement[int], *, lots: bool
) -> Select[tuple[object, ...]]:
    return (
        select(
            _entry.store_id.label("store_id"),
            _account.kind.label("account"),
            _entry.kind.label("entry"),
            (true() if lots else false()).label("is_lot"),
            cause.label("cause"),
            amount.label("amount"),
        )
        .select_from(source)
        .where(
            _entry.business_day >= FROM_ON,
            _entry.business_day < UNTIL_ON,
            _entry.recorded_at <= AS_OF,
            one_of(_entry.store_id, "stores", Id()),
            _account.kind.in_([_PRINCIPAL.value, _BONUS.value, _POINTS.value]),
        )
    )


_granted = ledger.entry.join(ledger.lot, _lot.entry_id == _entry.id).join(
    ledger.account, _account.id == _lot.account_id
)
_taken = (
    ledger.entry.join(ledger.lot_use, _use.entry_id == _entry.id)
    .join(ledger.lot, _lot.id == _use.lot_id)
    .join(ledger.account, _account.id == _lot.account_id)
)
_moves = union_all(
    _side(_granted, _lot.origin, _lot.amount, lots=True),
    _side(_taken, _use.kind, -_use.amount, lots=False),
).subquery("moved")
_kinds = (_moves.c.store_id, _moves.c.account, _moves.c.entry, _moves.c.is_lot, _moves.c.cause)
_MOVED = Statement(
    select(
        _moves.c.store_id,
        _moves.c.account,
        _moves.c.entry,
        sql_cast(_moves.c.is_lot, Flag()).label("is_lot"),
        _moves.c.cause,
        total_of(_moves.c.amount),
    ).group_by(*_kinds),
    _Moved,
)


def _key(store_id: UUID, dimension: Dimension) -> Key:
    return "" if dimension is Dimension.ALL else store_id


def moved(read: Read, question: Question, dimension: Dimension) -> Counted:
    """What was paid in, given, used and lost to time, by the store where it happened."""
    rows = read.all(
        _MOVED,
        stores=question.stores,
        from_on=question.days.from_on,
        until_on=question.days.until_on,
        as_of=question.as_of,
    )
    told: list[Counted] = []
    for row in rows:
        cause = LotOrigin(row.cause) if row.is_lot else UseKind(row.cause)
        part = AccountKind(row.account), part_of(EntryKind(row.entry), cause)
        if part in _FIGURES:
            metric, sign = _FIGURES[part]
            told.append({_key(row.store_id, dimension): {metric: sign * row.amount}})
    return merged(told)


# No condition narrows the rows: a search by day would cost more than going through all of them.
_NOW = and_(_entry.business_day < UNTIL_ON, _entry.recorded_at <= AS_OF)
_THEN = and_(
    _entry.business_day < bindparam("then_until_on", type_=Day()),
    _entry.recorded_at <= bindparam("then_as_of", type_=At()),
)
# What an open hold keeps is owed all the same.
_KEPT = [UseKind.HOLD.value, UseKind.RELEASE.value]


def _owed_side(
    source: FromClause, amount: ColumnElement[int], *conditions: ColumnElement[bool]
) -> Select[tuple[object, ...]]:
    return (
        select(
            _lot.store_id.label("store_id"),
            _account.kind.label("account"),
            total_of(case((_NOW, amount), else_=NOUGHT)).label("amount"),
            total_of(case((_THEN, amount), else_=NOUGHT)).label("then_amount"),
        )
        .select_from(source)
        .where(
            one_of(_lot.store_id, "stores", Id()),
            _account.kind.in_([kind.value for kind in _OWED]),
            *conditions,
        )
        .group_by(_lot.store_id, _account.kind)
    )


_owing = union_all(
    _owed_side(_granted, _lot.amount), _owed_side(_taken, -_use.amount, _use.kind.not_in(_KEPT))
).subquery("owing")
_OWING = Statement(
    select(_owing.c.store_id, _owing.c.account, _owing.c.amount, _owing.c.then_amount), _Owing
)


def owed(
    read: Read, question: Question, compared: Question, dimension: Dimension
) -> tuple[Counted, Counted]:
    """What was owed at the end of each of two periods, by the store that sold or gave it."""
    rows = read.all(
        _OWING,
        stores=question.stores,
        until_on=question.days.until_on,
        as_of=question.as_of,
        then_until_on=compared.days.until_on,
        then_as_of=compared.as_of,
    )
    keyed = [(_key(row.store_id, dimension), _OWED[AccountKind(row.account)], row) for row in rows]
    return (
        merged({key: {metric: row.amount}} for key, metric, row in keyed),
        merged({key: {metric: row.then_amount}} for key, metric, row in keyed),
    )

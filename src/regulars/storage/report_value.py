"""Points and stored value that moved in a period, and what was owed at its end.

    moved(read, question, Dimension.STORE)   # 人民广场店: 5,000.00 paid in, 2,500.00 used

What moved belongs to the store where it happened; what is owed to the store that sold or gave it, as
in the liability statement, which is asked for it.
"""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, false, select, true, union_all
from sqlalchemy import cast as sql_cast

from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.entries import EntryKind, LotOrigin, UseKind
from regulars.domain.ledger.liability import AGE_DAYS, lines_of, part_of
from regulars.domain.reports.answer import Counted, Key, merged
from regulars.domain.reports.metric import Metric
from regulars.domain.reports.question import Question
from regulars.domain.reports.registry import Dimension
from regulars.storage import liability
from regulars.storage.columns import Flag, Id
from regulars.storage.engine import Read
from regulars.storage.report_sales import AS_OF, FROM_ON, UNTIL_ON
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


def owed(read: Read, question: Question, dimension: Dimension) -> Counted:
    """What was owed at the end, by the store that sold or gave it: the liability statement's sum."""
    if not question.places:
        return {}
    aged_at = next(iter(question.clocks())).starts(question.days.from_on)
    window = liability.Window(
        from_on=question.days.from_on,
        until_on=question.days.until_on,
        known_at=question.as_of,
        aged_at=(aged_at,) * len(AGE_DAYS),
    )
    wanted = set(question.stores)
    return merged(
        {_key(key.store_id, dimension): {_OWED[key.account]: flow.closing + flow.kept}}
        for key, flow in lines_of(liability.moves(read, window)).items()
        if key.account in _OWED and key.store_id in wanted
    )

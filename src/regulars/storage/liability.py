"""What is owed to members, summed by the database: a few dozen rows for ten million lots.

    moves(read, Window(...))     # 人民广场店, points, 31–90 days old: 12,000 earned, 3,400 spent, …

Everything is derived from entries up to a business day, never from today's remains, so the figures
of a past day stay what they were.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
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
    literal,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy import cast as sql_cast

from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.accounts import HELD_KINDS, AccountKind
from regulars.domain.ledger.breakage import CohortIssued, CohortMoved
from regulars.domain.ledger.entries import EntryKind, LotOrigin, UseKind
from regulars.domain.ledger.liability import AGE_DAYS, AGES, LiabilityKey, LotMove
from regulars.domain.ledger.units import Unit
from regulars.storage.columns import At, Day, Flag, Whole, Words
from regulars.storage.engine import Read
from regulars.storage.statement import Statement, total_of
from regulars.storage.tables import ledger

_account, _entry, _lot = ledger.account.c, ledger.entry.c, ledger.lot.c
_use, _posting = ledger.lot_use.c, ledger.posting.c

# Lots in these accounts are owed; what a cohort of lots issued is counted where somebody earned,
# paid or was given it, not where a refund or a transfer made a new lot of an old one.
_COHORTS = (
    LotOrigin.ORDER.value,
    LotOrigin.TOP_UP.value,
    LotOrigin.GIFT.value,
    LotOrigin.IMPORT.value,
)
_FORECAST = (AccountKind.POINTS.value, AccountKind.BONUS.value)
_CHECKED = (
    AccountKind.PRINCIPAL.value,
    AccountKind.BONUS.value,
    AccountKind.POINTS.value,
    AccountKind.PASS.value,
    AccountKind.POINTS_DEBT.value,
    *(kind.value for kind in HELD_KINDS.values()),
)
_OF_STORE = (AccountKind.PASS_DEFERRED.value, AccountKind.DEPOSITS.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The days of a statement, half-open, and what was known of them when.

    `aged_at`: since when a lot is of each age or younger, youngest first.
    """

    from_on: date
    until_on: date
    known_at: Instant
    aged_at: tuple[Instant, ...]

    def values(self) -> dict[str, object]:
        """The window as parameters."""
        return {
            "from_on": self.from_on,
            "until_on": self.until_on,
            "known_at": self.known_at,
            **{f"aged_{days}": at for days, at in zip(AGE_DAYS, self.aged_at, strict=True)},
        }


class _MoveRow(NamedTuple):
    store_id: UUID
    account: str
    unit: str
    age: int
    before: bool
    pending: bool
    entry: str
    is_lot: bool
    cause: str
    amount: int


class AccountTotal(NamedTuple):
    """What all accounts of one kind and unit held."""

    account: str
    unit: str
    amount: int


class StoreTotal(NamedTuple):
    """What one store's account held."""

    store_id: UUID
    account: str
    amount: int


_FROM_ON = bindparam("from_on", type_=Day())
_KNOWN = and_(
    _entry.business_day < bindparam("until_on", type_=Day()),
    _entry.recorded_at <= bindparam("known_at", type_=At()),
)


def _aged() -> ColumnElement[int]:
    steps = [
        (
            _lot.acquired_at >= bindparam(f"aged_{days}", type_=At()),
            literal_column(str(at), Whole()),
        )
        for at, days in enumerate(AGE_DAYS)
    ]
    return case(*steps, else_=literal_column(str(AGES - 1), Whole()))


def _flag(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return case((condition, true()), else_=false())


def _side(
    source: FromClause, cause: ColumnElement[str], amount: ColumnElement[int], *, lots: bool
) -> Select[tuple[object, ...]]:
    pending = _lot.usable_on >= bindparam("until_on", type_=Day())
    return (
        select(
            _lot.store_id.label("store_id"),
            _account.kind.label("account"),
            _account.unit.label("unit"),
            _aged().label("age"),
            _flag(_entry.business_day < _FROM_ON).label("before"),
            _flag(pending).label("pending"),
            _entry.kind.label("entry"),
            (true() if lots else false()).label("is_lot"),
            cause.label("cause"),
            amount.label("amount"),
        )
        .select_from(source)
        .where(_KNOWN)
    )


_granted = ledger.lot.join(ledger.entry, _entry.id == _lot.entry_id).join(
    ledger.account, _account.id == _lot.account_id
)
_taken = (
    ledger.lot_use.join(ledger.lot, _lot.id == _use.lot_id)
    .join(ledger.entry, _entry.id == _use.entry_id)
    .join(ledger.account, _account.id == _lot.account_id)
)
_moved = union_all(
    _side(_granted, _lot.origin, _lot.amount, lots=True),
    _side(_taken, _use.kind, -_use.amount, lots=False),
).subquery("moved")
_keys = (
    _moved.c.store_id,
    _moved.c.account,
    _moved.c.unit,
    _moved.c.age,
    _moved.c.before,
    _moved.c.pending,
    _moved.c.entry,
    _moved.c.is_lot,
    _moved.c.cause,
)
_MOVES = Statement(
    select(
        _moved.c.store_id,
        _moved.c.account,
        _moved.c.unit,
        _moved.c.age,
        sql_cast(_moved.c.before, Flag()).label("before"),
        sql_cast(_moved.c.pending, Flag()).label("pending"),
        _moved.c.entry,
        sql_cast(_moved.c.is_lot, Flag()).label("is_lot"),
        _moved.c.cause,
        total_of(_moved.c.amount).label("amount"),
    ).group_by(*_keys),
    _MoveRow,
)


def moves(read: Read, window: Window) -> list[LotMove]:
    """Every kind of movement of every line, summed."""
    return [
        LotMove(
            key=LiabilityKey(row.store_id, AccountKind(row.account), Unit(row.unit), row.age),
            before=row.before,
            pending=row.pending,
            entry=EntryKind(row.entry),
            cause=LotOrigin(row.cause) if row.is_lot else UseKind(row.cause),
            amount=row.amount,
        )
        for row in read.all(_MOVES, **window.values())
    ]


def _changes(kinds: tuple[str, ...]) -> FromClause:
    sides = []
    for side, amount in (("from", -_posting.amount), ("to", _posting.amount)):
        held = _account.id == _posting[f"{side}_account"]
        sides.append(
            select(_account.owner_id, _account.kind, _account.unit, amount.label("amount"))
            .select_from(
                ledger.posting.join(ledger.account, held).join(
                    ledger.entry, _entry.id == _posting.entry_id
                )
            )
            .where(_account.kind.in_(kinds), _KNOWN)
        )
    return union_all(*sides).subquery("changes")


_members = _changes(_CHECKED)
_ACCOUNTS = Statement(
    select(_members.c.kind, _members.c.unit, total_of(_members.c.amount).label("amount")).group_by(
        _members.c.kind, _members.c.unit
    ),
    AccountTotal,
)
_stores = _changes(_OF_STORE)
_STORES = Statement(
    select(_stores.c.owner_id, _stores.c.kind, total_of(_stores.c.amount).label("amount")).group_by(
        _stores.c.owner_id, _stores.c.kind
    ),
    StoreTotal,
)


def account_totals(read: Read, window: Window) -> dict[tuple[AccountKind, Unit], int]:
    """What members' accounts held at the end of the window, from the postings alone."""
    rows = read.all(_ACCOUNTS, until_on=window.until_on, known_at=window.known_at)
    return {(AccountKind(row.account), Unit(row.unit)): row.amount for row in rows}


def store_totals(read: Read, window: Window) -> Mapping[AccountKind, dict[UUID, int]]:
    """What each store still has to earn for passes sold, and the deposits it keeps."""
    totals: dict[AccountKind, dict[UUID, int]] = {}
    for row in read.all(_STORES, until_on=window.until_on, known_at=window.known_at):
        totals.setdefault(AccountKind(row.account), {})[row.store_id] = row.amount
    return totals


def _month(day: ColumnElement[date]) -> ColumnElement[str]:
    return func.substr(sql_cast(day, Words()), 1, 7, type_=Words())


_issue = ledger.entry.alias("issue")
_issued = (
    select(
        _account.kind.label("account"),
        _month(_entry.business_day).label("month"),
        _lot.amount.label("amount"),
    )
    .select_from(_granted)
    .where(_KNOWN, _account.kind.in_(_FORECAST), _lot.origin.in_(_COHORTS))
    .subquery("issued")
)
_ISSUED = Statement(
    select(
        _issued.c.account,
        _issued.c.month,
        func.count(type_=Whole()),
        total_of(_issued.c.amount),
    ).group_by(_issued.c.account, _issued.c.month),
    lambda account, month, lots, amount: CohortIssued(
        account=AccountKind(account), month=month, lots=lots, amount=amount
    ),
)
_used = _use.kind.in_([UseKind.SPEND.value, UseKind.REFUND.value])
_of_cohorts = (
    select(
        _account.kind.label("account"),
        _month(_issue.c.business_day).label("issued"),
        _month(_entry.business_day).label("month"),
        case((_used, _use.amount), else_=literal(0, Whole())).label("used"),
        case((_used, literal(0, Whole())), else_=_use.amount).label("gone"),
    )
    .select_from(_taken.join(_issue, _issue.c.id == _lot.entry_id))
    .where(_KNOWN, _account.kind.in_(_FORECAST), _lot.origin.in_(_COHORTS))
    .subquery("of_cohorts")
)
_COHORT_MOVES = Statement(
    select(
        _of_cohorts.c.account,
        _of_cohorts.c.issued,
        _of_cohorts.c.month,
        total_of(_of_cohorts.c.used),
        total_of(_of_cohorts.c.gone),
    ).group_by(_of_cohorts.c.account, _of_cohorts.c.issued, _of_cohorts.c.month),
    lambda account, issued, month, used, gone: CohortMoved(
        account=AccountKind(account), issued=issued, month=month, used=used, gone=gone
    ),
)


def cohorts(read: Read, window: Window) -> tuple[list[CohortIssued], list[CohortMoved]]:
    """What each month gave, and in which months it was used or ended."""
    values = {"until_on": window.until_on, "known_at": window.known_at}
    return read.group(_ISSUED.ask(**values), _COHORT_MOVES.ask(**values))

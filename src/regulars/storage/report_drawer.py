"""What the ledger says is in the shop's hands, by tender: to be held against drawer and machine.

    drawer(read, question, Dimension.TENDER)    # cash: 3,420.00 came in more than went out

It counts by the day on which money came or went, whatever it was for.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, union_all

from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.entries import EntryKind
from regulars.domain.reports.answer import Counted, merged
from regulars.domain.reports.metric import Metric
from regulars.domain.reports.question import Question
from regulars.domain.reports.registry import Dimension
from regulars.domain.reports.takings import PaidBy
from regulars.storage.columns import Id
from regulars.storage.engine import Read
from regulars.storage.report_sales import AS_OF, FROM_ON, UNTIL_ON
from regulars.storage.report_tenders import of_days, taking_key
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables import ledger


class _Moved(NamedTuple):
    store_id: UUID
    day: date
    account: str
    entry: str
    amount: int


_entry, _posting, _account = ledger.entry.c, ledger.posting.c, ledger.account.c
_OUTSIDE: Mapping[AccountKind, PaidBy] = {
    AccountKind.OUTSIDE_CASH: PaidBy.CASH,
    AccountKind.OUTSIDE_EXTERNAL: PaidBy.EXTERNAL,
}
# What an opening balance brings was paid to the system before: it never was in this drawer.
_NEVER_IN_HAND = (EntryKind.IMPORT.value,)
_OF_BILLS = (EntryKind.SETTLE, EntryKind.REFUND, EntryKind.TOP_UP)


def _moved(side: ColumnElement[int], amount: ColumnElement[int]) -> Select[tuple[object, ...]]:
    return (
        select(
            _entry.store_id.label("store_id"),
            _entry.business_day.label("day"),
            _account.kind.label("account"),
            _entry.kind.label("entry"),
            amount.label("amount"),
        )
        .select_from(
            ledger.entry.join(ledger.posting, _posting.entry_id == _entry.id).join(
                ledger.account, _account.id == side
            )
        )
        .where(
            one_of(_entry.store_id, "stores", Id()),
            _entry.business_day >= FROM_ON,
            _entry.business_day < UNTIL_ON,
            _entry.recorded_at <= AS_OF,
            _entry.kind.not_in(_NEVER_IN_HAND),
            _account.kind.in_([kind.value for kind in _OUTSIDE]),
        )
    )


_moves = union_all(
    _moved(_posting.from_account, _posting.amount),
    _moved(_posting.to_account, -_posting.amount),
).subquery("moves")
_IN_HAND: Statement[_Moved] = Statement(
    select(
        _moves.c.store_id,
        _moves.c.day,
        _moves.c.account,
        _moves.c.entry,
        total_of(_moves.c.amount),
    ).group_by(_moves.c.store_id, _moves.c.day, _moves.c.account, _moves.c.entry),
    _Moved,
)


def drawer(read: Read, question: Question, dimension: Dimension) -> Counted:
    """What came into the shop's hands less what left them, by the ledger alone."""
    return merged(
        {
            taking_key(
                dimension, row.day, row.store_id, _OUTSIDE[AccountKind(row.account)]
            ): _told_of(EntryKind(row.entry), row.amount)
        }
        for row in read.all(_IN_HAND, **of_days(question))
    )


def _told_of(entry: EntryKind, amount: int) -> dict[Metric, int]:
    told = {Metric.DRAWER: amount}
    if entry is EntryKind.TOP_UP_REFUND:
        told[Metric.TOP_UPS_BACK] = -amount
    elif entry not in _OF_BILLS:
        told[Metric.OTHER_PAID_IN] = amount
    return told
